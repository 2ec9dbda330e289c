import { describe, expect, it } from 'vitest';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { NO_USAGE, searchFor } from '../../../src/graph/decision.ts';
import { type StepRecord, stepContentHash, stepId } from '../../../src/graph/step-record.ts';
import {
  REWARD_PRESETS,
  REWARDS,
  RewardConfigSchema,
  type ScoredRun,
  scoreRun,
  stemmedF1,
} from '../../../src/train/rewards/index.ts';

const RUN_ID = '0190a0a0-0000-7000-8000-000000000000';

function step(index: number, part: Partial<StepRecord>): StepRecord {
  const record = {
    schemaVersion: 2,
    index,
    state: { question: 'q', history: [] },
    decision: { type: 'stop' },
    attempts: [],
    searches: [],
    policy: { name: 'test', version: '1' },
    outcome: 'none',
    passages: [],
    probes: [],
    usage: NO_USAGE,
    ...part,
  } as Parameters<typeof stepContentHash>[0];
  return {
    ...record,
    id: stepId(RUN_ID, index),
    runId: RUN_ID,
    contentHash: stepContentHash(record),
    timings: { startedAt: '', decide: 0, retrieve: 0, read: 0 },
  } as StepRecord;
}

const search = (
  index: number,
  knowledgeBase: string,
  subQuestion: string,
  documents: string[],
  reads = documents.length,
): StepRecord =>
  step(index, {
    decision: searchFor(subQuestion, knowledgeBase),
    outcome: 'passages',
    passages: documents.map((documentId, rank) => ({ id: documentId, documentId, knowledgeBase, score: 1, rank })),
    usage: { ...NO_USAGE, searches: 3, cost: 3, reads },
  });

const question = QuestionSchema.parse({
  id: 'q',
  question: 'q',
  answers: ['42'],
  steps: [
    { subQuestion: "Which country's flag is this?", knowledgeBase: 'image', documents: ['flag'], answer: 'Peru' },
    { subQuestion: 'What is the population of Peru?', knowledgeBase: 'table', documents: ['t1', 't2'], answer: '42' },
  ],
});

const good: ScoredRun = {
  question,
  answer: '42',
  steps: [
    search(0, 'image', 'Which country has this flag?', ['x', 'flag']),
    search(1, 'table', 'population of Peru', ['t2', 'y']),
    step(2, {}),
  ],
};

describe('rewards', () => {
  it('pays for routes at their place and for a stop after the last gold step', () => {
    expect(REWARDS['route-match'](good)).toEqual([1, 1, 1]);
    const early = { ...good, steps: [step(0, {})] };
    expect(REWARDS['route-match'](early)).toEqual([0]);
    expect(
      REWARDS['route-match']({
        ...good,
        steps: [step(0, { fallback: true }), step(1, {}), step(2, { fallback: true })],
      }),
    ).toEqual([0, 0, 0]);
  });

  it('pays the rise of evidence once, whichever of the equal documents is read, and nothing for what is retrieved unread', () => {
    expect(REWARDS['evidence-gain'](good)).toEqual([0.5, 0.5, 0]);
    const unread = {
      ...good,
      steps: [search(0, 'image', 's', ['x', 'flag'], 1), search(1, 'table', 's', ['t1', 't2'])],
    };
    expect(REWARDS['evidence-gain'](unread)).toEqual([0, 0.5]);
    const twice = { ...good, steps: [search(0, 'table', 's', ['t1']), search(1, 'table', 's', ['t2'])] };
    expect(REWARDS['evidence-gain'](twice)).toEqual([0.5, 0]);
  });

  it('measures sub-questions by stems and puts the answer on the last step', () => {
    expect(stemmedF1('populations of Peru', 'the population of Peru')).toBeCloseTo(6 / 7);
    expect(stemmedF1('', '')).toBe(0);
    expect(REWARDS['answer-em'](good)).toEqual([0, 0, 1]);
    expect(REWARDS['answer-f1']({ ...good, answer: null })).toEqual([0, 0, 0]);
    expect(REWARDS['answer-recall-rule']({ ...good, answer: 'it is 42' })).toEqual([0, 0, 1]);
  });

  it('rewards abstaining where there is no answer, and punishes answering', () => {
    const unanswerable = QuestionSchema.parse({ id: 'u', question: 'u', answers: [], answerable: false });
    expect(REWARDS.abstention({ ...good, question: unanswerable, answer: null }).at(-1)).toBe(1);
    expect(REWARDS.abstention({ ...good, question: unanswerable }).at(-1)).toBe(-1);
    expect(REWARDS['answer-f1']({ ...good, question: unanswerable })).toEqual([0, 0, 0]);
    expect(REWARDS.abstention(good)).toEqual([0, 0, 0]);
  });

  it('charges declared costs, repetitions and unusable outputs', () => {
    const invalid = { invalid: 'missing-tag', raw: 'x' } as const;
    const run = {
      ...good,
      steps: [search(0, 'image', 's', ['x']), step(1, { repeatOf: 0 }), step(2, { attempts: [invalid, invalid, {}] })],
    };
    expect(REWARDS['search-cost'](run)).toEqual([-3, -0, -0]);
    expect(REWARDS.repetition(run)).toEqual([0, -1, 0]);
    expect(REWARDS.format(run)).toEqual([-0, -0, -2]);
  });

  it('values a stop by what was still missing', () => {
    expect(REWARDS.stopping(good)).toEqual([0, 0, 1]);
    expect(REWARDS.stopping({ ...good, steps: [search(0, 'image', 's', ['flag']), step(1, {})] })).toEqual([0, -0.5]);
  });

  it('sums with the declared weights; the parts stay apart', () => {
    const { total, parts } = scoreRun(good, REWARD_PRESETS.evidence);
    expect(Object.keys(parts)).toContain('evidence-gain');
    const sum = total.reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1 + 1 + 0.25 - 0.02 * 6 - 0.005 * 4);
    expect(scoreRun(good, REWARD_PRESETS.paper).total[2]).toBeCloseTo(0.5 + 0.5 + 1);
  });

  it('keeps a failed run with the declared reward, on its last step', () => {
    expect(scoreRun({ ...good, failure: 'policy-failed' }, REWARD_PRESETS.evidence).total).toEqual([0, 0, -1]);
    expect(scoreRun({ ...good, steps: [], failure: 'aborted' }, REWARD_PRESETS.evidence).total).toEqual([-1]);
  });

  it('refuses a misspelt reward', () => {
    expect(RewardConfigSchema.safeParse({ weights: { 'evidence-gian': 1 } }).success).toBe(false);
  });
});
