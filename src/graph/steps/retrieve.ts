/** The node that searches what was decided. */
import { addUsage } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { finishStep } from './closing.ts';
import { difference, newLedger, stepContext } from './context.ts';
import { pendingSearch } from './decision.ts';
import type { Move, Surroundings } from './move.ts';
import { emitReadings, repeatedReading } from './read.ts';
import { bySubQuestion, isRepetition, outcomeOf, passagesInTurn, passagesToRead, searchAll } from './searching.ts';

/** Searches what was decided; what was asked before is answered from the run's own record, with what nobody has read yet. */
export async function retrieve(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const { pending, decision } = pendingSearch(state);
  const index = state.steps.length;
  const clock = performance.now();

  const ledger = state.ledger ?? newLedger(parts, state);
  const before = ledger.totals();
  let failure: string | undefined;
  const onFailure = (error: string) => {
    failure ??= error;
  };
  const context = stepContext(state, parts, surroundings, ledger, { onFailure });
  const searches = await searchAll(decision.searches, state, context);
  const { outcome, error = failure ?? pending.error } = outcomeOf(searches);
  const retrieved: PendingStep = {
    ...pending,
    searches,
    outcome,
    error,
    usage: addUsage(pending.usage, difference(ledger, before)),
    timings: { ...pending.timings, retrieve: performance.now() - clock },
  };
  const passages = passagesInTurn(searches).map(({ passage }) => passage);
  surroundings.emit({ type: 'retrieval-end', id: pending.id, index, outcome, passages });
  if (passagesToRead(searches, parts).length > 0) return { update: { pending: retrieved, ledger }, next: 'read' };
  const closing = bySubQuestion(searches).map((asked) => ({ ...asked, ...repeatedReading(asked, state), shown: [] }));
  if (isRepetition(searches)) emitReadings(closing, pending, state, surroundings);
  const finished = finishStep(state, parts, surroundings, retrieved, closing);
  return { ...finished, update: { ...finished.update, ledger } };
}
