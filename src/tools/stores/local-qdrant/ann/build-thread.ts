/**
 * The thread that builds one candidate index: it reads the committed vectors from the store file on a connection of its own, so
 * that neither memory nor time of the main thread goes into it, and leaves the finished index as a file.
 */
import { renameSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../../common/errors.ts';
import { Database } from '../storage/database.ts';
import { visitVectors } from '../storage/vector-codec.ts';
import { createIndex, loadUsearch, type Precision } from './usearch.ts';

export interface BuildRequest {
  location: string;
  collection: number;
  vector: string;
  names: string[];
  size: number;
  metric: string;
  precision: Precision;
  /** Where the finished index goes; `{version}` in it becomes the version it reflects. */
  target: string;
}

export type BuildResult = { version: number; file: string } | { error: string };

const BATCH = 512;

async function build(request: BuildRequest): Promise<BuildResult> {
  const library = await loadUsearch();
  if (!library) return { error: 'usearch is not installed' };
  const { location, collection, vector, names, size, target } = request;
  const index = createIndex(library, request);
  const database = new Database({ location, readOnly: true, durability: 'process' });
  let version = 0;
  const keys = new BigUint64Array(BATCH);
  const values = new Float32Array(BATCH * size);
  let filled = 0;
  const flush = () => {
    if (filled > 0) index.add(keys.slice(0, filled), values.slice(0, filled * size), 1);
    filled = 0;
  };
  // Small steps between reads: a read transaction held for minutes would keep the write-ahead log from being folded back.
  const step = database.snapshot(() => {
    const row = database.get('SELECT version FROM collections WHERE key = ?', collection);
    version = Number(row?.version ?? 0);
    return Number(database.get(`SELECT max(slot) AS last FROM vectors_${collection}`)?.last ?? -1);
  });
  for (let from = 0; from <= step; from += BATCH) {
    const rows = database.all(
      `SELECT slot, data FROM vectors_${collection} WHERE slot >= ? AND slot < ?`,
      from,
      from + BATCH,
    );
    for (const { slot, data } of rows) {
      if (!(data instanceof Uint8Array)) continue;
      visitVectors(data, names, (name, stored) => {
        if (name !== vector || stored.kind !== 'dense') return;
        keys[filled] = BigInt(Number(slot));
        values.set(stored.values, filled * size);
        filled += 1;
      });
    }
    flush();
  }
  database.close();
  const file = target.replace('{version}', String(version));
  index.save(`${file}.part`);
  renameSync(`${file}.part`, file);
  return { version, file };
}

parentPort?.postMessage(await build(workerData as BuildRequest).catch((error) => ({ error: messageOf(error) })));
