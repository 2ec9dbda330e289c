/**
 * LocalQdrant against a plain JavaScript scan, SQLite's FTS5 and, where it can be found, LanceDB, in one run on one machine:
 *
 *   node --expose-gc bench/stores/bench.ts [--count 10000] [--clusters 500 | --vectors FILE.f32] [--ann]
 *       [--lancedb DIRECTORY_WITH_NODE_MODULES] [--json]
 *
 * Contenders take turns query by query. Reported are the median time and the mean CPU time of all threads, which other work on the
 * machine disturbs less; both as ratios to the plain scan of the same run.
 * `--vectors` names a file of little-endian float32, 384 a vector, for recall on real embeddings, the last 60 being the queries;
 * without it vectors are random, around `--clusters` centres if given (at 0 the hardest case there is for approximate search).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { keyedRandom } from '../../src/common/random.ts';
import { type LocalQdrant, openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';

const SIZE = 384;
const QUERIES = 60;
const WARM_UP = 10;
const TERMS = 40;
const WORDS = 30_000;

const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    vectors: { type: 'string' },
    clusters: { type: 'string' },
    lancedb: { type: 'string' },
    ann: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** Only opens this store and prints what that took; the bench calls itself so. */
    reopen: { type: 'string' },
  },
});

interface Data {
  count: number;
  dense: Float32Array;
  words: { indices: number[]; values: number[] }[];
  queries: { dense: Float32Array; words: { indices: number[]; values: number[] } }[];
}

function makeData(count: number, file: string | undefined): Data {
  const random = keyedRandom('bench-stores', count);
  const stored = file ? new Float32Array(readFileSync(file).buffer) : undefined;
  const total = count + QUERIES;
  const dense = new Float32Array(total * SIZE);
  if (stored && stored.length < dense.length)
    throw new Error(`${file} holds ${stored.length / SIZE} vectors, ${total} are needed`);
  const clusters = Number(flags.clusters ?? 0);
  const centers = Float32Array.from({ length: clusters * SIZE }, () => random.normal());
  for (let row = 0; row < total; row++) {
    const center = clusters > 0 ? random.below(clusters) * SIZE : 0;
    for (let i = 0; i < SIZE; i++) {
      const noise = stored ? stored[row * SIZE + i]! : random.normal();
      dense[row * SIZE + i] = clusters > 0 ? centers[center + i]! + noise : noise;
    }
  }
  for (let row = 0; row < total; row++) {
    let sum = 0;
    for (let i = row * SIZE; i < (row + 1) * SIZE; i++) sum += dense[i]! ** 2;
    const length = Math.sqrt(sum);
    for (let i = row * SIZE; i < (row + 1) * SIZE; i++) dense[i] = dense[i]! / length;
  }
  // Words as in text: a few are everywhere, most are rare.
  const word = () => Math.floor(WORDS ** random.next()) - 1;
  const wordsOf = (terms: number) => {
    const indices = [...new Set(Array.from({ length: terms }, word))].sort((a, b) => a - b);
    return { indices, values: indices.map(() => 0.5 + random.next()) };
  };
  const words = Array.from({ length: count }, () => wordsOf(TERMS));
  const queries = Array.from({ length: QUERIES }, (_, q) => {
    const { indices } = wordsOf(6);
    return {
      dense: dense.slice((count + q) * SIZE, (count + q + 1) * SIZE),
      words: { indices, values: indices.map(() => 1) },
    };
  });
  return { count, dense: dense.subarray(0, count * SIZE), words, queries };
}

function plainScan({ dense, count }: Data, query: Float32Array, limit: number): number[] {
  const best: { id: number; score: number }[] = [];
  for (let row = 0; row < count; row++) {
    const at = row * SIZE;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < SIZE; i += 4) {
      s0 += dense[at + i]! * query[i]!;
      s1 += dense[at + i + 1]! * query[i + 1]!;
      s2 += dense[at + i + 2]! * query[i + 2]!;
      s3 += dense[at + i + 3]! * query[i + 3]!;
    }
    const score = s0 + s1 + s2 + s3;
    if (best.length < limit || score > best[limit - 1]!.score) {
      best.push({ id: row, score });
      best.sort((a, b) => b.score - a.score);
      if (best.length > limit) best.pop();
    }
  }
  return best.map(({ id }) => id);
}

