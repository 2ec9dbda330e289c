/** The last node: the answerer cites the evidence, or abstains. */
import { addUsage } from '../decision.ts';
import type { StopReason } from '../events.ts';
import type { RouterParts } from '../options.ts';
import type { AnswerInput } from '../policy.ts';
import type { RunState } from '../run-state.ts';
import { checkReading } from './closing.ts';
import { difference, guarded, newLedger, stepContext } from './context.ts';
import type { Move, Surroundings } from './move.ts';

/** Hands the evidence to the answerer, which cites it or abstains. */
export async function conclude(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const ledger = state.ledger ?? newLedger(parts, state);
  const before = ledger.totals();
  const input: AnswerInput = {
    question: state.question,
    image: state.run.image,
    steps: state.findings,
    conversation: state.conversation,
    ...proposal(state),
  };
  const context = stepContext(state, parts, surroundings, ledger, {});
  const output = await guarded(
    'answerer',
    parts.answerer.name,
    () => parts.answerer.answer(input, context),
    surroundings.signal,
  );
  const shown = state.findings.flatMap((step) => step.passages);
  const { answer, citations } = checkReading(output, shown);
  const usage = addUsage(addUsage(state.usage, difference(ledger, before)), { reads: shown.length, ...output.usage });
  const { runId, question } = state;
  const evidence = parts.evidence === false ? [] : parts.evidence({ question, steps: state.findings, citations });
  const stopReason: StopReason = state.stopReason ?? 'policy';
  surroundings.emit({ type: 'answer-end', runId, question, answer, citations, evidence, stopReason, usage });
  const conversation = [...state.conversation, { question, answer }].slice(-CONVERSATION_LIMIT);
  return { update: { answer, citations, evidence, stopReason, usage, conversation } };
}

/** Of a policy that reads what it decides on: the answer it stopped with. */
function proposal({ steps }: RunState): Pick<AnswerInput, 'proposed'> {
  const last = steps.at(-1)?.decision;
  return last?.type === 'stop' && last.reading ? { proposed: last.reading } : {};
}

const CONVERSATION_LIMIT = 20;
