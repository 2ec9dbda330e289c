/**
 * Rewards by name with declared weights: the presets, and the scoring of a run. A run's reward at a step is the weighted sum of
 * the named rewards there; a failed run has the declared failure reward on its last step and nothing else.
 */
import { z } from 'zod';
import type { Reward } from './rewards.ts';
import * as rewards from './rewards.ts';
import type { ScoredRun } from './scored-run.ts';

export { stemmedF1 } from './rewards.ts';
export { documentsRead, type ScoredRun, type ScoredStep } from './scored-run.ts';

export const REWARDS = {
  'route-match': rewards.routeMatch,
  'sub-question-similarity': rewards.subQuestionSimilarity,
  'evidence-gain': rewards.evidenceGain,
  'answer-em': rewards.answerExactMatch,
  'answer-f1': rewards.answerF1,
  'answer-recall-rule': rewards.answerRecallRule,
  abstention: rewards.abstention,
  format: rewards.format,
  'search-cost': rewards.searchCost,
  'read-cost': rewards.readCost,
  repetition: rewards.repetition,
  stopping: rewards.stopping,
} as const satisfies Record<string, Reward>;
export type RewardName = keyof typeof REWARDS;

const NAMES = Object.keys(REWARDS) as [RewardName, ...RewardName[]];

export const RewardConfigSchema = z.strictObject({
  /** Weight of each reward that counts; what is not named has weight 0. */
  weights: z.partialRecord(z.enum(NAMES), z.number()),
  /** What a failed run earns, once. */
  failure: z.number().default(-1),
});
export type RewardConfig = z.infer<typeof RewardConfigSchema>;

/** `paper`: the reference's own reward. `evidence`: ours, which rewards what was found and not the teacher's order. */
export const REWARD_PRESETS = {
  paper: {
    weights: { 'route-match': 0.5, 'sub-question-similarity': 0.5, 'answer-recall-rule': 1 },
    failure: 0,
  },
  evidence: {
    weights: {
      'evidence-gain': 1,
      'answer-f1': 1,
      abstention: 1,
      stopping: 0.25,
      format: 0.5,
      repetition: 0.2,
      'search-cost': 0.02,
      'read-cost': 0.005,
    },
    failure: -1,
  },
  /** Of people's own files, where the evidence is shown and seldom an answer: all of it, with few searches. */
  own: {
    weights: { 'evidence-gain': 1, stopping: 0.25, format: 0.5, repetition: 0.2, 'search-cost': 0.06 },
    failure: -1,
  },
} as const satisfies Record<string, RewardConfig>;
export type RewardPreset = keyof typeof REWARD_PRESETS;

const ANSWER_REWARDS = ['answer-f1', 'answer-em', 'answer-recall-rule'] as const satisfies readonly RewardName[];

/** Whether a reward looks at answers, or at the evidence alone. */
export const asksForAnswers = ({ weights }: RewardConfig): boolean => ANSWER_REWARDS.some((name) => weights[name]);

export interface RunRewards {
  /** The weighted sum, one number a step; for a failed run without steps one number. */
  total: number[];
  /** Each reward before its weight, one number a step: what is logged and written into the step records. */
  parts: Partial<Record<RewardName, number[]>>;
}

/**
 * The rewards of a run, step by step: the weighted sum and each reward before its weight. A run that failed has the failure reward on its
 * last step.
 */
export function scoreRun(run: ScoredRun, { weights, failure }: RewardConfig): RunRewards {
  if (run.failure !== undefined) {
    const total = Array.from({ length: Math.max(1, run.steps.length) }, () => 0);
    total[total.length - 1] = failure;
    return { total, parts: {} };
  }
  const total = run.steps.map(() => 0);
  const parts: RunRewards['parts'] = {};
  for (const name of NAMES) {
    const weight = weights[name];
    if (!weight) continue;
    const values = REWARDS[name](run);
    parts[name] = values;
    for (const [index, value] of values.entries()) total[index]! += weight * value;
  }
  return { total, parts };
}
