/**
 * Step-GRPO, top to bottom: from the step rewards of a group to advantages, from advantages to weighted tokens, from tokens to
 * a differentiable loss. A group is G runs of one question (or G completions of one step); r[i][t] is the reward of member i at
 * step t, the outcome's reward on the last step; R[i][t] is the sum of member i's rewards from step t on.
 *
 * Two estimators. `leave-one-out` is unbiased: the baseline of a member never contains the member itself, and nothing is divided
 * by a standard deviation. `paper` is what the reference and most GRPO code do, mean and standard deviation of the whole group, each
 * step credited with its own reward alone: knowingly biased, kept for comparison. `stepReturn` crosses the two.
 * test/train/step-grpo holds them against an exactly known gradient.
 */
import { userError } from '../common/errors.ts';
import type { Tensor } from '../engine/graph.ts';
import {
  add,
  clip,
  exp,
  maximum,
  minimum,
  multiply,
  negate,
  stopGradient,
  subtract,
  sum,
  where,
} from '../engine/operators/index.ts';

/** r[i][t]: rewards of the steps of each member; members may differ in length, none is empty. */
export type StepRewards = readonly (readonly number[])[];
export type Estimator = 'leave-one-out' | 'paper';
/** What a step is credited with: its own reward, or everything from it on. */
type StepReturn = 'immediate' | 'to-go';

/** What each estimator's source credits a step with. */
const USUAL_RETURN: Record<Estimator, StepReturn> = { 'leave-one-out': 'to-go', paper: 'immediate' };

export interface AdvantageOptions {
  /** Default `leave-one-out`. */
  estimator?: Estimator;
  /**
   * What A_step compares. Default: `to-go` for `leave-one-out`, `immediate` for `paper` (the reference). Named, so that the two
   * differences can be told apart. The immediate reward is a biased signal wherever an earlier step matters to a later reward.
   */
  stepReturn?: StepReturn;
  /** w in A = (1 - w) A_trajectory + w A_step. Default 1. At 0 this is plain GRPO under the same normalisation. */
  stepWeight?: number;
  /**
   * Whom the leave-one-out baseline of step t averages over: the other members still running at t (default; baseline 0 if there
   * is none), or all others, counting 0 for those that have ended. Both are unbiased.
   */
  baseline?: 'running' | 'all';
}

export interface GroupAdvantages {
  /** A[i][t], one for each step of each member; every token of the step gets it. */
  advantages: number[][];
  /** True where every advantage is 0: the group teaches nothing. Counted, not dropped. */
  zeroVariance: boolean;
}

const EPSILON = 1e-6;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const average = (values: readonly number[]): number => (values.length === 0 ? 0 : total(values) / values.length);

/** R[t]: what is still to come, this step included. R[0] is the reward of the whole trajectory. */
export function rewardsToGo(rewards: readonly number[]): number[] {
  let sum = 0;
  return rewards
    .toReversed()
    .map((reward) => {
      sum += reward;
      return sum;
    })
    .reverse();
}

/**
 * Advantages of every step of a group. Throws `empty-group` for a group, or a member, with nothing in it: a run that failed
 * before its first step stands in its group as one step with the declared failure reward, of which no token was sampled.
 */
export function groupAdvantages(
  rewards: StepRewards,
  {
    estimator = 'leave-one-out',
    stepReturn = USUAL_RETURN[estimator],
    stepWeight = 1,
    baseline = 'running',
  }: AdvantageOptions = {},
): GroupAdvantages {
  if (rewards.length === 0 || rewards.some((member) => member.length === 0)) {
    throw userError('empty-group', 'step-grpo: a group needs at least one member, and each member at least one step');
  }
  if (!(stepWeight >= 0 && stepWeight <= 1)) {
    throw userError('step-weight', `step-grpo: stepWeight is ${stepWeight}, it must lie between 0 and 1`);
  }
  const ofTrajectory = estimator === 'paper' ? standardised(rewards.map(total)) : leaveOneOut(rewards.map(total));
  const returns = stepReturn === 'to-go' ? rewards.map(rewardsToGo) : rewards;
  const ofSteps = estimator === 'paper' ? standardisedSteps(returns) : leaveOneOutSteps(returns, baseline);
  const advantages = rewards.map((member, i) =>
    member.map((_, t) => (1 - stepWeight) * ofTrajectory[i]! + stepWeight * ofSteps[i]![t]!),
  );
  return { advantages, zeroVariance: advantages.every((member) => member.every((value) => Math.abs(value) < 1e-9)) };
}

