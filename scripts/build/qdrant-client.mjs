/**
 * The client of Qdrant, built in. Installed as a dependency it would bring a whole TypeScript along, which it names as a peer and does
 * not use when it runs. Code and types are the package's own, one file each beside ours, with its licence; `undici`, which it talks with,
 * stays a dependency. Who makes a client of their own installs `@qdrant/js-client-rest` beside this package.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

const NAME = '@qdrant/js-client-rest';
const FETCH = '@qdrant/openapi-typescript-fetch';

const folderOf = (name, from = import.meta.url) => {
  const file = createRequire(from).resolve(name);
  return file.slice(
    0,
    file.lastIndexOf(join('node_modules', ...name.split('/'))) + join('node_modules', ...name.split('/')).length,
  );
};

/** Writes it into `target`/vendor, and leads every import of the package there. */
export async function buildInQdrantClient(target) {
  const { build } = await import('esbuild');
  const vendor = join(target, 'vendor', 'qdrant');
  const client = folderOf(NAME);
  const fetchPackage = folderOf(FETCH, join(client, 'package.json'));
  mkdirSync(vendor, { recursive: true });
  await build({
    entryPoints: [join(client, 'dist', 'esm', 'index.js')],
    outfile: join(vendor, 'index.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['undici'],
    logLevel: 'error',
  });
  copyTypes(join(client, 'dist', 'types'), vendor);
  copyTypes(join(fetchPackage, 'dist'), join(vendor, 'fetch'));
  writeFileSync(join(vendor, 'LICENSE'), readFileSync(licenceOf(client)));
  copyFileSync(licenceOf(fetchPackage), join(vendor, 'fetch', 'LICENSE'));
  lead(target, join(vendor, 'index.js'), NAME);
  lead(vendor, join(vendor, 'fetch', 'index.js'), FETCH);
}

const licenceOf = (folder) => join(folder, readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) ?? 'LICENSE');

function copyTypes(from, to) {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const copy = join(to, relative(from, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
}

/** In every module and declaration below `folder`. */
function lead(folder, place, name) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|d\.ts)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8');
    const path = relative(dirname(file), place).split(sep).join('/');
    const changed = text.replace(
      new RegExp(`(\\bfrom\\s*|\\bimport\\s*\\(\\s*|\\bimport\\s+)(['"])${name}\\2`, 'g'),
      (_, word, quote) => `${word}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`,
    );
    if (changed !== text) writeFileSync(file, changed);
  }
}
