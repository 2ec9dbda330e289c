/** The browser builds of d3 and Observable Plot as installed, as text: pages that draw plots embed them and need nothing else. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export async function chartLibrary(): Promise<{ d3: string; plot: string }> {
  const beside = (name: string, path: string) => fileURLToPath(new URL(path, import.meta.resolve(name)));
  const [d3, plot] = await Promise.all([
    readFile(beside('d3', './d3.min.js'), 'utf8'),
    readFile(beside('@observablehq/plot', '../dist/plot.umd.min.js'), 'utf8'),
  ]);
  return { d3, plot };
}
