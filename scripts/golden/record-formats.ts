/**
 * Files as today's code writes them that hold step records, for the code that will read them later, and what records and traces
 * weigh. Written once for each version of the record; what an older version wrote is kept as it is, beside it.
 *
 *   node scripts/golden/record-formats.ts           test/golden-runs/bytes.json, fixtures/step-records-v2.jsonl and fixtures/v2
 *   node scripts/golden/record-formats.ts --bytes   only prints what records and traces weigh now
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemorySaver } from '@langchain/langgraph';
import type { GoldenCase } from '../../test/golden-runs/golden-run.ts';
import {
  createRouterGraph,
  driveRouter,
  evaluationDoor,
  keyedRandom,
  type RouterOutput,
  type StepRecord,
  sampledTracing,
  streamRouter,
  trainingDoor,
} from '../../test/golden-runs/parts.ts';
import { openReplayer, readGoldenRuns } from '../../test/golden-runs/replay.ts';
import { systemOf } from '../../test/golden-runs/systems.ts';
import { startLangSmithSink } from '../../test/graph/tracing/langsmith-sink.ts';

const TESTS = fileURLToPath(new URL('../../test/golden-runs', import.meta.url));
const WEIGHED = 20;
const RECORDS = 30;
/** Of the step record. */
const VERSION = 2;

const replayer = await openReplayer();
const cases = (await readGoldenRuns()).map((run) => run.case);
const { knowledgeBases, images } = replayer;

const bytes = await weigh(cases);
console.log(JSON.stringify({ ...bytes, runs: bytes.runs.length }, null, 2));
if (!process.argv.includes('--bytes')) {
  await writeFile(join(TESTS, 'bytes.json'), `${JSON.stringify(bytes, null, 2)}\n`);
  const folder = join(TESTS, 'fixtures', `v${VERSION}`);
  await mkdir(folder, { recursive: true });
  const rewarded = await writeRecordStore(join(folder, 'record-store'));
  await writeFile(join(TESTS, 'fixtures', `step-records-v${VERSION}.jsonl`), asLines(await variedRecords(rewarded)));
  await writeEvaluation(join(folder, 'evaluation'));
  await writeEventsAndThread(folder);
}
await replayer.close();

function asLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** To one digit after the point. */
function ratio(sum: number, count: number): number {
  return Math.round((10 * sum) / count) / 10;
}

/** One run after the other, each posted to a LangSmith of our own. Milliseconds are set to 0, since their digits vary. */
async function weigh(all: readonly GoldenCase[]) {
  const ordinary = all.filter(({ turns, failing, hanging }) => turns.length === 1 && !failing && !hanging);
  const weighed = keyedRandom('bytes').shuffle(ordinary).slice(0, WEIGHED);
  const sink = await startLangSmithSink();
  process.env.LANGSMITH_ENDPOINT = sink.url;
  process.env.LANGSMITH_API_KEY = 'none';
  const runs: { id: string; records: number; recordBytes: number; traceBytes: number }[] = [];
  for (const golden of weighed) {
    const tracing = sampledTracing({ rate: 1, project: 'bytes' });
    const outputs: RouterOutput[] = [];
    const before = sink.bodies.length;
    await replayer.replay(golden, {
      callbacks: (id) => tracing.callbacksFor(id),
      includeTrace: false,
      onOutput: (_golden, output) => outputs.push(output),
    });
    await tracing.flush();
    const posted = sink.bodies.slice(before).reduce((sum, body) => sum + Buffer.byteLength(body), 0);
    const records = outputs.flatMap(({ steps }) => steps).map(withoutTimings);
    runs.push({
      id: golden.id,
      records: records.length,
      recordBytes: records.reduce((sum, record) => sum + sizeOf(record), 0),
      traceBytes: posted,
    });
  }
  await sink.close();
  const records = runs.reduce((sum, run) => sum + run.records, 0);
  return {
    what: 'recordBytes: of the JSON of all records of a run, milliseconds set to 0; traceBytes: posted to LangSmith, unpacked',
    records,
    meanRecordBytes: ratio(
      runs.reduce((sum, run) => sum + run.recordBytes, 0),
      records,
    ),
    meanTraceBytes: ratio(
      runs.reduce((sum, run) => sum + run.traceBytes, 0),
      runs.length,
    ),
    runs,
  };
}

function withoutTimings(record: StepRecord): StepRecord {
  return { ...record, timings: { ...record.timings, decide: 0, retrieve: 0, read: 0 } };
}

/** Records that have between them everything a record may have; the small ones first. */
async function variedRecords(rewarded: readonly StepRecord[]): Promise<StepRecord[]> {
  const all: StepRecord[] = [...rewarded];
  await replayer.replayAll(cases, 4, { onOutput: (_golden, { steps }) => all.push(...steps) });
  const chosen: StepRecord[] = [];
  const seen = new Map<string, number>();
  const left = new Set(all.toSorted((a, b) => sizeOf(a) - sizeOf(b) || (a.contentHash < b.contentHash ? -1 : 1)));
  while (chosen.length < RECORDS) {
    let best: StepRecord | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const record of left) {
      const worth = featuresOf(record).reduce((sum, feature) => sum + 0.2 ** (seen.get(feature) ?? 0), 0);
      if (worth > most) [best, most] = [record, worth];
    }
    if (!best) break;
    chosen.push(best);
    left.delete(best);
    for (const feature of featuresOf(best)) seen.set(feature, (seen.get(feature) ?? 0) + 1);
  }
  console.log(`step records: ${[...seen.keys()].toSorted().join(', ')}`);
  return chosen;
}

