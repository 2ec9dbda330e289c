/**
 * Answer quality and cost of the built-in policies on the atlas: the scorer that ships, untrained (the same before it learns), probe, random,
 * all, all-once and single knowledge bases, with the extractive reader, over a range of reader limits. EM and token F1 (an abstention on an unanswerable question is 1, an
 * answer 0), searches (probes included) and reads, with bootstrap intervals over templates; unseen templates apart.
 *
 *   node bench/atlas/run.ts [--split test|validation|train] [--policies probe,all,...] [--limits 2,3,5,8] [--sample N] [--out FILE]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import { exactMatch, tokenF1 } from '../../src/eval/metrics/index.ts';
import { bootstrapMean, type Interval } from '../../src/eval/statistics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { allPolicy } from '../../src/graph/policies/all.ts';
import { allOncePolicy } from '../../src/graph/policies/all-once.ts';
import { fixedPolicy } from '../../src/graph/policies/fixed.ts';
import { randomPolicy } from '../../src/graph/policies/random.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import { openScorerPolicy, scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import { SHIPPED } from '../train/learning/trainings.ts';
import { untrainedIn } from '../train/lines.ts';
import { candidateCoverage } from './coverage.ts';

interface Row {
  question: Question;
  em: number;
  f1: number;
  searches: number;
  reads: number;
  cost: number;
  milliseconds: number;
  decideMilliseconds: number;
}

interface Line {
  policy: string;
  limit: number;
  part: string;
  n: number;
  em: Interval | null;
  f1: Interval | null;
  searches: number;
  reads: number;
  cost: number;
  milliseconds: number;
  decideMilliseconds: number;
}

const { values: options } = parseArgs({
  options: {
    split: { type: 'string', default: 'test' },
    policies: {
      type: 'string',
      default: 'scorer,untrained,probe,all,all-once,random,fixed:text,fixed:table,fixed:image',
    },
    limits: { type: 'string', default: '2,3,5,8' },
    /** The reader limit at which the policies other than probe are measured. */
    limit: { type: 'string', default: '5' },
    sample: { type: 'string' },
    out: { type: 'string' },
  },
});

async function policyOf(name: string): Promise<Policy> {
  const probe = probePolicy();
  if (name === 'scorer') return openScorerPolicy(SHIPPED);
  if (name === 'untrained') return scorerPolicy(untrainedIn(atlas), { name });
  if (name === 'probe') return probe;
  if (name === 'all') return allPolicy({ decomposition: probe });
  if (name === 'random') return randomPolicy({ decomposition: probe });
  if (name === 'all-once') return allOncePolicy();
  if (name.startsWith('fixed:')) return fixedPolicy({ knowledgeBase: name.slice(6), decomposition: probe });
  throw new Error(`bench:atlas: unknown policy "${name}"`);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function summarise(policy: string, limit: number, part: string, rows: readonly Row[]): Line {
  const clusters = rows.map(({ question }) => question.template ?? question.id);
  return {
    policy,
    limit,
    part,
    n: rows.length,
    em: bootstrapMean(
      rows.map(({ em }) => em),
      { clusters },
    ),
    f1: bootstrapMean(
      rows.map(({ f1 }) => f1),
      { clusters },
    ),
    searches: mean(rows.map(({ searches }) => searches)),
    reads: mean(rows.map(({ reads }) => reads)),
    cost: mean(rows.map(({ cost }) => cost)),
    milliseconds: mean(rows.map(({ milliseconds }) => milliseconds)),
    decideMilliseconds: mean(rows.map(({ decideMilliseconds }) => decideMilliseconds)),
  };
}

/** Parts of the split that are reported apart. */
function partsOf(rows: readonly Row[]): [string, Row[]][] {
  const parts = new Map<string, Row[]>();
  const add = (part: string, row: Row) => parts.set(part, [...(parts.get(part) ?? []), row]);
  for (const row of rows) {
    const { unseen, route = '', steps = [], answerable } = row.question;
    add('everything', row);
    add(unseen?.template ? 'unseen templates' : 'seen templates', row);
    if (unseen?.relation) add('unseen relations', row);
    if (unseen?.phrasing) add('unseen phrasings', row);
    if (unseen?.entity) add('unseen entities', row);
    if (answerable === false) add('unanswerable', row);
    else add(`route ${route === '' ? '(none)' : route}`, row);
    if (answerable !== false) add(`${steps.length} ${steps.length === 1 ? 'hop' : 'hops'}`, row);
  }
  return [...parts].sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1));
}
const order = (part: string): number => ['everything', 'unseen templates', 'seen templates'].indexOf(part) + 1 || 9;

