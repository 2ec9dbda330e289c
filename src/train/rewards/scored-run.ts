/**
 * What rewards look at: a finished run beside the gold of its question. Pure data; a failed run has no answer and says why.
 */
import type { GoldStep, Question } from '../../eval/datasets/question.ts';
import { foundIds } from '../../eval/metrics/found-ids.ts';
import type { Attempt, StepRecord } from '../../graph/step-record.ts';

/** The part of a step record that rewards depend on. */
export interface ScoredStep extends Pick<StepRecord, 'decision' | 'fallback' | 'repeatOf'> {
  attempts?: readonly Pick<Attempt, 'invalid'>[];
  passages: readonly (Pick<StepRecord['passages'][number], 'documentId'> & { id?: string })[];
  usage: Pick<StepRecord['usage'], 'reads' | 'cost'>;
}

export interface ScoredRun {
  question: Question;
  /** In order; empty for a run that failed before its first step ended. */
  steps: readonly ScoredStep[];
  /** Null is an abstention. */
  answer: string | null;
  /** Set where the run failed: a typed code. It stays in its group with the declared failure reward. */
  failure?: string;
}

/** Documents of the passages that were read at a step, best first; a repeated step reads nothing. Passages of the ids in `named` count by themselves. */
export function documentsRead(step: ScoredStep, named: ReadonlySet<string> = new Set()): string[] {
  return foundIds(step.passages.slice(0, step.usage.reads), named);
}

/** The gold step a step of the run is compared with: the one at its place, as the paper does; undefined past the last. */
export function goldStepAt(run: ScoredRun, index: number): GoldStep | undefined {
  return run.question.steps?.[index];
}
