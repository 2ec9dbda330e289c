/**
 * The published trajectories of the reference, and its own reward code, where a checkout of its repository is at hand:
 * R1_ROUTER_REFERENCE names it. The reward's Python wants nltk; what else it imports is not used here and stands in for itself.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driveRouter } from '../../../src/graph/driver.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import {
  type ExportedQuestion,
  exportedRows,
  importedQuestion,
  questionsOfRows,
  replayParts,
  rowSchema,
  rowsOf,
  trajectoryOfTurns,
} from '../../../src/train/export/index.ts';
import { type ReferenceRow, referenceRow } from '../../../src/train/export/reference-rows.ts';
import { completionOf } from '../../../src/train/export/turn.ts';
import { smallData, smallWorld } from '../small-world.ts';

const checkout = process.env.R1_ROUTER_REFERENCE ?? '';
const python = process.env.R1_ROUTER_PYTHON ?? 'python3';
const published = join(checkout, 'datasets', 'grpo_dataset_valid_new.jsonl');
const isThere = checkout !== '' && existsSync(published);
if (!isThere) {
  console.log('skipped: the published trajectories (R1_ROUTER_REFERENCE names no checkout of the reference)');
}
const hasReward = isThere && spawnSync(python, ['-c', 'import nltk']).status === 0;
if (isThere && !hasReward) console.log("skipped: the reference's reward code (no Python with nltk: R1_ROUTER_PYTHON)");

async function readRows(): Promise<{ lines: ReferenceRow[]; questions: ExportedQuestion[] }> {
  const lines = readFileSync(published, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReferenceRow);
  async function* rows() {
    for (const line of lines) yield rowSchema('reference').parse(line);
  }
  const questions: ExportedQuestion[] = [];
  for await (const question of questionsOfRows(rows())) questions.push(question);
  return { lines, questions };
}

describe.skipIf(!isThere)('the published trajectories', () => {
  it('come in and go out unchanged', async () => {
    const { lines, questions } = await readRows();
    expect(questions).toHaveLength(119);
    const steps = questions.flatMap(({ turns }) => turns);
    expect(steps.filter(({ gold }) => gold.kind === 'decide')).toHaveLength(346);
    expect(questions.map(referenceRow)).toEqual(lines);
    for (const format of ['easyr1', 'verl'] as const) {
      const images = true;
      const rows = questions.flatMap((question) => rowsOf(format, question, { first: 0, images }));
      async function* again() {
        for (const row of rows) yield rowSchema(format).parse(row);
      }
      const back: ExportedQuestion[] = [];
      for await (const question of questionsOfRows(again())) back.push(question);
      expect(back.map(referenceRow)).toEqual(lines);
    }
    const imported = questions.map((question) => importedQuestion(question)!);
    expect(imported.every(({ question, answers }) => question.length > 0 && answers.length > 0)).toBe(true);
    const routes = imported.flatMap(({ steps }) => steps.map(({ knowledgeBase }) => knowledgeBase));
    const count = (name: string) => routes.filter((route) => route === name).length;
    expect([count('text'), count('table'), count('image'), 346 - routes.length]).toEqual([173, 85, 35, 53]);
  });

  it('replay through the graph and its driver as they were decided', async () => {
    const { questions } = await readRows();
    for (const exported of questions) {
      const trajectory = trajectoryOfTurns(exported)!;
      const parts = replayParts(trajectory);
      const output = await createRouterGraph(parts).invoke({ question: trajectory.question });
      const driven = await driveRouter(parts)({ question: trajectory.question });
      expect(driven.steps.map(({ contentHash }) => contentHash)).toEqual(
        output.steps.map(({ contentHash }) => contentHash),
      );
      const decided = output.steps.map(({ decision }) => decision);
      const recorded = trajectory.steps.map(({ subQuestion, knowledgeBase }) => ({
        type: 'search',
        searches: [{ subQuestion: subQuestion.trim(), knowledgeBase }],
      }));
      expect(decided).toEqual([...recorded, ...(trajectory.stopped ? [{ type: 'stop' }] : [])]);
      for (const [index, { passages, reading, repeatOf }] of output.steps.entries()) {
        const step = trajectory.steps[index];
        if (!step || repeatOf !== undefined || step.passages.length === 0) continue;
        expect(new Set(passages.map(({ text }) => text))).toEqual(new Set(step.passages.map(({ text }) => text)));
        if (step.answer !== null) expect(reading?.answer).toBe(step.answer.trim() || null);
      }
      expect(output.answer).toBe(trajectory.answers[0]!.trim());
    }
  });
});

/** Runs the reference's own scoring; embeddings are equal for equal texts and apart for others. */
const PROGRAM = `
import contextlib, importlib.util, io, json, sys, types
import numpy
from nltk.tokenize import NLTKWordTokenizer
for name in ("jieba", "openai"):
    sys.modules[name] = types.ModuleType(name)
import nltk.tokenize
nltk.tokenize.word_tokenize = NLTKWordTokenizer().tokenize
spec = importlib.util.spec_from_file_location("step", sys.argv[1])
step = importlib.util.module_from_spec(spec)
spec.loader.exec_module(step)

class Model:
    def encode(self, texts, **_):
        rows = [numpy.eye(997)[sum(map(ord, text.strip())) % 997] for text in texts]
        return {"dense_vecs": numpy.array(rows)}

rows = json.load(sys.stdin)
with contextlib.redirect_stdout(io.StringIO()):
    scores = [float(step.step_compute_score(text, gold, kind, Model())) for text, gold, kind in rows]
print(json.dumps(scores))
`;

