/** The node that shows the best passages to the reader and records the step. */
import type { Passage } from '../../tools/passage.ts';
import { addUsage, type ModelUsage } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { StepContext } from '../policy.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import type { Reading } from '../step-record.ts';
import { checkReading, finishStep, type ReadSubQuestion } from './closing.ts';
import { guarded, newLedger, stepContext } from './context.ts';
import { pendingSearch } from './decision.ts';
import type { Move, Surroundings } from './move.ts';
import { earlierSearches } from './repetition.ts';
import { bySubQuestion, cardsOf, isRepetition, passagesToRead, type SubQuestionSearches } from './searching.ts';

/** Shows the best passages to the reader, once for each sub-question, and records the step. */
export async function read(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const { pending } = pendingSearch(state);
  const clock = performance.now();
  const context = stepContext(state, parts, surroundings, state.ledger ?? newLedger(parts, state), {});
  const results = await Promise.all(
    bySubQuestion(pending.searches).map(async (asked) => {
      const shown = passagesToRead(asked.searches, parts);
      if (shown.length === 0) return { ...asked, ...repeatedReading(asked, state), shown };
      return { ...asked, ...(await readOne(asked, shown, { state, parts, surroundings, context })), shown };
    }),
  );
  emitReadings(results, pending, state, surroundings);
  let { usage } = pending;
  for (const { shown, used } of results) {
    if (shown.length > 0) usage = addUsage(usage, { ...used, reads: parts.reader.passesOn ? 0 : shown.length });
  }
  const done: PendingStep = {
    ...pending,
    usage,
    timings: { ...pending.timings, read: performance.now() - clock },
  };
  return finishStep(state, parts, surroundings, done, results);
}

async function readOne(
  { subQuestion, searches }: SubQuestionSearches,
  shown: Passage[],
  {
    state,
    parts,
    surroundings,
    context,
  }: { state: RunState; parts: RouterParts; surroundings: Surroundings; context: StepContext },
): Promise<{ reading: Reading; used?: Partial<ModelUsage> }> {
  const knowledgeBases = cardsOf(
    searches.map(({ knowledgeBase }) => knowledgeBase),
    parts,
  );
  const input = {
    question: state.question,
    subQuestion,
    knowledgeBases,
    passages: shown,
    image: state.run.image,
    steps: state.findings,
  };
  const { usage, ...reading } = await guarded(
    'reader',
    parts.reader.name,
    () => parts.reader.read(input, context),
    surroundings.signal,
  );
  return { reading: checkReading(reading, shown), used: usage };
}

/** Of a sub-question that only repeats: what was read when it was asked first. */
export function repeatedReading(
  { searches }: SubQuestionSearches,
  state: RunState,
): { reading?: Reading; used?: undefined } {
  if (!isRepetition(searches)) return {};
  const reading = earlierSearches(searches[0]!, state)[0]?.entry.reading;
  return reading ? { reading } : {};
}

export function emitReadings(
  subQuestions: readonly ReadSubQuestion[],
  { id }: PendingStep,
  { steps }: RunState,
  { emit }: Surroundings,
): void {
  for (const { subQuestion, reading } of subQuestions) {
    if (reading) emit({ type: 'reading-end', id, index: steps.length, subQuestion, reading });
  }
}
