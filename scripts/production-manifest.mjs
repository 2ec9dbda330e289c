/**
 * For a container: the packages that a user brings along (peer dependencies, `langchain` and `usearch` left out) become dependencies,
 * in the versions that this package is tested with, so that `npm install --omit=dev` installs them. Rewrites package.json where it
 * is run; never run it in a checkout you go on to work in.
 *
 *   node scripts/production-manifest.mjs && npm install --omit=dev --ignore-scripts
 */
import { readFileSync, writeFileSync } from 'node:fs';

const LEFT_OUT = new Set(['langchain', 'usearch']);

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
for (const name of Object.keys(manifest.peerDependencies)) {
  if (!LEFT_OUT.has(name))
    manifest.dependencies[name] = manifest.devDependencies[name] ?? manifest.peerDependencies[name];
}
for (const field of ['peerDependencies', 'peerDependenciesMeta', 'devDependencies', 'overrides', 'scripts'])
  delete manifest[field];
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