function scoresOf(rows: readonly (readonly [string, unknown, string])[]): number[] {
  const file = join(checkout, 'Easy-R1', 'verl', 'utils', 'reward_score', 'step.py');
  const run = spawnSync(python, ['-B', '-W', 'ignore', '-c', PROGRAM, file], { input: JSON.stringify(rows) });
  expect(run.status, run.stderr.toString()).toBe(0);
  return JSON.parse(run.stdout.toString()) as number[];
}

describe.skipIf(!hasReward)("the reference's own reward", () => {
  it('gives every gold completion of our export 1', async () => {
    const { knowledgeBases } = smallWorld();
    const images = memoryImageStore();
    const options = { knowledgeBases, maxSteps: 3, readLimit: 5, image: (hash: string) => images.get(hash) };
    const unanswerable = { ...smallData().train[0]!.question, id: 'never', answers: [], answerable: false };
    const questions = [...smallData().train, { question: unanswerable }];
    const rows: [string, unknown, string][] = [];
    const completions: string[] = [];
    const exported = exportedRows('reference', questions, {
      ...options,
      split: 'train',
      images: false,
      onTurn: ({ completion }) => completions.push(completion),
    });
    for await (const row of exported) {
      for (const step of (row as ReferenceRow).steps) rows.push(['', step.answer, step.step_type]);
    }
    expect(completions).toHaveLength(rows.length);
    const scores = scoresOf(rows.map(([, gold, kind], index) => [completions[index]!, gold, kind] as const));
    expect(scores.length).toBeGreaterThan(60);
    expect(scores.filter((score) => score !== 1)).toEqual([]);
  });

  it('gives the published gold the same, said by us', async () => {
    const { lines, questions } = await readRows();
    const rows = questions.flatMap(({ turns }, place) =>
      turns.map(({ gold }, index) => {
        const { answer, step_type: kind } = lines[place]!.steps[index]!;
        return [completionOf(gold), answer, kind] as const;
      }),
    );
    const scores = scoresOf(rows);
    const routing = scores.filter((_, index) => rows[index]![2] === 'ret');
    expect(routing).toHaveLength(346);
    expect(routing.filter((score) => score !== 1)).toEqual([]);
    expect(scores.filter((score) => score === 1).length).toBeGreaterThanOrEqual(scores.length - 5);
  });
});
