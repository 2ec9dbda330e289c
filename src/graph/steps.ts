/**
 * The five step functions of the router: begin, decide, retrieve, read, conclude. Each maps the state of a run to what changes
 * and where to go next, and keeps nothing to itself. The LangGraph nodes of `graph.ts` and the plain driver of `driver.ts`
 * are thin over them, so that both walk the same way.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { v7 as uuidv7 } from 'uuid';
import { userError } from '../common/errors.ts';
import { addUsage, type Decision, NO_USAGE } from './decision.ts';
import type { StopReason } from './events.ts';
import type { RouterParts } from './options.ts';
import type { AnswerInput } from './policy.ts';
import { invalidReminder } from './prompts/reminder.ts';
import { type PendingStep, RouterContextSchema, type RouterInput, type RunState } from './run-state.ts';
import { stepId } from './step-record.ts';
import { checkReading, closeStep, finishStep } from './steps/closing.ts';
import { difference, guarded, newLedger, policyState, stepContext } from './steps/context.ts';
import { checkDecision, fallbackDecision, pendingSearch } from './steps/decision.ts';
import { checkImage, checkQuestion } from './steps/input.ts';
import type { Move, Surroundings } from './steps/move.ts';
import { asksTheSame, repeated, unread } from './steps/repetition.ts';
import { cardOf, passagesToRead, searchAsDecided } from './steps/searching.ts';

export type { Move, StepFunction, StepName, Surroundings } from './steps/move.ts';

/** Checks the input and sets every field of the run anew; of an earlier question on the thread only the conversation stays. */
export async function begin(
  state: RouterInput & Partial<RunState>,
  parts: RouterParts,
  { config, emit }: Surroundings & { config: RunnableConfig & { context?: unknown } },
): Promise<Move> {
  const question = checkQuestion(state.question, parts.questionLimit);
  await checkImage(state.image, parts);
  const context = RouterContextSchema.safeParse(config.context ?? {});
  if (!context.success) {
    const [issue] = context.error.issues;
    throw userError('invalid-context', `context.${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { runId = uuidv7(), groupId, seed = 0, member = 0, maxSteps = parts.maxSteps, budgets = {} } = context.data;
  emit({ type: 'run-start', runId, question });
  const update = {
    question,
    run: { image: state.image, groupId, seed, member, maxSteps, budgets, startedAt: Date.now() },
    conversation: state.conversation ?? [],
    evidence: [],
    pending: null,
    ledger: newLedger(parts),
    runId,
    answer: null,
    citations: [],
    stopReason: maxSteps === 0 ? ('max-steps' as const) : null,
    usage: NO_USAGE,
    steps: [],
  };
  return { update, next: maxSteps === 0 ? 'conclude' : 'decide' };
}

/** Asks the policy; after invalid decisions reminds it, then falls back as declared. */
export async function decide(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const index = state.steps.length;
  const id = stepId(state.runId, index);
  const startedAt = new Date();
  const clock = performance.now();
  surroundings.emit({ type: 'step-start', id, index });

  const ledger = state.ledger ?? newLedger(parts, state.evidence);
  const before = ledger.totals();
  const probes: PendingStep['probes'] = [];
  const invalid: Decision[] = [];
  let usage = NO_USAGE;
  let output: PendingStep['output'] = {};
  let decision: Decision | undefined;
  let error: string | undefined;
  for (let attempt = 0; attempt <= parts.invalidRetries && !decision; attempt++) {
    const onFailure = (failure: string) => {
      error ??= failure;
    };
    const context = stepContext(state, parts, surroundings, ledger, { probes, attempt, onFailure });
    const last = invalid.at(-1);
    const reminder = last?.type === 'invalid' ? invalidReminder(last.reason) : undefined;
    const {
      usage: used,
      decision: said,
      ...rest
    } = await guarded(
      'policy',
      parts.policy.name,
      () => parts.policy.decide(policyState(state, parts), context, reminder),
      surroundings.signal,
    );
    usage = addUsage(usage, used ?? {});
    output = rest;
    const checked = checkDecision(said, parts.questionLimit);
    if (checked.type === 'invalid') invalid.push(checked);
    else decision = checked;
  }
  const fallback = decision === undefined;
  decision ??= fallbackDecision(state, parts);

  const pending: PendingStep = {
    startedAt: startedAt.toISOString(),
    output,
    decision,
    invalid,
    fallback,
    probes,
    outcome: 'none',
    error,
    passages: [],
    usage: addUsage(usage, difference(ledger, before)),
    timings: { decide: performance.now() - clock, retrieve: 0, read: 0 },
  };
  surroundings.emit({ type: 'decision-end', id, index, thought: output.thought, decision });
  if (decision.type === 'search') return { update: { pending, ledger }, next: 'retrieve' };
  const closed = closeStep(state, parts, surroundings, pending);
  return { update: { ...closed, ledger, stopReason: fallback ? 'invalid' : 'policy' }, next: 'conclude' };
}

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

/** Hands the evidence to the answerer, which cites it or abstains. */
export async function conclude(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const ledger = state.ledger ?? newLedger(parts, state.evidence);
  const before = ledger.totals();
  const input: AnswerInput = {
    question: state.question,
    image: state.run.image,
    steps: state.evidence,
    conversation: state.conversation,
  };
  const context = stepContext(state, parts, surroundings, ledger, {});
  const output = await guarded(
    'answerer',
    parts.answerer.name,
    () => parts.answerer.answer(input, context),
    surroundings.signal,
  );
  const shown = state.evidence.flatMap((step) => step.passages);
  const { answer, citations } = checkReading(output, shown);
  const usage = addUsage(addUsage(state.usage, difference(ledger, before)), { reads: shown.length, ...output.usage });
  const { runId, question } = state;
  const stopReason: StopReason = state.stopReason ?? 'policy';
  surroundings.emit({ type: 'answer-end', runId, question, answer, citations, stopReason, usage });
  const conversation = [...state.conversation, { question, answer }].slice(-CONVERSATION_LIMIT);
  return { update: { answer, citations, stopReason, usage, conversation } };
}

const CONVERSATION_LIMIT = 20;
