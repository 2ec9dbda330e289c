/**
 * The default system on real questions over three real knowledge bases (OTT-QA, TabFact, Open-WikiTable, MultimodalQA): a check
 * that it is no atlas-only system. Evidence recall (share of gold documents among the passages read), answers, searches and
 * reads of probe and all-once. The folder is R1_ROUTER_SHARED_DATA/bench or named: text.jsonl, table.jsonl, image.jsonl and
 * questions.jsonl `{source, question, answers, gold: {table, text, image}}`.
 *
 *   node bench/atlas/real.ts [folder] [--sample N] [--limit N] [--policies probe,all-once]
 */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { textLines } from '../../src/common/text-lines.ts';
import { exactMatch, tokenF1 } from '../../src/eval/metrics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { allOncePolicy } from '../../src/graph/policies/all-once.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import type { KnowledgeDocument } from '../../src/tools/document.ts';
import type { Modality, SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '300' },
    limit: { type: 'string', default: '5' },
    policies: { type: 'string', default: 'probe,all-once' },
  },
});
const shared = process.env.R1_ROUTER_SHARED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const folder = positionals[0] ?? join(shared, 'bench');
if (!existsSync(join(folder, 'questions.jsonl'))) {
  console.log(`real questions: no questions.jsonl in ${folder}; name a folder that has one`);
  process.exit(0);
}

const QuestionRow = z.object({
  source: z.string(),
  question: z.string(),
  answers: z.array(z.string()),
  gold: z.object({
    table: z.array(z.string()).optional(),
    text: z.array(z.string()).optional(),
    image: z.array(z.string()).optional(),
  }),
});

async function* rows(file: string): AsyncGenerator<unknown> {
  const lines = textLines(createReadStream(join(folder, file)));
  for await (const line of lines) if (line) yield JSON.parse(line) as unknown;
}

const CARDS: Record<string, { modality: Modality; description: string }> = {
  table: {
    modality: 'table',
    description:
      'Tables of Wikipedia: sports seasons and results, elections, films, albums, episodes, rankings, statistics.',
  },
  text: {
    modality: 'text',
    description: 'Passages of Wikipedia on people, places, clubs, films, companies and events.',
  },
  image: { modality: 'text-image', description: 'Titles of pictures of Wikipedia: posters, logos, portraits, places.' },
};

const store = await openLocalQdrant({ location: ':memory:' });
const knowledgeBases: SearchableKnowledgeBase[] = [];
for (const [name, card] of Object.entries(CARDS)) {
  const knowledgeBase = await createKnowledgeBase({ store, card: { name, ...card } });
  await knowledgeBase.ingest(rows(`${name}.jsonl`) as AsyncIterable<KnowledgeDocument>);
  knowledgeBases.push(knowledgeBase);
}

const questions: z.infer<typeof QuestionRow>[] = [];
for await (const row of rows('questions.jsonl')) questions.push(QuestionRow.parse(row));
const stride = Math.max(1, Math.floor(questions.length / Number(options.sample)));
const chosen = questions.filter((_, index) => index % stride === 0);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

console.log('policy     source               n   evidence      EM      F1  answered  searches  reads   ms');
for (const name of options.policies.split(',')) {
  const drive = driveRouter({
    knowledgeBases,
    policy: name === 'probe' ? probePolicy() : allOncePolicy(),
    reader: extractiveReader({ limit: Number(options.limit) }),
    answerer: extractiveAnswerer(),
    maxSteps: 3,
  });
  const lines = new Map<string, number[][]>();
  for (const { source, question, answers, gold } of chosen) {
    const started = performance.now();
    const { answer, usage, steps } = await drive({ question }, { context: { seed: 1 } });
    const seen = new Set(
      steps.flatMap((step) =>
        step.passages.slice(0, Number(options.limit) * (name === 'probe' ? 1 : 3)).map(({ documentId }) => documentId),
      ),
    );
    const wanted = Object.values(gold).flat();
    const row = [
      mean(wanted.map((id) => Number(seen.has(id)))),
      answer === null ? 0 : exactMatch(answer, answers),
      answer === null ? 0 : tokenF1(answer, answers),
      Number(answer !== null),
      usage.searches,
      usage.reads,
      performance.now() - started,
    ];
    for (const key of [source, 'everything']) lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  for (const [source, values] of lines) {
    const columns = values[0]!.map((_, index) => mean(values.map((row) => row[index]!)));
    const [evidence = 0, em = 0, f1 = 0, answered = 0, searches = 0, reads = 0, milliseconds = 0] = columns;
    console.log(
      `${name.padEnd(10)} ${source.padEnd(18)} ${String(values.length).padStart(4)}   ${evidence.toFixed(3).padStart(8)}  ${em.toFixed(3)}   ${f1.toFixed(3)}     ${answered.toFixed(3)}     ${searches.toFixed(2).padStart(5)}  ${reads.toFixed(1).padStart(5)}  ${milliseconds.toFixed(0).padStart(3)}`,
    );
  }
}
await store.close();
