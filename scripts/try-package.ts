/**
 * The package as its users get it: packed, installed into an empty project from the registry, its demonstration and examples run from there,
 * a strict program compiled against every door, and its sizes held. Needs the network; CI runs it, and `node scripts/try-package.ts`
 * anybody. What it prints are the figures.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const MOST_PACKED = 8e6;
const MOST_INSTALLED = 150e6;
/** Those that need neither a key nor a server of somebody else. */
const EXAMPLES = ['custom-knowledge-base.ts', 'own-retriever.ts', 'embed.ts'];
/** What examples use beside the package. */
const BESIDE = ['typescript', '@types/node', '@types/express', 'express'];

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const directory = mkdtempSync(join(tmpdir(), 'r1-router-try-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

function run(program: string, argv: readonly string[], cwd = directory): string {
  const shell = process.platform === 'win32';
  return execFileSync(program, argv, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], shell });
}

function bytesBelow(folder: string, leaveOut: RegExp): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !leaveOut.test(entry.parentPath))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function held(what: string, bytes: number, most: number): void {
  process.stdout.write(`${what}: ${(bytes / 1e6).toFixed(1)} MB (at most ${most / 1e6})\n`);
  if (bytes > most) throw new Error(`try-package: ${what} is larger than it may be`);
}

const tarball = join(
  directory,
  run('npm', ['pack', '--silent', '--pack-destination', directory], ROOT).trim().split('\n').at(-1)!,
);
held('the tarball', statSync(tarball).size, MOST_PACKED);

writeFileSync(join(directory, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
const start = performance.now();
run('npm', ['install', '--no-audit', '--no-fund', tarball]);
process.stdout.write(`installed in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
held(
  'what is installed, without onnxruntime-node',
  bytesBelow(join(directory, 'node_modules'), /onnxruntime/),
  MOST_INSTALLED,
);

const demo = run('npx', ['--no-install', 'r1-router', 'demo']);
if (demo.match(/^ {2}answer {4}.* ✓$/gm)?.length !== 3)
  throw new Error(`try-package: the demonstration does not answer:\n${demo}`);
process.stdout.write('the demonstration answers\n');

const versions = { ...manifest.dependencies, ...manifest.devDependencies };
run('npm', ['install', '--no-audit', '--no-fund', ...BESIDE.map((name) => `${name}@${versions[name]}`)]);
mkdirSync(join(directory, 'examples'));
for (const file of readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.ts')))
  cpSync(join(ROOT, 'examples', file), join(directory, 'examples', file));
for (const file of EXAMPLES) {
  run(process.execPath, ['--no-warnings', join('examples', file)]);
  process.stdout.write(`examples/${file} runs\n`);
}

const doors = Object.keys(manifest.exports).filter((door) => door !== './package.json');
const program = doors.map((door, index) => `export * as door${index} from 'r1-router${door.slice(1)}';`);
writeFileSync(join(directory, 'doors.ts'), `${program.join('\n')}\n`);
const strict = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
run('npx', ['--no-install', 'tsc', ...strict, '--skipLibCheck', 'false', 'doors.ts']);
process.stdout.write(`${doors.length} doors compile, every declaration checked\n`);
