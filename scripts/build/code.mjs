/**
 * src/ as the package ships it. The types are blanked out and nothing else is moved, so that line and column of what runs are those of
 * its source, and a source map is the same few marks for every line. Declarations come from the compiler; of those, what no door of the
 * package leads to is left out. Where `check` is false the types are not looked at, which `npm run typecheck` has done.
 *
 *   node scripts/build/code.mjs FOLDER     into that folder, unchecked
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildInQdrantClient } from './qdrant-client.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SOURCE = join(ROOT, 'src');
const RELATIVE_IMPORT = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])(\.{1,2}\/[^'"\n]*)\.ts\2/g;
const DECLARED_IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.{1,2}\/[^'"\n]*)\.js['"]/g;

/** Start file of the compiler, or undefined after `npm install --omit=dev`. */
export function compilerPath() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

/** Writes code, maps and declarations into `target`; throws an error with the compiler's complaints. */
export async function buildCode(target, { check = true } = {}) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeDeclarations(target, check);
  for (const file of sourceFiles()) writeModule(file, target, manifest);
  await buildInQdrantClient(target);
  dropUnreached(target, manifest);
  chmodSync(join(target, 'cli', 'main.js'), 0o755);
}

function sourceFiles() {
  return readdirSync(SOURCE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(SOURCE, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.startsWith('server/ui/'));
}

function writeModule(file, target, { version, repository }) {
  const name = file.replace(/\.ts$/, '.js');
  const stripped = stripTypeScriptTypes(readFileSync(join(SOURCE, file), 'utf8'), { mode: 'strip' });
  const code = stripped
    .replace(RELATIVE_IMPORT, '$1$2$3.js$2')
    .replace(/[ \t]+$/gm, '')
    .trimEnd();
  const base = name.slice(name.lastIndexOf('/') + 1);
  const home = repository.url.replace(/^git\+|\.git$/g, '').replace('//github.com/', '//raw.githubusercontent.com/');
  const map = {
    version: 3,
    file: base,
    sources: [`${home}/v${version}/src/${file}`],
    names: [],
    mappings: inPlace(code),
  };
  mkdirSync(dirname(join(target, name)), { recursive: true });
  writeFileSync(join(target, name), `${code}\n//# sourceMappingURL=${base}.map\n`);
  writeFileSync(join(target, `${name}.map`), JSON.stringify(map));
}

/** Every position is mapped to itself, a mark every sixteen columns. */
function inPlace(code) {
  const STEP = digits(16) + digits(0) + digits(0) + digits(16);
  const last = { line: 0, column: 0 };
  return code
    .split('\n')
    .map((text, line) => {
      if (text === '') return '';
      const start = digits(0) + digits(0) + digits(line - last.line) + digits(-last.column);
      const steps = Math.floor((text.length - 1) / 16);
      Object.assign(last, { line, column: steps * 16 });
      return [start, ...Array(steps).fill(STEP)].join(',');
    })
    .join(';');
}

/** A number as source maps write it: in base 64, five bits a digit, the sign last. */
function digits(number) {
  const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>= 5;
    text += BASE64[digit | (rest > 0 ? 32 : 0)];
  } while (rest > 0);
  return text;
}

function writeDeclarations(target, check) {
  const flags = check ? [] : ['--noCheck'];
  const args = [compilerPath(), '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', target, ...flags];
  const { status, stdout, error } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`tsc: ${error?.message ?? stdout}`);
}

/** Removes the declarations that nobody outside can reach: about half of them. */
function dropUnreached(target, { exports }) {
  const doors = Object.values(exports).flatMap((door) =>
    door.types ? [join(target, relative('dist', door.types))] : [],
  );
  const reached = new Set(doors);
  for (const file of reached) {
    const text = readFileSync(file, 'utf8').replace(RELATIVE_IMPORT, '$1$2$3.js$2');
    writeFileSync(file, text);
    for (const [, path] of text.matchAll(DECLARED_IMPORT)) reached.add(join(dirname(file), `${path}.d.ts`));
  }
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildCode(resolve(process.argv[2]), { check: false });
}
