/** Packages that the user installs or goes without, imported when they are first needed and in a way that bundlers do not follow. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** From beside this package, or from the project in whose directory the program was started; undefined where it is in neither. */
export async function importOptional(name: string): Promise<Record<string, unknown> | undefined> {
  const project = createRequire(join(process.cwd(), 'package.json'));
  const attempts = [() => name, () => pathToFileURL(project.resolve(name)).href];
  for (const specifier of attempts) {
    try {
      return await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ specifier());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}
