/** What is logged of one training iteration: one line of `metrics.jsonl`. */
import { z } from 'zod';

export const IterationMetricsSchema = z.object({
  iteration: z.number().int().nonnegative(),
  /** Mean summed reward of a run, and each reward's own mean before its weight. */
  reward: z.number(),
  /** Standard error of that mean, from the spread between groups: how much of it is the luck of the questions drawn. */
  rewardError: z.number(),
  rewardParts: z.record(z.string(), z.number()),
  /** Share of search steps that asked the gold knowledge base of their place. */
  routingAccuracy: z.number(),
  /** Mean answer F1 of the rollouts; an unanswerable question counts 1 when it was abstained from. */
  answerScore: z.number(),
  /** Best reward of the group minus its mean: what a perfect choice among the sampled runs would have gained. */
  regret: z.number(),
  /** Mean entropy of the decisions, nats, over the logarithm of the number of actions: 1 is uniform. */
  entropy: z.number(),
  /** k3 estimate of the divergence from the reference policy, nats a decision. */
  kl: z.number(),
  /** How far this update moved the policy: k3 estimate on its own batch, nats a decision. */
  leap: z.number(),
  /** Do better rewards go with better answers? Sums over runs, each run against its own group's mean. */
  alignment: z.object({
    covariance: z.number(),
    rewardVariance: z.number(),
    answerVariance: z.number(),
    /** Groups whose members answered differently well. */
    groups: z.number().int(),
  }),
  /** Share of groups whose members all earned the same. */
  zeroVariance: z.number(),
  invalid: z.number(),
  failures: z.number(),
  searchesPerQuestion: z.number(),
  readsPerQuestion: z.number(),
  stepsPerQuestion: z.number(),
  loss: z.number(),
  gradientNorm: z.number(),
  clipped: z.number(),
  rate: z.number(),
  decisions: z.number().int(),
  /** Of a language model: groups without variance that others stood in for, and the share of its outputs that were cut. */
  replaced: z.number().int().optional(),
  truncated: z.number().optional(),
  /** Greedy on the validation questions, where this iteration validated. */
  validation: z
    .object({
      score: z.number(),
      searches: z.number(),
      reads: z.number(),
      routingAccuracy: z.number(),
      reward: z.number(),
    })
    .optional(),
  /** Wall time; never part of what is learned, and left out when runs are compared. */
  timings: z.object({ rollout: z.number(), update: z.number(), decisionsPerSecond: z.number() }),
});
export type IterationMetrics = z.infer<typeof IterationMetricsSchema>;
