/**
 * What each output of a policy is credited with, where a step may hold several: those that could not be used, then the one that
 * could. An output that could not be used earns its own penalty and what comes after it; the penalties before an output are not its
 * doing. With one output a step this is `groupAdvantages`.
 *
 * `same-state` compares members at the same state with each other, whatever step they reached it at; the graph knows the state. After
 * the anchor states of GiGPO (Feng et al., arXiv 2505.10978), but only other members count: so it stays unbiased.
 */
import { userError } from '../../common/errors.ts';
import { type AdvantageOptions, type Estimator, groupAdvantages, rewardsToGo, type StepRewards } from '../step-grpo.ts';

/** The outputs of one step. */
export interface StepOutputs {
  /** How many could not be used. */
  invalid: number;
  /** Whether one could; false where the declared fallback decided. */
  accepted: boolean;
}

export interface OutputCreditOptions extends Omit<AdvantageOptions, 'baseline'> {
  baseline?: AdvantageOptions['baseline'] | 'same-state';
  /** What an output that cannot be used costs, at least 0; the rewards hold it already. */
  penalty: number;
  /** What each step of each member was decided on; needed by `same-state`. */
  states?: readonly (readonly string[])[];
}

export interface OutputCredit {
  /** A[i][t][k], one for each output of each step of each member. */
  advantages: number[][][];
  zeroVariance: boolean;
}

export function outputCredit(
  rewards: StepRewards,
  outputs: readonly (readonly StepOutputs[])[],
  { baseline = 'running', penalty, states, ...options }: OutputCreditOptions,
): OutputCredit {
  const { estimator = 'leave-one-out', stepWeight = 1 } = options;
  const { stepReturn = estimator === 'paper' ? 'immediate' : 'to-go' } = options;
  if (baseline === 'same-state' && !states)
    throw userError('step-grpo-states', 'step-grpo: the baseline "same-state" needs the states');
  const ofTrajectory = groupAdvantages(rewards, { ...options, stepWeight: 0 }).advantages;
  const returns = stepReturn === 'to-go' ? rewards.map(rewardsToGo) : rewards;
  /** What output k of step t of member i is credited with. */
  const value = (i: number, t: number, k: number): number => {
    const { invalid } = outputs[i]?.[t] ?? { invalid: 0 };
    if (stepReturn === 'to-go') return returns[i]![t]! + penalty * k;
    return k < invalid ? -penalty : returns[i]![t]! + penalty * invalid;
  };
  const lastOf = (i: number, t: number): number => Math.max(0, countOf(outputs[i]?.[t]) - 1);
  /** A first output is compared with first outputs, a later one with those that ended their step. */
  const rival = (j: number, s: number, k: number): number => value(j, s, k === 0 ? 0 : lastOf(j, s));
  const rivals = (i: number, t: number, k: number): number[] => {
    const others = [...rewards.keys()].filter((j) => j !== i);
    if (baseline === 'same-state') {
      const same = others.flatMap((j) =>
        [...rewards[j]!.keys()].filter((s) => states![j]?.[s] === states![i]![t]).map((s) => rival(j, s, k)),
      );
      if (same.length > 0) return same;
    }
    const running = others.filter((j) => t < rewards[j]!.length);
    const ended = baseline === 'all' ? others.length - running.length : 0;
    return [...running.map((j) => rival(j, t, k)), ...Array.from({ length: ended }, () => 0)];
  };
  const advantages = rewards.map((member, i) =>
    member.map((_, t) =>
      Array.from({ length: countOf(outputs[i]?.[t]) }, (_, k) => {
        const ofStep = stepWeight === 0 ? 0 : COMPARE[estimator](value(i, t, k), rivals(i, t, k));
        return (1 - stepWeight) * ofTrajectory[i]![t]! + stepWeight * ofStep;
      }),
    ),
  );
  return { advantages, zeroVariance: advantages.flat(2).every((advantage) => Math.abs(advantage) < 1e-9) };
}

function countOf(step: StepOutputs | undefined): number {
  return step ? step.invalid + Number(step.accepted) : 0;
}

const average = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const COMPARE: Record<Estimator, (own: number, others: readonly number[]) => number> = {
  'leave-one-out': (own, others) => own - average(others),
  paper(own, others) {
    if (others.length === 0) return 0;
    const all = [own, ...others];
    const mean = average(all);
    const deviation = Math.sqrt(all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (all.length - 1));
    return (own - mean) / (deviation + 1e-6);
  },
};
