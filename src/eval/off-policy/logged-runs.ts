/** Kept runs beside a scorer: what chance each of the two policies gave to what was done. */
import type { JudgedRun } from '../../graph/runs/kept-runs.ts';
import type { LoadedScorer } from '../../offline/policies/scorer/directory.ts';
import { logSoftmax, scorerForward } from '../../offline/policies/scorer/network.ts';
import { featureNames } from '../../offline/policies/scorer/shape.ts';
import { ScorerTraceSchema, scorerChoices } from '../../offline/policies/scorer/trace.ts';
import type { LoggedRun } from './off-policy.ts';

export interface LoggedRuns {
  logged: LoggedRun[];
  left: { unjudged: number; untraced: number; otherFeatures: number };
  /** Runs in which the served policy always took its best: what it never did cannot be judged. */
  unexplored: number;
}

/** `temperature` at which the other policy would choose; of a run that was served at 0 its own chances are taken. */
export function loggedRuns(
  runs: readonly JudgedRun[],
  scorer: LoadedScorer,
  { temperature }: { temperature: number },
): LoggedRuns {
  const left = { unjudged: 0, untraced: 0, otherFeatures: 0 };
  let unexplored = 0;
  const names = featureNames(scorer.shape);
  const logged = runs.flatMap((run) => {
    if (run.reward === undefined) {
      left.unjudged++;
      return [];
    }
    const traces = run.steps.map(({ policy }) => ScorerTraceSchema.safeParse(policy.trace).data);
    if (traces.length === 0 || traces.some((trace) => trace?.features === undefined)) {
      left.untraced++;
      return [];
    }
    const choices = run.steps.flatMap(({ policy }) => scorerChoices(policy.trace));
    if (choices.some(({ input }) => input.stop.length !== names.stop.length)) {
      left.otherFeatures++;
      return [];
    }
    if (run.steps.every(({ attempts }) => attempts.every((attempt) => attempt.temperature === 0))) unexplored++;
    const chances = choices.map(({ input }) => logSoftmax(scorerForward(scorer, input), temperature));
    const first = run.steps[0]!;
    const bases = namesOf(traces[0]!.scores);
    return [
      {
        reward: run.reward,
        searches: run.usage.searches,
        served: choices.reduce((sum, { logProbability }) => sum + logProbability, 0),
        other: choices.reduce((sum, { actionId }, place) => sum + chances[place]![actionId]!, 0),
        first: first.decision.type === 'search' ? first.decision.searches[0]!.knowledgeBase : 'stop',
        otherFirst: byKnowledgeBase(chances[0]!, bases),
      },
    ];
  });
  return { logged, left, unexplored };
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
