/**
 * Retrieval quality on a folder of knowledge bases with gold documents (text.jsonl, table.jsonl, image.jsonl, questions.jsonl):
 * the question itself is the query, R@1 / 5 / 20 of distinct documents. The folder is R1_ROUTER_SHARED_DATA/bench, or named.
 *
 *   node bench/retrieval/quality.ts [folder] [--dense MODEL] [--fusion JSON] [--threads N] [--only text|table|image] [--sample N]
 *
 * With `--dense` the same passages are searched by words, by vectors, and by both, joined as `--fusion` says (else by default), and
 * what both are above words is shown with its 95% interval, questions of one gold document drawn together. `--sample N` keeps the
 * gold documents and N others, for slow encoders: its figures compare with each other only.
 */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keyedRandom } from '../../src/common/random.ts';
import { textLines } from '../../src/common/text-lines.ts';
import { pairedTest } from '../../src/eval/statistics/index.ts';
import type { KnowledgeDocument } from '../../src/tools/document.ts';
import { openDenseTextEncoder } from '../../src/tools/encoders/dense/text-encoder.ts';
import type { Modality } from '../../src/tools/knowledge-base.ts';
import { openKnowledgeBase } from '../../src/tools/open.ts';
import type { Encoders } from '../../src/tools/planner/options.ts';
import { aliasOf } from '../../src/tools/planner/registry.ts';
import { createKnowledgeBase, type StoreKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import { goldRank, RANKS, recall, recallLine } from './recall.ts';

interface BenchQuestion {
  source: string;
  question: string;
  gold: Record<string, string[] | undefined>;
}

const shared = process.env.R1_ROUTER_SHARED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dense: { type: 'string' },
    fusion: { type: 'string' },
    threads: { type: 'string' },
    only: { type: 'string' },
    sample: { type: 'string' },
  },
});
const folder = positionals[0] ?? join(shared, 'bench');
if (!existsSync(join(folder, 'questions.jsonl'))) {
  console.log(`retrieval quality: no questions.jsonl in ${folder}; name a folder that has one`);
  process.exit(0);
}

async function* rows<Row>(file: string): AsyncGenerator<Row> {
  const lines = textLines(createReadStream(join(folder, file)));
  for await (const line of lines) if (line) yield JSON.parse(line) as Row;
}

async function denseEncoder(): Promise<Encoders> {
  const { dense: model, threads } = options;
  return model === undefined
    ? {}
    : { dense: await openDenseTextEncoder({ model, threads: threads ? Number(threads) : undefined }) };
}

/** The gold documents of the questions, and `count` others chosen by seed. */
async function sampled(name: string, questions: readonly BenchQuestion[], count: number): Promise<KnowledgeDocument[]> {
  const gold = new Set(questions.flatMap((question) => question.gold[name] ?? []));
  const kept: KnowledgeDocument[] = [];
  const others: KnowledgeDocument[] = [];
  for await (const row of rows<KnowledgeDocument>(`${name}.jsonl`)) (gold.has(row.id) ? kept : others).push(row);
  return [...kept, ...keyedRandom('retrieval-quality', name).shuffle(others).slice(0, count)];
}

const questions: BenchQuestion[] = [];
for await (const row of rows<BenchQuestion>('questions.jsonl')) questions.push(row);
const encoders = await denseEncoder();
const settings = options.fusion === undefined ? {} : { fusion: JSON.parse(options.fusion) };
const store = await openLocalQdrant({ location: ':memory:' });

for (const [name, modality] of [
  ['table', 'table'],
  ['text', 'text'],
  ['image', 'text-image'],
] satisfies [string, Modality][]) {
  if (options.only !== undefined && options.only !== name) continue;
  const card = { name, description: name, modality };
  const knowledgeBase = await createKnowledgeBase({ store, card, encoders, settings });
  const started = performance.now();
  const report = await knowledgeBase.ingest(
    options.sample === undefined
      ? rows<KnowledgeDocument>(`${name}.jsonl`)
      : await sampled(name, questions, Number(options.sample)),
  );
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${name}: ${report.documents} documents, ${report.passages} passages, ${(report.documents / seconds).toFixed(0)} documents/s, ` +
      `average length ${knowledgeBase.index.sparse.averageLength.toFixed(1)}, ${report.errors.length} errors`,
  );
  for (const error of report.errors.slice(0, 3)) console.log(`  ${error.id}: ${error.message}`);
  const asked = questions.filter(({ gold }) => gold[name]?.length);
  const sources = [...new Set(asked.map(({ source }) => source))];
  const of = <Value>(source: string, values: readonly Value[]) => values.filter((_, i) => asked[i]!.source === source);
  const show = async (label: string, search: (questions: string[]) => Promise<string[][]>) => {
    const start = performance.now();
    const found = await search(asked.map(({ question }) => question));
    const rate = asked.length / ((performance.now() - start) / 1000);
    const ranks = found.map((ids, i) =>
      goldRank(
        ids.map((documentId) => ({ documentId })),
        asked[i]!.gold[name]!,
      ),
    );
    for (const source of sources) {
      const line = recallLine(recall(of(source, ranks)));
      console.log(`  ${label.padEnd(8)} ${source.padEnd(20)} ${line}  ${rate.toFixed(0)} queries/s`);
    }
    return ranks;
  };
  /** What `ranks` are above `others`, in points of recall. */
  const compare = (label: string, ranks: readonly number[], others: readonly number[]) => {
    for (const source of sources) {
      const clusters = of(source, asked).map(({ gold }) => gold[name]![0]!);
      const points = RANKS.map((k) => {
        const hits = (list: readonly number[]) => of(source, list).map((rank) => Number(rank >= 0 && rank < k));
        const { difference } = pairedTest(hits(ranks), hits(others), { clusters })!;
        const [mean, low, high] = [difference.mean, difference.low, difference.high].map((x) => (100 * x).toFixed(1));
        return `${mean} [${low}, ${high}]`;
      });
      console.log(`  ${label.padEnd(8)} ${source.padEnd(20)} ${points.join(' / ')} points above words`);
    }
  };
  const limits = { limit: RANKS.at(-1)!, perDocument: 1 };
  const searchIn = (target: StoreKnowledgeBase) => async (texts: string[]) => {
    const results = await target.searchMany(
      texts.map((text) => ({ text })),
      limits,
    );
    return results.map((passages) => passages.map(({ documentId }) => documentId));
  };
  const { dense } = encoders;
  if (!dense) {
    await show('words', searchIn(knowledgeBase));
    continue;
  }
  const both = await show('both', searchIn(knowledgeBase));
  const words = await show('words', searchIn(await openKnowledgeBase({ store, name })));
  compare('both', both, words);
  await show('vectors', async (texts) => {
    const found: string[][] = [];
    for (const text of texts) {
      const query = [...(await dense.encodeQuery(text))];
      const { points } = await store.query(aliasOf(name), { query, using: 'dense', limit: 100, with_payload: true });
      found.push([...new Set(points.map(({ payload }) => String((payload as { document: string }).document)))]);
    }
    return found;
  });
}
await store.close();
