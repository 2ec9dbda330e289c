/**
 * Where the files that ship with the package lie (models, data), and its `require`. Looked for when they are asked for, never at
 * import: code that was bundled with a program has no place of its own, and then they are those of the installed package.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type R1RouterError, systemError } from './errors.ts';

/** In a CommonJS bundle `import.meta` is empty, whatever its type says, and there is a file name instead. */
function here(): string | undefined {
  const own: string | undefined = import.meta.url;
  return own ?? (typeof __filename === 'string' ? pathToFileURL(__filename).href : undefined);
}

const NAME = 'r1-router';
let root: string | undefined;

/** The absolute path of a file of the package. Throws `package-files-missing` where only bundled code is left of it. */
export function packageFile(...path: readonly string[]): string {
  root ??= [besideThisModule, installed].map((place) => place()).find(isOurs);
  if (root === undefined) throw filesMissing();
  return join(root, ...path);
}

export function filesMissing(): R1RouterError {
  return systemError(
    'package-files-missing',
    `${NAME}: its files are not beside this bundle; leave the package out of the bundle, e.g. serverExternalPackages: ["${NAME}"] in Next.js or external: ["${NAME}"] in esbuild`,
  );
}

/** For packages that are loaded when first needed, by a way that bundlers do not follow. */
export function packageRequire(): NodeJS.Require {
  return createRequire(here() ?? program());
}

const program = () => join(process.cwd(), 'package.json');

function besideThisModule(): string | undefined {
  const url = here();
  return url?.startsWith('file:') ? dirname(dirname(dirname(fileURLToPath(url)))) : undefined;
}

function installed(): string | undefined {
  try {
    return dirname(createRequire(program()).resolve(`${NAME}/package.json`));
  } catch {
    return undefined;
  }
}

function isOurs(directory: string | undefined): directory is string {
  if (directory === undefined) return false;
  try {
    const { name } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name?: unknown };
    return name === NAME;
  } catch {
    return false;
  }
}
