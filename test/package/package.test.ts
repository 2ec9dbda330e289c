/**
 * The package in other people's projects: bundled with their program, type-checked from their sources, started with an old
 * Node. Its root door reads no file and loads no optional package when it is imported.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiReport } from './api-report.ts';
import { compile, installedPackage, installQdrantClient, manifest, npmCli, type Project, ROOT } from './installed.ts';

const exec = promisify(execFile);
let project: Project;
beforeAll(async () => {
  project = await installedPackage();
});
afterAll(() => project.remove());

const write = (name: string, text: string) => {
  writeFileSync(join(project.directory, name), text);
  return join(project.directory, name);
};
const DOORS = Object.keys(manifest.exports).filter((door) => door !== './package.json');

/** Asks a question of a knowledge base of its own, and for a file of the package that no bundle holds. */
const PROGRAM = `
import { createRouterGraph, fixedPolicy, loadConfig, openRouter } from 'r1-router';

const knowledgeBases = [{
  name: 'notes', description: 'Notes.', modality: 'text', cost: 1,
  search: async ({ text }) => [{ id: 'a', documentId: 'a', knowledgeBase: 'notes', score: 1, rank: 0, text: 'Stripes: ' + text }],
}];
const graph = createRouterGraph({
  knowledgeBases,
  policy: fixedPolicy({ knowledgeBase: 'notes' }),
  reader: { name: 'r', limit: 1, read: async ({ passages }) => ({ answer: passages[0].text, citations: [] }) },
  answerer: { name: 'a', answer: async ({ steps }) => ({ answer: steps.at(-1).answer, citations: [], usage: { reads: 0 } }) },
});
async function main() {
  const { answer } = await graph.invoke({ question: 'zebra' });
  const shipped = await openRouter({}, await loadConfig()).then(
    (router) => router.close().then(() => 'opened'),
    (error) => error.code ?? String(error),
  );
  console.log(JSON.stringify({ answer, shipped }));
}
main();
`;

describe.each(['esm', 'cjs'] as const)('esbuild, %s', (format) => {
  test('bundles the root door without any option, and the bundle runs alone', async () => {
    const entry = write('program.mjs', PROGRAM);
    const outfile = join(project.directory, 'alone', `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`);
    const result = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format,
      outfile,
      logLevel: 'silent',
    });
    const warnings = result.warnings.filter(({ id }) => id !== 'empty-import-meta').map(({ text }) => text);
    expect(warnings).toEqual([]);
    // From a folder above which nothing is installed.
    const alone = mkdtempSync(join(tmpdir(), 'r1-router-bundle-'));
    const moved = join(alone, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    copyFileSync(outfile, moved);
    const { stdout, stderr } = await exec(process.execPath, [moved], { cwd: alone });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ answer: 'Stripes: zebra', shipped: 'package-files-missing' });
    rmSync(alone, { recursive: true });
  });
});

const CONSUMER = `
import type { BaseRetriever } from '@langchain/core/retrievers';
import type { VectorStore } from '@langchain/core/vectorstores';
import type { StructuredTool } from '@langchain/core/tools';
import { QdrantClient } from '@qdrant/js-client-rest';
import { createRouterGraph, fixedPolicy, type RouterOutput, type Answerer, type Reader } from 'r1-router';
import {
  knowledgeBaseFromCollection, knowledgeBaseFromRetriever, knowledgeBaseFromTool, knowledgeBaseFromVectorStore,
  KnowledgeBaseRetriever, type Passage, type SearchableKnowledgeBase,
} from 'r1-router/tools';

declare const retriever: BaseRetriever;
declare const store: VectorStore;
declare const tool: StructuredTool;
declare const reader: Reader;
declare const answerer: Answerer;

export async function main(): Promise<Passage[]> {
  const card = { name: 'Own', description: 'What we wrote.' };
  const knowledgeBases: SearchableKnowledgeBase[] = [
    knowledgeBaseFromRetriever(retriever, card),
    knowledgeBaseFromVectorStore(store, { ...card, searchType: 'mmr', filter: {} }),
    knowledgeBaseFromTool(tool, { inputKey: 'query' }),
    await knowledgeBaseFromCollection(new QdrantClient({}), 'articles', { ...card, embeddings: store.embeddings }),
  ];
  const graph = createRouterGraph({ knowledgeBases, policy: fixedPolicy({ knowledgeBase: 'Own' }), reader, answerer });
  const output: RouterOutput = await graph.invoke({ question: 'x' });
  // @ts-expect-error: the types are there, and not any
  const wrong: number = output.answer;
  const back: BaseRetriever = new KnowledgeBaseRetriever({ knowledgeBase: knowledgeBases[0]! });
  const passages = await knowledgeBases[0]!.search({ text: String(wrong) + back.getName() });
  const url: string | undefined = passages[0]?.url;
  return url === undefined ? [] : passages;
}
`;

/** Bytes that createRouterGraph brings along, minified, without the packages that its users install: 51,230, and a tenth for what comes. */
const BUDGET = 56_000;

