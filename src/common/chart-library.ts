/**
 * The browser builds of d3 and Observable Plot, as text: pages that draw plots embed them and need nothing else. The build puts them
 * beside the package's code, so that whoever installs the package installs neither; its sources take them from where they come from.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from './package-files.ts';

export async function chartLibrary(): Promise<{ d3: string; plot: string }> {
  const shipped = packageFile('dist', 'charts');
  const places = existsSync(shipped)
    ? [join(shipped, 'd3.min.js'), join(shipped, 'plot.umd.min.js')]
    : [beside('d3', './d3.min.js'), beside('@observablehq/plot', '../dist/plot.umd.min.js')];
  const [d3 = '', plot = ''] = await Promise.all(places.map((file) => readFile(file, 'utf8')));
  return { d3, plot };
}

const beside = (name: string, path: string) => fileURLToPath(new URL(path, import.meta.resolve(name)));
