/** A line of `metrics.jsonl` with usual values, of which a test changes what it is about. */
import type { IterationMetrics } from '../../src/train/monitor/iteration-metrics.ts';

export function iterationLine(iteration: number, changed: Partial<IterationMetrics> = {}): IterationMetrics {
  return {
    iteration,
    reward: 1,
    rewardError: 0.1,
    rewardParts: { 'answer-f1': 0.5, 'search-cost': -2 },
    routingAccuracy: 0.8,
    answerScore: 1,
    regret: 0.25,
    entropy: 0.3,
    kl: 0.012,
    leap: 0.001,
    alignment: { covariance: 2, rewardVariance: 2, answerVariance: 2, groups: 3 },
    zeroVariance: 0.3,
    invalid: 0.02,
    failures: 0,
    searchesPerQuestion: 2.1,
    readsPerQuestion: 3,
    stepsPerQuestion: 2,
    loss: 0,
    gradientNorm: 0.1,
    clipped: 0,
    rate: 0.01,
    decisions: 40,
    timings: { rollout: 10, update: 10, decisionsPerSecond: 123 },
    ...changed,
  };
}