/** Points a second, and a second of CPU. */
async function fill(store: LocalQdrant, data: Data): Promise<{ wall: number; processor: number }> {
  await store.createCollection('bench', {
    vectors: { dense: { size: SIZE, distance: 'Cosine' } },
    sparse_vectors: { words: { modifier: 'idf' } },
  });
  await store.createPayloadIndex('bench', { field_name: 'bucket', field_schema: 'integer' });
  let spent = 0;
  let processor = 0;
  for (let from = 0; from < data.count; from += 1000) {
    const points = Array.from({ length: Math.min(1000, data.count - from) }, (_, i) => ({
      id: from + i,
      vector: {
        dense: Array.from(data.dense.subarray((from + i) * SIZE, (from + i + 1) * SIZE)),
        words: data.words[from + i]!,
      },
      payload: { bucket: (from + i) % 50, text: 'a passage of text '.repeat(12) },
    }));
    const start = performance.now();
    const before = process.cpuUsage();
    await store.upsert('bench', { points });
    spent += performance.now() - start;
    processor += processorTime(before);
  }
  return { wall: data.count / (spent / 1000), processor: data.count / (processor / 1000) };
}

/** Milliseconds of all threads since. */
function processorTime(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

interface Contender {
  name: string;
  run(query: Data['queries'][number]): unknown;
}

async function openLance(directory: string, data: Data): Promise<Contender[]> {
  const require = createRequire(join(directory, 'package.json'));
  const lancedb = await import(pathToFileURL(require.resolve('@lancedb/lancedb')).href);
  const location = mkdtempSync(join(tmpdir(), 'bench-lance-'));
  const database = await lancedb.connect(location);
  const rows = Array.from({ length: data.count }, (_, id) => ({
    id,
    vector: Array.from(data.dense.subarray(id * SIZE, (id + 1) * SIZE)),
    text: data.words[id]!.indices.map((token) => `w${token}`).join(' '),
    bucket: id % 50,
  }));
  const table = await database.createTable('bench', rows);
  if (data.count >= 10_000) {
    await table.createIndex('vector', {
      config: lancedb.Index.hnswSq({ distanceType: 'cosine', m: 20, efConstruction: 200 }),
    });
  }
  await table.createIndex('text', { config: lancedb.Index.fts() });
  await table.createIndex('bucket');
  const reranker = await lancedb.rerankers.RRFReranker.create();
  const text = (query: Data['queries'][number]) => query.words.indices.map((token) => `w${token}`).join(' ');
  const near = (query: Data['queries'][number]) =>
    table.query().nearestTo(Array.from(query.dense)).distanceType('cosine').ef(150).refineFactor(3);
  return [
    { name: 'LanceDB dense', run: (query) => near(query).limit(10).toArray() },
    {
      name: 'LanceDB hybrid',
      run: (query) =>
        near(query)
          .fullTextSearch(text(query), { columns: ['text'] })
          .rerank(reranker)
          .limit(10)
          .toArray(),
    },
  ];
}

function openFts(data: Data): Contender {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE VIRTUAL TABLE bench USING fts5(text)');
  const insert = database.prepare('INSERT INTO bench (rowid, text) VALUES (?, ?)');
  database.exec('BEGIN');
  for (const [id, { indices }] of data.words.entries()) insert.run(id, indices.map((token) => `w${token}`).join(' '));
  database.exec('COMMIT');
  const select = database.prepare('SELECT rowid, rank FROM bench WHERE bench MATCH ? ORDER BY rank LIMIT 10');
  return {
    name: 'FTS5 lexical',
    run: (query) => select.all(query.words.indices.map((token) => `w${token}`).join(' OR ')),
  };
}

const annOption = flags.ann ? { annFrom: 20_000 } : {};

/** In a process of its own: this one holds the whole data set as objects, and collecting that garbage is no part of opening a store. */
function reopenedElsewhere(location: string): Record<string, number> {
  const argv = [import.meta.filename, '--reopen', location, ...(flags.ann ? ['--ann'] : [])];
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' })) as Record<string, number>;
}

async function reopen(location: string): Promise<void> {
  const start = performance.now();
  const before = process.cpuUsage();
  const store = await openLocalQdrant({ location, ...annOption });
  await store.count('bench');
  const figures = { 'reopen, ms': performance.now() - start, 'reopen, CPU ms': processorTime(before) };
  await store.close();
  console.log(JSON.stringify(figures));
}

const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

async function main(): Promise<void> {
  const count = Number(flags.count);
  const base = process.memoryUsage().rss;
  const data = makeData(count, flags.vectors);
  const location = mkdtempSync(join(tmpdir(), 'bench-store-'));
  const figures: Record<string, number> = {};
  try {
    let store = await openLocalQdrant({ location, ...annOption });
    const filled = await fill(store, data);
    figures['ingest, points/s'] = filled.wall;
    figures['ingest, points/s of CPU'] = filled.processor;
    if (flags.ann) {
      const start = performance.now();
      await store.optimize('bench');
      figures['candidate index, s'] = (performance.now() - start) / 1000;
    }
    await store.close();
    Object.assign(figures, reopenedElsewhere(location));
    store = await openLocalQdrant({ location, ...annOption });
    await store.optimize('bench');
    const dense = (query: Data['queries'][number], exact: boolean, limit = 10) => ({
      query: Array.from(query.dense),
      using: 'dense',
      limit,
      params: { exact },
    });
    const words = (query: Data['queries'][number], limit = 10) => ({ query: query.words, using: 'words', limit });
    const hybrid = (query: Data['queries'][number], exact: boolean) =>
      store.query('bench', {
        prefetch: [dense(query, exact, 50), words(query, 50)],
        query: { fusion: 'rrf' },
        limit: 10,
      });
    const filtered = (query: Data['queries'][number], lte: number) =>
      store.query('bench', { ...dense(query, true), filter: { must: [{ key: 'bucket', range: { lte } }] } });
    const contenders: Contender[] = [
      { name: 'plain scan', run: (query) => plainScan(data, query.dense, 10) },
      { name: 'dense exact', run: (query) => store.query('bench', dense(query, true)) },
      { name: 'dense, 2% pass', run: (query) => filtered(query, 0) },
      { name: 'dense, 20% pass', run: (query) => filtered(query, 9) },
      { name: 'lexical', run: (query) => store.query('bench', words(query)) },
      { name: 'hybrid exact', run: (query) => hybrid(query, true) },
      ...(flags.ann
        ? [
            {
              name: 'dense, candidates',
              run: (query: Data['queries'][number]) => store.query('bench', dense(query, false)),
            },
            { name: 'hybrid, candidates', run: (query: Data['queries'][number]) => hybrid(query, false) },
          ]
        : []),
      openFts(data),
      ...(flags.lancedb ? await openLance(flags.lancedb, data) : []),
    ];
    const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
    const processor = new Map(contenders.map(({ name }) => [name, 0]));
    for (const [q, query] of data.queries.entries()) {
      for (const { name, run } of contenders) {
        const start = performance.now();
        const before = process.cpuUsage();
        await run(query);
        const spent = processorTime(before);
        // The first ten warm up.
        if (q < WARM_UP) continue;
        times.get(name)!.push(performance.now() - start);
        processor.set(name, processor.get(name)! + spent / (QUERIES - WARM_UP));
      }
    }
    for (const [name, list] of times) {
      figures[`${name}, ms`] = median(list);
      figures[`${name}, CPU ms`] = processor.get(name)!;
    }
    if (flags.ann) {
      let found = 0;
      for (const query of data.queries) {
        const exact = new Set((await store.query('bench', dense(query, true))).points.map(({ id }) => id));
        found += (await store.query('bench', dense(query, false))).points.filter(({ id }) => exact.has(id)).length;
      }
      figures['recall@10 of candidates'] = found / (QUERIES * 10);
    }
    const lance = contenders.find(({ name }) => name === 'LanceDB dense');
    if (lance) {
      let found = 0;
      for (const query of data.queries) {
        const exact = new Set((await store.query('bench', dense(query, true))).points.map(({ id }) => id));
        const rows = (await lance.run(query)) as { id: number }[];
        found += rows.filter(({ id }) => exact.has(Number(id))).length;
      }
      figures['recall@10 of LanceDB dense'] = found / (QUERIES * 10);
    }
    await store.close();
    figures['raw vectors, MB'] = (count * SIZE * 4) / 1e6;
    figures['base RSS, MB'] = base / 1e6;
  } finally {
    rmSync(location, { recursive: true, force: true });
  }
  if (flags.json) return console.log(JSON.stringify({ count, node: process.version, ...figures }));
  console.log(`${count} x ${SIZE}, Node ${process.version}`);
  for (const [name, value] of Object.entries(figures)) {
    const unit = [', CPU ms', ', ms'].find((end) => name.endsWith(end));
    const plain = unit === undefined ? undefined : figures[`plain scan${unit}`];
    const ratio =
      plain === undefined || name.startsWith('reopen') ? '' : `  ${(value / plain).toFixed(3)} of the plain scan`;
    console.log(`  ${name.padEnd(28)} ${value.toFixed(value < 10 ? 3 : 0).padStart(10)}${ratio}`);
  }
}

await (flags.reopen === undefined ? main() : reopen(flags.reopen));
process.exit();
