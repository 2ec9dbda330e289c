/**
 * Tells an outage from an abstention. A failing knowledge base is an outcome of its step and never ends a run; but where every
 * search of the run failed, "no answer" says nothing of what the knowledge bases hold, and whoever shows or scores it must know.
 */
import type { Outcome } from '../decision.ts';
import type { StepRecord } from '../step-record.ts';

const FAILED: ReadonlySet<Outcome | undefined> = new Set<Outcome>(['unavailable', 'timeout']);

/** Why no search of the run was answered; undefined where one was, or none was made. */
export function searchFailure(steps: readonly StepRecord[]): string | undefined {
  const probed = steps.flatMap(({ probes }) => probes.map(({ outcome }) => outcome));
  const asked = steps.flatMap(({ searches }) => searches.map(({ outcome }) => outcome));
  const outcomes = [...probed, ...asked].filter((outcome) => outcome !== 'unknown-knowledge-base');
  if (outcomes.length === 0 || outcomes.some((outcome) => !FAILED.has(outcome))) return undefined;
  return steps.find(({ error }) => error !== undefined)?.error ?? 'none was answered in time';
}
