/**
 * `kill -9` at random moments of a stream of writes: after the restart every acknowledged operation is there, none is half there,
 * and SQLite finds the file sound.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { COLLECTION, describePoint, stateAfter } from './durability-operations.ts';

const FULL = process.env.R1_ROUTER_FULL === '1';
const KILLS = FULL ? 50 : 4;

/** Runs the writer from operation `first` on, kills it after about `delay` ms of writing; returns the last acknowledged number. */
async function writeAndKill(location: string, first: number, delay: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'durability-writer.ts'), location, String(first)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('ready')) resolve();
    });
  });
  await Promise.race([ready, ended]);
  await sleep(delay);
  child.kill('SIGKILL');
  await ended;
  if (!output.includes('ready')) throw new Error(`the writer did not start: ${complaint}`);
  const numbers = output.split('\n').slice(1, -1).map(Number);
  return numbers.length === 0 ? first - 1 : numbers[numbers.length - 1]!;
}

describe('a killed writer', () => {
  let location: string;
  beforeEach(() => {
    location = mkdtempSync(join(tmpdir(), 'r1-durability-'));
  });
  afterEach(() => rmSync(location, { recursive: true, force: true }));

  it(
    `loses nothing acknowledged in ${KILLS} kills`,
    async () => {
      const random = keyedRandom('durability-kills', 1);
      let next = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const acknowledged = await writeAndKill(location, next, random.below(400));
        const file = new DatabaseSync(join(location, 'store.sqlite'));
        expect(file.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok');
        file.close();
        const store = await openLocalQdrant({ location });
        const { points } = await store.scroll(COLLECTION, { limit: 10_000, with_vector: true });
        const found = new Map(
          points.map((point) => [
            Number(point.id),
            describePoint(point as unknown as Parameters<typeof describePoint>[0]),
          ]),
        );
        // The operation under way at the kill may have been stored without being acknowledged, whole or not at all.
        const whole = [acknowledged + 1, acknowledged + 2].find((count) => sameMap(stateAfter(count), found));
        expect(
          whole,
          `kill ${kill} after operation ${acknowledged}: the state is not that of a whole number of operations`,
        ).toBeDefined();
        // What RAM searches is what the rows hold.
        const { points: hits } = await store.query(COLLECTION, {
          query: { indices: [7], values: [1] },
          using: 'words',
          limit: 1000,
        });
        const expected = [...found].filter(([, text]) => text.includes('"indices":[7,')).length;
        expect(hits.length).toBe(expected);
        await store.close();
        next = whole!;
      }
      expect(next).toBeGreaterThan(KILLS);
    },
    FULL ? 900_000 : 120_000,
  );
});

function sameMap(a: Map<number, string>, b: Map<number, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
