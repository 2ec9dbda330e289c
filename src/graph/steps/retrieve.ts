/** The node that searches what was decided. */
import { addUsage } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { stepId } from '../step-record.ts';
import { finishStep } from './closing.ts';
import { difference, newLedger, stepContext } from './context.ts';
import { pendingSearch } from './decision.ts';
import type { Move, Surroundings } from './move.ts';
import { asksTheSame, repeated, unread } from './repetition.ts';
import { searchAsDecided } from './searching.ts';

/** Searches what was decided; what was asked before is answered from the run's own record, with what nobody has read yet. */
export async function retrieve(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const { pending, decision } = pendingSearch(state);
  const index = state.steps.length;
  const id = stepId(state.runId, index);
  const clock = performance.now();

  const ledger = state.ledger ?? newLedger(parts, state.evidence);
  const before = ledger.totals();
  let failure: string | undefined;
  const onFailure = (error: string) => {
    failure ??= error;
  };
  const context = stepContext(state, parts, surroundings, ledger, { onFailure });
  const earlier = state.evidence.filter((step) => asksTheSame(step, decision));
  if (earlier.some((step) => step.outcome !== 'passages')) return repeated(state, parts, surroundings, pending);
  const { outcome, passages: found, error } = await searchAsDecided(decision, parts, context);
  // Asked again it reads on, in what the first search brought: the ledger answers from the run's record, at no cost.
  const passages = unread(found, earlier);
  if (earlier.length > 0 && passages.length === 0) return repeated(state, parts, surroundings, pending);
  const retrieved: PendingStep = {
    ...pending,
    outcome,
    passages,
    error: error ?? failure ?? pending.error,
    usage: addUsage(pending.usage, difference(ledger, before)),
    timings: { ...pending.timings, retrieve: performance.now() - clock },
  };
  surroundings.emit({ type: 'retrieval-end', id, index, outcome, passages });
  if (passages.length > 0) return { update: { pending: retrieved, ledger }, next: 'read' };
  const finished = finishStep(state, parts, surroundings, retrieved, { shown: [] });
  return { ...finished, update: { ...finished.update, ledger } };
}
