/** The node that shows the best passages to the reader and records the step. */
import { addUsage } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { stepId } from '../step-record.ts';
import { checkReading, finishStep } from './closing.ts';
import { guarded, newLedger, stepContext } from './context.ts';
import { pendingSearch } from './decision.ts';
import type { Move, Surroundings } from './move.ts';
import { cardOf, passagesToRead } from './searching.ts';

/** Shows the best passages to the reader and records the step. */
export async function read(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const { pending, decision } = pendingSearch(state);
  const index = state.steps.length;
  const id = stepId(state.runId, index);
  const clock = performance.now();
  const shown = passagesToRead(pending.passages, decision, parts);
  const context = stepContext(state, parts, surroundings, state.ledger ?? newLedger(parts, state.evidence), {});
  const { usage, ...reading } = await guarded(
    'reader',
    parts.reader.name,
    () =>
      parts.reader.read(
        {
          question: state.question,
          subQuestion: decision.subQuestion,
          knowledgeBase: cardOf(decision.knowledgeBase, parts),
          passages: shown,
          image: state.run.image,
          steps: state.evidence,
        },
        context,
      ),
    surroundings.signal,
  );
  const checked = checkReading(reading, shown);
  surroundings.emit({ type: 'reading-end', id, index, reading: checked });
  const done: PendingStep = {
    ...pending,
    usage: addUsage(pending.usage, { ...usage, reads: parts.reader.passesOn ? 0 : shown.length }),
    timings: { ...pending.timings, read: performance.now() - clock },
  };
  return finishStep(state, parts, surroundings, done, { reading: checked, shown });
}
