/**
 * LocalQdrant beside what Python has: BM25 against bm25s, dense search against the local mode of qdrant-client, on the same texts
 * and vectors in one run, query by query in turns:
 *
 *   pip install bm25s PyStemmer qdrant-client
 *   node bench/stores/python.ts [--python python3] [--count 100000] [--queries 60] [--vectors FILE.f32]
 *
 * Texts are the glosses of WordNet, queries the first words of glosses that are not stored. Vectors are random, or the file's
 * (384 a vector, one a text; `embed.ts` writes them). Python's clock runs around its library call only; ours around the whole call, query encoding included
 * on both sides. Where Python or a package is missing this says so and ends well.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keyedRandom } from '../../src/common/random.ts';
import { createBm25Encoder } from '../../src/tools/encoders/bm25.ts';
import { type LocalQdrant, openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import { glosses } from './glosses.ts';

const SIZE = 384;
const WARM_UP = 10;
const BATCH = 200;

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    count: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '60' },
    vectors: { type: 'string' },
  },
});

const missing = spawnSync(flags.python, ['-c', 'import bm25s, Stemmer, qdrant_client, numpy'], { encoding: 'utf8' });
if (missing.status !== 0) {
  const why = missing.error?.message ?? missing.stderr.trim().split('\n').at(-1);
  console.log(`not measured: ${flags.python} lacks a package (${why}); pip install bm25s PyStemmer qdrant-client`);
  process.exit(0);
}

function denseVectors(total: number): Float32Array {
  if (flags.vectors) {
    const bytes = readFileSync(flags.vectors);
    return new Float32Array(bytes.buffer, bytes.byteOffset, total * SIZE);
  }
  const random = keyedRandom('bench-python-vectors', total);
  return Float32Array.from({ length: total * SIZE }, () => random.normal());
}

async function fill(store: LocalQdrant, texts: readonly string[], vectors: Float32Array) {
  const plain = createBm25Encoder();
  const lengths = texts.map((text) => plain.lengthOf([{ text, weight: 1 }]));
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / texts.length;
  const encoder = createBm25Encoder({ averageLength });
  await store.createCollection('c', {
    vectors: { dense: { size: SIZE, distance: 'Cosine' } },
    sparse_vectors: { words: { modifier: 'idf' } },
  });
  for (let from = 0; from < texts.length; from += 1000) {
    const points = texts.slice(from, from + 1000).map((text, i) => ({
      id: from + i,
      vector: {
        dense: Array.from(vectors.subarray((from + i) * SIZE, (from + i + 1) * SIZE)),
        words: encoder.encodeDocument([{ text, weight: 1 }]),
      },
    }));
    await store.upsert('c', { points });
  }
  return encoder;
}

type Python = ChildProcessByStdio<Writable, Readable, null>;

function conversation(python: Python) {
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('Python ended early; its error stands above');
    return JSON.parse(value) as T;
  };
  return {
    answer,
    ask<T>(request: unknown): Promise<T> {
      python.stdin.write(`${JSON.stringify(request)}\n`);
      return answer<T>();
    },
  };
}

const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[times.length >> 1]!;
const shared = (a: readonly unknown[], b: readonly unknown[]) => a.filter((id) => b.includes(id)).length;

async function main(): Promise<void> {
  const count = Number(flags.count);
  const total = count + Number(flags.queries);
  const all = glosses().slice(0, total);
  const texts = all.slice(0, count);
  const vectors = denseVectors(total);
  const queries = all.slice(count).map((text, q) => ({
    text: text.split(' ').slice(0, 8).join(' '),
    vector: Array.from(vectors.subarray((count + q) * SIZE, (count + q + 1) * SIZE)),
  }));
  const folder = mkdtempSync(join(tmpdir(), 'bench-python-'));
  writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
  const stored = vectors.subarray(0, count * SIZE);
  writeFileSync(join(folder, 'vectors.f32'), new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
  const script = fileURLToPath(new URL('python_side.py', import.meta.url));
  const python: Python = spawn(flags.python, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const { ask, answer } = conversation(python);
    await answer<unknown>();
    const store = await openLocalQdrant({ location: ':memory:' });
    const encoder = await fill(store, texts, vectors);
    await store.optimize('c');
    const words = (text: string) => ({ query: encoder.encodeQuery(text), using: 'words', limit: 10 });
    const times = { words: [] as number[], bm25s: [] as number[], dense: [] as number[], client: [] as number[] };
    const agreement = { lexical: 0, dense: 0 };
    const timed = async <T>(list: number[], q: number, work: () => Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await work();
      if (q >= WARM_UP) list.push(performance.now() - start);
      return result;
    };
    for (const [q, { text, vector }] of queries.entries()) {
      const ours = await timed(times.words, q, () => store.query('c', words(text)));
      const theirs = await ask<{ ids: number[][]; ms: number }>({ texts: [text] });
      const near = await timed(times.dense, q, () => store.query('c', { query: vector, using: 'dense', limit: 10 }));
      const client = await ask<{ ids: number[]; ms: number }>({ vector });
      agreement.lexical +=
        shared(
          theirs.ids[0]!,
          ours.points.map(({ id }) => id),
        ) / 10;
      agreement.dense +=
        shared(
          client.ids,
          near.points.map(({ id }) => id),
        ) / 10;
      if (q < WARM_UP) continue;
      times.bm25s.push(theirs.ms);
      times.client.push(client.ms);
    }
    // Many at once, where bm25s spreads its fixed costs.
    const many = Array.from({ length: BATCH }, (_, i) => queries[i % queries.length]!.text);
    const batches = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      await store.queryBatch('c', { searches: many.map(words) });
      batches.ours.push(performance.now() - start);
      batches.theirs.push((await ask<{ ms: number }>({ texts: many })).ms);
    }
    const line = (name: string, ours: number, theirs: number) =>
      console.log(
        `${name.padEnd(44)} ${ours.toFixed(2).padStart(8)} ${theirs.toFixed(2).padStart(8)} ${(theirs / ours).toFixed(1).padStart(6)}x`,
      );
    console.log(`${count} texts, ${count} x ${SIZE} vectors; median ms: here, there, there / here`);
    line('BM25, one query (bm25s)', median(times.words), median(times.bm25s));
    line(`BM25, a query of a batch of ${BATCH} (bm25s)`, median(batches.ours) / BATCH, median(batches.theirs) / BATCH);
    line('dense exact (qdrant-client, local mode)', median(times.dense), median(times.client));
    const share = (value: number) => (value / queries.length).toFixed(3);
    console.log(`same hits of 10: BM25 ${share(agreement.lexical)}, dense ${share(agreement.dense)}`);
    await store.close();
  } finally {
    python.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
process.exit();