/** A_i = R_i - mean over the others. Ahmadian et al., arXiv 2402.14740. */
function leaveOneOut(values: readonly number[]): number[] {
  return values.map((value, i) => value - average(values.filter((_, j) => j !== i)));
}

/** A(i,t) = R[i][t] - mean over the OTHER members of R[j][t]. */
function leaveOneOutSteps(returns: StepRewards, baseline: 'running' | 'all'): number[][] {
  return returns.map((own, i) =>
    own.map((value, t) => {
      const others = returns.filter((_, j) => j !== i).map((other) => other[t]);
      const counted = baseline === 'running' ? others.filter((other) => other !== undefined) : others;
      return value - average(counted.map((other) => other ?? 0));
    }),
  );
}

/** (value - mean) / (std + 1e-6) with the group's own mean and unbiased standard deviation. Shao et al., arXiv 2402.03300. */
function standardised(values: readonly number[]): number[] {
  if (values.length < 2) return values.map(() => 0);
  const mean = average(values);
  const deviation = Math.sqrt(total(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
  return values.map((value) => (value - mean) / (deviation + EPSILON));
}

/** The reference's groups: what step t is credited with, standardised over the members that have a step t. */
function standardisedSteps(returns: StepRewards): number[][] {
  const result = returns.map((member) => member.map(() => 0));
  const longest = Math.max(...returns.map((member) => member.length));
  for (let t = 0; t < longest; t++) {
    const running = [...returns.keys()].filter((i) => t < returns[i]!.length);
    standardised(running.map((i) => returns[i]![t]!)).forEach((value, place) => {
      result[running[place]!]![t] = value;
    });
  }
  return result;
}

/**
 * How much a token counts: `constant` sums tokens over a fixed number (unbiased); `sequence-mean` averages each member's; `token-mean`
 * averages over the tokens of the whole batch, whose number is given (Yu et al., arXiv 2503.14476).
 */
export type TokenNormalisation =
  | { type: 'constant'; tokens: number }
  | { type: 'sequence-mean' }
  | { type: 'token-mean'; tokens: number };

export interface WeightedToken {
  member: number;
  step: number;
  /** Place among the step's sampled tokens; 0 for a scorer's action. */
  token: number;
  advantage: number;
  weight: number;
}

/**
 * Every sampled token of a group with its advantage and weight. `sampled[i][t]` is how many tokens member i sampled at step t
 * (1 for a scorer); prompts and retrieved passages are not among them. Weights of all groups of a batch add up over `groups`.
 */
export function groupTokens(
  { advantages }: GroupAdvantages,
  sampled: readonly (readonly number[])[],
  { normalisation, groups }: { normalisation: TokenNormalisation; groups: number },
): WeightedToken[] {
  return advantages.flatMap((steps, member) => {
    const counts = sampled[member] ?? [];
    if (counts.length !== steps.length) {
      throw userError(
        'token-counts',
        `step-grpo: member ${member} has ${steps.length} steps and ${counts.length} token counts`,
      );
    }
    const weight = tokenWeight(normalisation, { runs: groups * advantages.length, sampled: total(counts) });
    return steps.flatMap((advantage, step) =>
      Array.from({ length: counts[step]! }, (_, token) => ({ member, step, token, advantage, weight })),
    );
  });
}

function tokenWeight(normalisation: TokenNormalisation, { runs, sampled }: { runs: number; sampled: number }): number {
  switch (normalisation.type) {
    case 'constant':
      return 1 / (runs * normalisation.tokens);
    case 'sequence-mean':
      return 1 / (runs * Math.max(1, sampled));
    case 'token-mean':
      return 1 / Math.max(1, normalisation.tokens);
    default:
      return normalisation satisfies never;
  }
}

export interface StepGrpoTerms {
  /** [n] log-probabilities of the sampled tokens under the weights being trained. */
  logProbability: Tensor;
  /** [n], captured where they were sampled. */
  oldLogProbability: Tensor;
  /** [n], under the reference policy; needed where `klWeight` is above 0. */
  referenceLogProbability?: Tensor;
  advantage: Tensor;
  /** [n], 0 for padding. */
  weight: Tensor;
  /** [n], entropy of the distribution each token was sampled from; needed where `entropyWeight` is not 0. */
  entropy?: Tensor;
  /** [n], the divergence from the reference policy where both distributions are known (`exactKl`); else it is estimated by `k3`. */
  kl?: Tensor;
}

export interface StepGrpoLossOptions {
  /** The ratio is held above 1 - clipLow and below 1 + clipHigh. Default 0.2 both. Yu et al., arXiv 2503.14476. */
  clipLow?: number;
  clipHigh?: number;
  /**
   * Bound of the loss where the advantage is below 0, as a multiple of its size; above 1. Without it a token that has become much
   * likelier pulls without limit. Off by default; 3 in verl. Ye et al., arXiv 1912.09729.
   */
  dualClip?: number;
  /** Bound of the ratio's logarithm, both ways, behind which its gradient is 0; keeps it finite. Off by default; 20 in verl. */
  ratioClamp?: number;
  /** Default 0. */
  klWeight?: number;
  /** Default 0. */
  entropyWeight?: number;
}

/**
 * The loss to minimise, and [n]-shaped metrics `ratio`, `kl` and `clipped` (1 where the clip cut the gradient).
 * Per token: max(-A ratio, -A clip(ratio)) + klWeight kl - entropyWeight entropy, weighted and summed.
 */
export function stepGrpoLoss(
  terms: StepGrpoTerms,
  { clipLow = 0.2, clipHigh = 0.2, dualClip, ratioClamp, klWeight = 0, entropyWeight = 0 }: StepGrpoLossOptions = {},
): { loss: Tensor; metrics: Record<string, Tensor> } {
  const { logProbability, oldLogProbability, advantage, weight, entropy } = terms;
  const difference = subtract(logProbability, oldLogProbability);
  const ratio = exp(ratioClamp === undefined ? difference : clip(difference, -ratioClamp, ratioClamp));
  const gain = negate(advantage);
  const plain = multiply(gain, ratio);
  const held = multiply(gain, clip(ratio, 1 - clipLow, 1 + clipHigh));
  const { graph } = plain;
  const isCut = graph.node('Greater', [held, plain], held.shape, { type: 'bool' });
  const clipped = graph.node('Where', [isCut, graph.constant(1), graph.constant(0)], held.shape);
  let perToken = withDualClip(maximum(plain, held), gain, dualClip);
  const metrics: Record<string, Tensor> = { ratio: stopGradient(ratio), clipped };
  const kl = terms.kl ?? (terms.referenceLogProbability && k3(logProbability, terms.referenceLogProbability));
  if (kl) {
    metrics.kl = stopGradient(kl);
    if (klWeight > 0) perToken = add(perToken, multiply(kl, klWeight));
  } else if (klWeight > 0) {
    throw userError('step-grpo-reference', 'step-grpo: klWeight is above 0 but there is no reference policy');
  }
  if (entropyWeight !== 0) {
    if (!entropy) throw userError('step-grpo-entropy', 'step-grpo: entropyWeight is not 0 but no entropy was given');
    perToken = subtract(perToken, multiply(entropy, entropyWeight));
  }
  return { loss: sum(multiply(perToken, weight)), metrics };
}

/** Holds the loss of tokens with a gain above 0, which is an advantage below it, under `bound` times the gain. */
function withDualClip(loss: Tensor, gain: Tensor, bound: number | undefined): Tensor {
  if (bound === undefined) return loss;
  if (!(bound > 1)) throw userError('step-grpo-dual-clip', `step-grpo: dualClip is ${bound}, it must be above 1`);
  const isLoss = loss.graph.node('Greater', [gain, loss.graph.constant(0)], gain.shape, { type: 'bool' });
  return where(isLoss, minimum(loss, multiply(gain, bound)), loss);
}

/**
 * KL(policy || reference) of two known distributions: [n, classes] log-probabilities give [n]. Its gradient is that of the
 * divergence itself, where the gradient of `k3` over samples is that of KL(reference || policy).
 */
export function exactKl(policy: Tensor, reference: Tensor): Tensor {
  return sum(multiply(exp(policy), subtract(policy, reference)), { axes: [1] });
}

/**
 * KL(policy || reference) as exp(d) - d - 1 with d = reference - policy: unbiased as a value and never negative (Schulman, 2020). Its
 * gradient is on average that of KL(reference || policy).
 */
export function k3(logProbability: Tensor, referenceLogProbability: Tensor): Tensor {
  const difference = subtract(referenceLogProbability, logProbability);
  return subtract(subtract(exp(difference), difference), 1);
}

/** A sampled step as one sequence: the prompt, then what was sampled; only the latter is ever in the loss. */
export function sampledSequence({
  promptTokenIds,
  tokenIds,
}: {
  promptTokenIds: readonly number[];
  tokenIds: readonly number[];
}): {
  ids: number[];
  /** 1 where the token was sampled. */
  mask: number[];
} {
  return {
    ids: [...promptTokenIds, ...tokenIds],
    mask: [...promptTokenIds.map(() => 0), ...tokenIds.map(() => 1)],
  };
}