const atlas = await openKnowledgeBases();
const { questions: everything } = await loadAtlas(options.split as 'train' | 'validation' | 'test');
const wanted = Number(options.sample ?? everything.length);
const stride = Math.max(1, Math.floor(everything.length / wanted));
const questions = everything.filter((_, index) => index % stride === 0);
const images = memoryImageStore();

async function run(name: string, limit: number): Promise<Row[]> {
  const drive = driveRouter({
    knowledgeBases: atlas.knowledgeBases,
    policy: await policyOf(name),
    reader: extractiveReader({ limit }),
    answerer: extractiveAnswerer(),
    images,
  });
  const rows: Row[] = [];
  for (const question of questions) {
    const image = question.image === undefined ? undefined : await images.put(await readFile(question.image));
    const started = performance.now();
    const { answer, usage, steps } = await drive({ question: question.question, image }, { context: { seed: 1 } });
    const abstained = answer === null;
    const answerable = question.answerable !== false;
    rows.push({
      question,
      em: answerable ? (abstained ? 0 : exactMatch(answer, question.answers)) : Number(abstained),
      f1: answerable ? (abstained ? 0 : tokenF1(answer, question.answers)) : Number(abstained),
      searches: usage.searches,
      reads: usage.reads,
      cost: usage.cost,
      milliseconds: performance.now() - started,
      decideMilliseconds: mean(steps.map((step) => step.timings.decide)),
    });
  }
  return rows;
}

const lines: Line[] = [];
const format = (interval: Interval | null): string =>
  interval ? `${interval.mean.toFixed(3)} [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : '-';
function print({ policy, limit, part, n, em, f1, searches, reads, cost, milliseconds }: Line): void {
  console.log(
    `${policy.padEnd(12)} ${String(limit).padStart(2)}  ${part.padEnd(26)} ${String(n).padStart(5)}  ${format(em)}  ${format(f1)}  ${searches.toFixed(2).padStart(5)} ${reads.toFixed(1).padStart(6)} ${cost.toFixed(2).padStart(5)} ${milliseconds.toFixed(0).padStart(5)}`,
  );
}

console.log(
  `atlas ${options.split}: ${questions.length} questions, ${cpus()[0]?.model ?? 'unknown processor'} x${cpus().length}, node ${process.version}`,
);
const coverage = questions.flatMap((question) =>
  candidateCoverage(question).map((row) => ({ ...row, unseen: question.unseen?.template === true })),
);
const share = (rows: readonly { covered: boolean; first: boolean }[]) => ({
  steps: rows.length,
  covered: mean(rows.map(({ covered }) => Number(covered))),
  first: mean(rows.map(({ first }) => Number(first))),
});
const candidates = { everything: share(coverage), unseenTemplates: share(coverage.filter(({ unseen }) => unseen)) };
console.log(
  `candidates: ${(candidates.everything.covered * 100).toFixed(1)}% of ${candidates.everything.steps} gold sub-questions (${(candidates.everything.first * 100).toFixed(1)}% by the first); unseen templates ${(candidates.unseenTemplates.covered * 100).toFixed(1)}% of ${candidates.unseenTemplates.steps}`,
);
console.log(
  `${'policy'.padEnd(12)} limit ${'part'.padEnd(24)}     n  ${'EM'.padEnd(21)}  ${'F1'.padEnd(21)}  searches reads  cost    ms`,
);
for (const name of options.policies.split(',')) {
  const limits = name === 'probe' ? options.limits.split(',').map(Number) : [Number(options.limit)];
  for (const limit of limits) {
    const rows = await run(name, limit);
    for (const [part, own] of partsOf(rows)) {
      const line = summarise(name, limit, part, own);
      lines.push(line);
      if (order(part) < 9 || (name === 'probe' && limit === Number(options.limit))) print(line);
    }
  }
}
if (options.out) {
  await writeFile(
    options.out,
    `${JSON.stringify({ split: options.split, questions: questions.length, node: process.version, processor: cpus()[0]?.model, candidates, lines }, undefined, 1)}\n`,
  );
}
await atlas.close();
