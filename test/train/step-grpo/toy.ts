/**
 * A game small enough to enumerate: at each of up to four steps a run goes left, goes right, or stops, so that runs differ in
 * length. The policy is a table of logits per step. The expected reward and its gradient are known exactly.
 */
import type { Random } from '../../../src/common/random.ts';
import { rewardsToGo } from '../../../src/train/step-grpo.ts';

export const ACTIONS = 3; // left, right, stop
export const DEPTH = 4;
export const LOGITS = [0.4, -0.2, 0.1, -0.3, 0.5, 0.2, 0.6, 0, -0.4, 0.1, 0.3, -0.1];

export interface Run {
  actions: number[];
  rewards: number[];
}

export function probabilities(step: number, logits: readonly number[] = LOGITS): number[] {
  const row = logits.slice(step * ACTIONS, (step + 1) * ACTIONS).map(Math.exp);
  const total = row.reduce((a, b) => a + b);
  return row.map((value) => value / total);
}

/** Each step costs, going right twice pays, stopping pays more the later; the last step carries the outcome. */
function rewardOf(actions: readonly number[], step: number): number {
  const action = actions[step]!;
  if (action === 2) return 0.6 * step - 0.3;
  const twice = action === 1 && actions[step - 1] === 1 ? 1.5 : 0;
  return twice - 0.2 + (step === DEPTH - 1 ? 0.8 : 0);
}

const ended = (actions: readonly number[]): boolean => actions.at(-1) === 2 || actions.length === DEPTH;
const runOf = (actions: readonly number[]): Run => ({
  actions: [...actions],
  rewards: actions.map((_, step) => rewardOf(actions, step)),
});

export function sample(random: Random): Run {
  const actions: number[] = [];
  while (!ended(actions)) {
    const row = probabilities(actions.length);
    const draw = random.next();
    actions.push(draw < row[0]! ? 0 : draw < row[0]! + row[1]! ? 1 : 2);
  }
  return runOf(actions);
}

/** Every run with its probability. */
export function enumerate(actions: readonly number[] = [], probability = 1): { run: Run; probability: number }[] {
  if (actions.length > 0 && ended(actions)) return [{ run: runOf(actions), probability }];
  return probabilities(actions.length).flatMap((p, action) => enumerate([...actions, action], probability * p));
}

/** d log pi(action at step) / d logits of that step, weighted, added into the gradient. */
export function addScore(gradient: number[], step: number, action: number, weight: number): void {
  probabilities(step).forEach((p, other) => {
    gradient[step * ACTIONS + other]! += weight * ((other === action ? 1 : 0) - p);
  });
}

/** The gradient of the expected reward, by summing over every run. */
export function exactGradient(): number[] {
  const gradient = LOGITS.map(() => 0);
  for (const { run, probability } of enumerate()) {
    const reward = rewardsToGo(run.rewards)[0]!;
    for (const [step, action] of run.actions.entries()) addScore(gradient, step, action, probability * reward);
  }
  return gradient;
}
