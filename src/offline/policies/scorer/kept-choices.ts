/** Kept runs that a scorer can learn from or be weighed on: judged, with what was seen at every choice, in features that it sees too. The others are counted. */
import type { JudgedRun } from '../../../graph/runs/kept-runs.ts';
import { featureNames, type ScorerShape } from './shape.ts';
import { type ScorerChoice, type ScorerTrace, ScorerTraceSchema, scorerChoices } from './trace.ts';

/** A run with what people thought of it and the choices of all its steps, in order. */
export interface TracedRun {
  run: JudgedRun & { reward: number };
  /** One a step. */
  traces: ScorerTrace[];
  choices: ScorerChoice[];
}

export interface LeftOut {
  /** Nobody said what they thought of it. */
  unjudged: number;
  /** Its policy keeps no features: it was no scorer, or was served without --keep-runs. */
  untraced: number;
  /** Its policy sees other features. */
  otherFeatures: number;
}

export function keptChoices(runs: readonly JudgedRun[], shape: ScorerShape): { traced: TracedRun[]; left: LeftOut } {
  const left: LeftOut = { unjudged: 0, untraced: 0, otherFeatures: 0 };
  const traced: TracedRun[] = [];
  const fits = fitting(shape);
  for (const run of runs) {
    const { reward } = run;
    const traces = tracesOf(run);
    if (reward === undefined) left.unjudged++;
    else if (traces === undefined) left.untraced++;
    else {
      const choices = traces.flatMap((trace) => scorerChoices(trace));
      if (choices.every(fits)) traced.push({ run: { ...run, reward }, traces, choices });
      else left.otherFeatures++;
    }
  }
  return { traced, left };
}

/** Undefined where a step has none with features, or there is no step. */
function tracesOf({ steps }: Pick<JudgedRun, 'steps'>): ScorerTrace[] | undefined {
  const traces = steps.flatMap(({ policy }) => {
    const trace = ScorerTraceSchema.safeParse(policy.trace).data;
    return trace?.features === undefined ? [] : [trace];
  });
  return traces.length > 0 && traces.length === steps.length ? traces : undefined;
}

function fitting(shape: ScorerShape): (choice: ScorerChoice) => boolean {
  const { stop, dense } = featureNames(shape);
  return ({ input }) => {
    const actions = input.subQuestions.length * input.descriptions.length;
    return (
      input.stop.length === stop.length &&
      input.dense.length === actions * dense.length &&
      within([input.question, ...input.subQuestions], shape.questionBuckets) &&
      within(input.descriptions, shape.descriptionBuckets)
    );
  };
}

const within = (bags: readonly { ids: Int32Array }[], buckets: number): boolean =>
  bags.every(({ ids }) => ids.every((id) => id < buckets));
