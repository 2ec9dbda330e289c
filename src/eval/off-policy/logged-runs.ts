/** Kept runs beside a scorer: what chance each of the two policies gave to what was done. */
import type { JudgedRun } from '../../graph/runs/kept-runs.ts';
import type { LoadedScorer } from '../../offline/policies/scorer/directory.ts';
import { keptChoices, type LeftOut, type TracedRun } from '../../offline/policies/scorer/kept-choices.ts';
import { logSoftmax, scorerForward } from '../../offline/policies/scorer/network.ts';
import type { LoggedRun } from './off-policy.ts';

export interface LoggedRuns {
  logged: LoggedRun[];
  left: LeftOut;
  /** Runs in which the served policy always took its best: what it never did cannot be judged. */
  unexplored: number;
}

/** `temperature` at which the other policy would choose; of a run that was served at 0 its own chances are taken. */
export function loggedRuns(
  runs: readonly JudgedRun[],
  scorer: LoadedScorer,
  { temperature }: { temperature: number },
): LoggedRuns {
  const { traced, left } = keptChoices(runs, scorer.shape);
  const isGreedy = ({ run }: TracedRun): boolean =>
    run.steps.every(({ attempts }) => attempts.every((attempt) => attempt.temperature === 0));
  const logged = traced.map(({ run, traces, choices }) => {
    const chances = choices.map(({ input }) => logSoftmax(scorerForward(scorer, input), temperature));
    const { decision } = run.steps[0]!;
    return {
      reward: run.reward,
      searches: run.usage.searches,
      served: choices.reduce((sum, { logProbability }) => sum + logProbability, 0),
      other: choices.reduce((sum, { actionId }, place) => sum + chances[place]![actionId]!, 0),
      first: decision.type === 'search' ? decision.searches[0]!.knowledgeBase : 'stop',
      otherFirst: byKnowledgeBase(chances[0]!, namesOf(traces[0]!.scores)),
    };
  });
  return { logged, left, unexplored: traced.filter(isGreedy).length };
}

/** In the order of the actions, `stop` left out. */
const namesOf = (scores: Readonly<Record<string, number>>): string[] =>
  Object.keys(scores).filter((name) => name !== 'stop');

function byKnowledgeBase(logProbabilities: Float64Array, names: readonly string[]): Record<string, number> {
  const chances: Record<string, number> = { stop: Math.exp(logProbabilities.at(-1)!) };
  for (let action = 0; action < logProbabilities.length - 1; action++) {
    const name = names[action % names.length]!;
    chances[name] = (chances[name] ?? 0) + Math.exp(logProbabilities[action]!);
  }
  return chances;
}
