/** The package as its users have it: its manifest and what the build makes of the sources, in a project of its own. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packedManifest } from '../../scripts/pack.mjs';

export const ROOT = resolve(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const TSC = join(MODULES, 'typescript', 'bin', 'tsc');
const exec = promisify(execFile);

export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  engines: { node: string };
  exports: Record<string, unknown>;
};

/** Of the client of Qdrant, which the package has built in and who makes a client of their own installs. */
export function installQdrantClient({ directory }: Project): void {
  symlinkSync(join(MODULES, '@qdrant'), join(directory, 'node_modules', '@qdrant'));
}

/** npm's own program, which runs on the Node of this test: beside Node, or where a system has it. */
export function npmCli(): string {
  const found = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm')),
  ].find((path) => path !== undefined && existsSync(path) && /npm(-cli\.js)?$/.test(path));
  if (found === undefined) throw new Error('npm is not beside Node and not on the PATH');
  return realpathSync(found);
}

export interface Project {
  directory: string;
  remove(): void;
}

/** The compiler's complaints, or nothing. */
export async function compile(directory: string, ...flags: string[]): Promise<string> {
  return exec(process.execPath, [TSC, ...flags], { cwd: directory }).then(
    ({ stdout }) => stdout,
    // Without output it did not run at all.
    (error: Error & { stdout?: string }) => error.stdout || error.message,
  );
}

/** A folder whose node_modules holds this package, built as it is published, beside what is installed here. */
export async function installedPackage(): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'r1-router-project-'));
  const own = join(directory, 'node_modules', 'r1-router');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'package.json'), JSON.stringify(packedManifest(manifest)));
  for (const name of readdirSync(MODULES)) {
    if (!name.startsWith('.') && name !== '@qdrant') symlinkSync(join(MODULES, name), join(dirname(own), name));
  }
  await exec(process.execPath, ['--no-warnings', join(ROOT, 'scripts', 'build', 'code.mjs'), join(own, 'dist')]);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
