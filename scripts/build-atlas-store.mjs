/**
 * Indexes the atlas into dist/atlas-store, from where the package opens it. Runs after the compiler, on what it wrote, and with
 * plain JavaScript for the same reason as the build.
 */
import { rmSync } from 'node:fs';
import { buildAtlasStore, builtAtlasStore } from '../dist/tools/open/atlas.js';

const directory = process.argv[2] ?? builtAtlasStore();
rmSync(directory, { recursive: true, force: true });
const start = performance.now();
await buildAtlasStore(directory);
console.log(`atlas store: ${directory} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
