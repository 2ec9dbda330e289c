/**
 * From scored groups to what one update learns from: every sampled decision with its features, its log-probability when it was
 * sampled, the reference policy's, its advantage and its weight. Nothing that was not sampled is in it.
 */

import { logSoftmax, type ScorerNetwork, scorerForward } from '../../offline/policies/scorer/network.ts';
import { scorerChoices } from '../../offline/policies/scorer/trace.ts';
import type { ScorerSample } from '../models/scorer.ts';
import type { ScoredGroup } from '../rollouts/group.ts';
import { type AdvantageOptions, groupAdvantages, groupTokens, type TokenNormalisation } from '../step-grpo.ts';

export interface DecisionSample extends ScorerSample {
  oldLogProbability: number;
  referenceLogProbability: number;
  advantage: number;
  weight: number;
}

export interface DecisionBatch {
  samples: DecisionSample[];
  groups: number;
  zeroVariance: number;
}

export interface DecisionBatchOptions extends AdvantageOptions {
  reference: ScorerNetwork;
  /** Steps of a run at most: the constant that the sum over a run's choices is divided by. */
  maxSteps: number;
}

export function decisionBatch(
  groups: readonly ScoredGroup[],
  { reference, maxSteps, estimator = 'leave-one-out', ...options }: DecisionBatchOptions,
): DecisionBatch {
  const normalisation: TokenNormalisation =
    estimator === 'paper' ? { type: 'sequence-mean' } : { type: 'constant', tokens: maxSteps };
  const samples: DecisionSample[] = [];
  let zeroVariance = 0;
  for (const { members, rewards } of groups) {
    const advantages = groupAdvantages(
      rewards.map(({ total }) => total),
      { estimator, ...options },
    );
    if (advantages.zeroVariance) zeroVariance++;
    // Every choice of a step, its looks and then what was done. A run that failed before its first step ended has a step of
    // reward and no decision.
    const seen = members.map(({ steps }) => steps.map(({ policy }) => scorerChoices(policy.trace)));
    const sampled = rewards.map(({ total }, member) => total.map((_, step) => seen[member]![step]?.length ?? 0));
    for (const { member, step, token, advantage, weight } of groupTokens(advantages, sampled, {
      normalisation,
      groups: groups.length,
    })) {
      const { input, actionId, logProbability } = seen[member]![step]![token]!;
      const referenceLogProbability = logSoftmax(scorerForward(reference, input))[actionId]!;
      samples.push({ input, actionId, oldLogProbability: logProbability, referenceLogProbability, advantage, weight });
    }
  }
  return { samples, groups: groups.length, zeroVariance };
}
