/**
 * Indexes the atlas into dist/atlas-store, from where the package opens it: for a container, which otherwise would do that at its first
 * question. Runs after the build, on what it made.
 */
import { rmSync } from 'node:fs';
import { buildAtlasStore, builtAtlasStore } from '../dist/tools/open/atlas.js';

const directory = process.argv[2] ?? builtAtlasStore();
rmSync(directory, { recursive: true, force: true });
const start = performance.now();
await buildAtlasStore(directory);
console.log(`atlas store: ${directory} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
