/** Makes data/cmaps/adobe.br from the folder `cmaps` of pdfjs-dist: see data/cmaps/README.md. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packFiles } from '../src/common/packed-files.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('character-maps: name the folder cmaps of an unpacked pdfjs-dist');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.bcmap'))
  .sort();
const files = new Map([...names, 'LICENSE'].map((name) => [name, readFileSync(join(folder, name))]));
writeFileSync(join(import.meta.dirname, '..', 'data', 'cmaps', 'adobe.br'), packFiles(files));
process.stdout.write(`${names.length} character maps\n`);
