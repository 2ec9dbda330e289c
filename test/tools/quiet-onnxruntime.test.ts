/** Nothing of onnxruntime's own reporting: no device id, no queue of events in the home directory of who runs it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'r1-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs a program in an empty home directory; gives the files it left there. */
function filesLeftBy(program: string): string[] {
  // The library is silent in test and build environments of its own accord; it must be so without them as well.
  const { PATH = '', SystemRoot = '', TMPDIR = '' } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH, SystemRoot, TMPDIR, HOME: home, USERPROFILE: home, LOCALAPPDATA: home, XDG_CACHE_HOME: home },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return readdirSync(home, { recursive: true }).map(String);
}

const source = (file: string) => JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href);

describe('onnxruntime keeps to itself', () => {
  it('in large scans of the store', () => {
    expect(
      filesLeftBy(`
        const { prepareOnnxScan } = await import(${source('tools/stores/local-qdrant/scan/onnx-scan.ts')});
        await prepareOnnxScan();
        await new Promise((resolve) => setTimeout(resolve, 200));`),
    ).toEqual([]);
  });

  it('in a store that runs in a thread of its own', () => {
    expect(
      filesLeftBy(`
        const { openLocalQdrant } = await import(${source('tools/stores/local-qdrant/index.ts')});
        const store = await openLocalQdrant({ location: ':memory:', worker: true });
        await store.createCollection('a', { vectors: { size: 2, distance: 'Dot' } });
        const points = Array.from({ length: 9000 }, (_, id) => ({ id, vector: [id, 1] }));
        await store.upsert('a', { points });
        for (let round = 0; round < 3; round++) {
          await store.query('a', { query: [1, 0], limit: 1 });
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        await store.close();`),
    ).toEqual([]);
  });

  it('in the engine of the training', () => {
    expect(filesLeftBy(`await import(${source('engine/program.ts')});`)).toEqual([]);
  });
});