test('createRouterGraph stays small, and brings nothing of the rooms it does not need', async () => {
  const entry = write('small.mjs', "export { createRouterGraph } from 'r1-router';");
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    external: ['@langchain/*', 'zod'],
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const files = used.map(([path]) => path.replace(/^.*r1-router\/dist\//, ''));
  expect(files.filter((path) => /^(offline|train|eval|server|cli|causal-lm|engine)\//.test(path))).toEqual([]);
  expect(outputFiles[0]!.contents.length).toBeLessThan(BUDGET);
});

/** A change of what others program against shows here. Meant to be: `vitest run test/package/package.test.ts -u`. */
test.each(DOORS)('the declarations of %s are those of its report', async (door) => {
  const { types } = manifest.exports[door] as { types: string };
  const file = join(project.directory, 'node_modules', 'r1-router', types);
  const name = door === '.' ? 'root' : door.slice(2);
  await expect(apiReport(file)).toMatchFileSnapshot(`api/${name}.txt`);
});

describe('what is published', () => {
  const own = () => join(project.directory, 'node_modules', 'r1-router');

  test('publint finds nothing', async () => {
    const { messages, pkg } = await publint({ pkgDir: own(), pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('its types are those of what is imported, by every way that ESM is', async () => {
    const files = Object.fromEntries(
      readdirSync(own(), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.(d\.ts|js|json)$/.test(path))
        .map((path) => [
          `/node_modules/r1-router/${path.replaceAll('\\', '/')}`,
          readFileSync(join(own(), path), 'utf8'),
        ]),
    );
    const { version } = JSON.parse(files['/node_modules/r1-router/package.json']!) as { version: string };
    const analysis = await checkPackage(new Package(files, 'r1-router', version));
    if (!analysis.types) throw new Error('no types');
    // ESM alone: `require` gets it from Node 22 on, and resolution of the days before "exports" is not served.
    const told = analysis.problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' && !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    );
    expect(told).toEqual([]);
  });

  test('nobody who installs it runs a script of it, and its manifest has what a registry shows', () => {
    const packed = JSON.parse(readFileSync(join(own(), 'package.json'), 'utf8')) as Record<string, unknown>;
    for (const field of ['scripts', 'devDependencies', 'allowScripts', 'overrides', 'private'])
      expect(packed).not.toHaveProperty(field);
    for (const field of ['description', 'keywords', 'homepage', 'bugs', 'repository', 'author', 'license'])
      expect(packed[field]).toBeTruthy();
  });

  test('the tarball holds what it needs and nothing twice', async () => {
    const argv = [npmCli(), 'pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = await exec(process.execPath, argv, { cwd: ROOT, maxBuffer: 1 << 26 });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'licenses.txt', 'data/cmaps/adobe.br'])
      expect(paths).toContain(path);
    expect(paths.filter((path) => /^(src|test|bench|data\/atlas|models|dist\/atlas-store)\//.test(path))).toEqual([]);
  });
});

describe('a strict project', () => {
  const flags = ['--noEmit', '--strict', '--target', 'es2024', '--types', 'node', '--noUncheckedIndexedAccess'];

  const doors = DOORS.map((door, i) => `export * as door${i} from 'r1-router${door.slice(1)}';`).join('\n');

  test('checks every declaration without the client of Qdrant', async () => {
    write('package.json', '{ "type": "module" }');
    write('doors.ts', doors);
    const options = ['--module', 'node16', '--moduleResolution', 'node16', '--skipLibCheck', 'false'];
    expect(await compile(project.directory, 'doors.ts', ...flags, ...options)).toBe('');
    installQdrantClient(project);
  });

  test.each([
    // Here every declaration is checked, those of the packages below ours too.
    ['node16', 'node16', 'false'],
    ['esnext', 'bundler', 'true'],
  ])('compiles against every door: module %s, resolution %s', async (module, resolution, skip) => {
    write('consumer.ts', CONSUMER);
    const options = ['--module', module, '--moduleResolution', resolution, '--skipLibCheck', skip];
    expect(await compile(project.directory, 'consumer.ts', 'doors.ts', ...flags, ...options)).toBe('');
  });
});

test('an old Node gets one clear line from the root door', async () => {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.5' } });`;
  const program = `${pretend} await import('r1-router').catch((error) => console.log(error.message));`;
  const { stdout } = await exec(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: project.directory,
  });
  expect(stdout.trim()).toBe(
    'r1-router: needs Node 22.13 or newer, but this is 20.19.5; install a newer one from https://nodejs.org',
  );
  expect(manifest.engines.node).toBe('>=22.13');
});

test('importing the root door loads no optional and no native package', async () => {
  const program = `
    import { createRequire } from 'node:module';
    await import('r1-router');
    const names = ['onnxruntime-node', 'sharp', 'usearch', '@qdrant'];
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => names.some((name) => path.includes('node_modules/' + name)));
    console.log(JSON.stringify([loaded, process.moduleLoadList.includes('NativeModule sqlite')]));`;
  const { stdout } = await exec(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: project.directory,
  });
  expect(JSON.parse(stdout)).toEqual([[], false]);
});
