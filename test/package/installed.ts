/** The package as its users have it: its manifest and what the build makes of the sources, in a project of its own. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const TSC = join(MODULES, 'typescript', 'bin', 'tsc');
const exec = promisify(execFile);

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

/** A folder whose node_modules holds this package, built, beside all that is installed here. */
export async function installedPackage(): Promise<Project> {
  const directory = mkdtempSync(join(tmpdir(), 'r1-router-project-'));
  const own = join(directory, 'node_modules', 'r1-router');
  mkdirSync(own, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(own, 'package.json'));
  for (const name of readdirSync(MODULES)) {
    if (!name.startsWith('.')) symlinkSync(join(MODULES, name), join(dirname(own), name));
  }
  // Not checked here: `npm run typecheck` does that.
  const complaints = await compile(ROOT, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(own, 'dist'));
  if (complaints !== '') throw new Error(complaints);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