function featuresOf(record: StepRecord): string[] {
  const { decision, attempts, policy, outcome, probes, reading, state } = record;
  const { candidates = [] } = (policy.trace ?? {}) as { candidates?: { provider: string }[] };
  return [
    ...Object.keys(record).map((key) => `field ${key}`),
    ...Object.keys(policy).map((key) => `policy.${key}`),
    `decision ${decision.type}`,
    `outcome ${outcome}`,
    `policy ${policy.name}`,
    ...(decision.type === 'search'
      ? [`asks ${decision.searches.map(({ knowledgeBase }) => knowledgeBase).join('+')}`]
      : []),
    ...attempts.flatMap((attempt) => [
      ...Object.keys(attempt).map((key) => `attempt.${key}`),
      `invalid ${attempt.invalid ?? 'none'}`,
    ]),
    ...candidates.map(({ provider }) => `candidate ${provider}`),
    ...probes.map((probe) => `probe ${probe.outcome ?? (probe.topScores.length > 0 ? 'with scores' : 'empty')}`),
    ...(reading ? [`reading ${reading.answer === null ? 'abstains' : 'answers'}`] : []),
    ...(reading?.confidence === undefined ? [] : ['reading.confidence']),
    ...(reading?.citations.some(({ quote }) => quote !== undefined) ? ['quote'] : []),
    ...(state.image === undefined ? [] : ['image']),
    `history of ${Math.min(2, state.history.length)}`,
  ];
}

/** The scorer's sampled rollouts, scored, as a training keeps them. */
async function writeRecordStore(folder: string): Promise<StepRecord[]> {
  const [{ openRecordStore, rollOut, scoreGroup, REWARD_PRESETS }, questions] = await Promise.all([
    trainingDoor(),
    plainQuestions(2),
  ]);
  const drive = driveRouter({ knowledgeBases, images, ...(await systemOf({ system: 'scorer', variant: 'sampled' })) });
  const asked = questions.map((question) => ({ question }));
  const groups = await rollOut({ drive, questions: asked, groupSize: 3, seed: 1, iteration: 0 });
  const scored = groups.map((group) => scoreGroup(group, REWARD_PRESETS.evidence));
  await rm(folder, { recursive: true, force: true });
  const store = await openRecordStore(folder);
  await store.append(scored);
  await store.close();
  return scored.flatMap(({ members }) => members.flatMap(({ steps }) => steps));
}

async function plainQuestions(count: number) {
  const { loadAtlas } = await evaluationDoor();
  const { questions } = await loadAtlas('train');
  const plain = questions.filter(({ image, answerable, steps = [] }) => !image && answerable && steps.length === 2);
  return keyedRandom('formats').shuffle(plain).slice(0, count);
}

/** Two methods on three questions, what every knowledge base would have brought, and one method that fails. */
async function writeEvaluation(folder: string): Promise<void> {
  const { runEvaluation } = await evaluationDoor();
  const methodOf = async (system: 'probe' | 'all-once') => {
    const graph = createRouterGraph({ knowledgeBases, images, ...(await systemOf({ system })) });
    return { name: system, fingerprint: { system }, invoke: graph.invoke.bind(graph) };
  };
  const broken = {
    name: 'broken',
    fingerprint: {},
    invoke: async (): Promise<never> => {
      throw new Error('the model is gone');
    },
  };
  const work = await mkdtemp(join(tmpdir(), 'golden-formats-'));
  const evaluation = join(work, 'evaluation');
  await runEvaluation({
    folder: evaluation,
    dataset: { name: 'formats', questions: await plainQuestions(3) },
    methods: [await methodOf('probe'), await methodOf('all-once'), broken],
    counterfactual: { knowledgeBases },
    concurrency: 1,
  });
  await mkdir(folder, { recursive: true });
  for (const name of ['evaluation.json', 'questions.jsonl', 'runs.jsonl']) {
    await writeFile(join(folder, name), await readFile(join(evaluation, name)));
  }
  await rm(work, { recursive: true });
}

/** What `ask --stream` prints, what the graph returns, and the state that a checkpointer keeps of a thread. */
async function writeEventsAndThread(folder: string): Promise<void> {
  const parts = { knowledgeBases, images, ...(await systemOf({ system: 'probe' })) };
  const graph = createRouterGraph({ ...parts, checkpointer: new MemorySaver() });
  const config = { configurable: { thread_id: 'formats' }, context: { seed: 0 } };
  const events: unknown[] = [];
  for await (const event of streamRouter(graph, { question: 'What is the capital of Peru?' }, config))
    events.push(event);
  await writeFile(join(folder, 'events.jsonl'), asLines(events));
  const output = await graph.invoke({ question: 'And of Chile?' }, config);
  await writeFile(join(folder, 'output.json'), `${JSON.stringify(output)}\n`);
  const { values } = await graph.getState(config);
  await writeFile(join(folder, 'thread-state.json'), `${JSON.stringify(values)}\n`);
}
