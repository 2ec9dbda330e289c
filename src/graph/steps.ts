/**
 * The five step functions of the router: begin, decide, retrieve, read, conclude. Each maps the state of a run to what changes
 * and where to go next, and keeps nothing to itself. The LangGraph nodes of `graph.ts` and the plain driver of `driver.ts`
 * are thin over them, so that both walk the same way.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { v7 as uuidv7 } from 'uuid';
import { withAbort } from '../common/abort.ts';
import { sha256 } from '../common/content-hash.ts';
import { isR1RouterError, messageOf, modelError, userError } from '../common/errors.ts';
import type { KnowledgeBaseCard } from '../tools/knowledge-base.ts';
import type { Passage } from '../tools/passage.ts';
import {
  addUsage,
  type Decision,
  type InvalidReason,
  NO_USAGE,
  type Outcome,
  type SearchDecision,
  type Usage,
} from './decision.ts';
import type { RouterEvent, StopReason } from './events.ts';
import type { RouterParts } from './options.ts';
import {
  type AnswerInput,
  EVERY_KNOWLEDGE_BASE,
  type EvidenceStep,
  type PolicyState,
  type SearchResult,
  type StepContext,
} from './policy.ts';
import { invalidReminder } from './prompts/reminder.ts';
import { type PendingStep, RouterContextSchema, type RouterInput, type RunState, type RunUpdate } from './run-state.ts';
import { createSearchLedger, normaliseSubQuestion, type SearchLedger } from './search-ledger.ts';
import {
  type Citation,
  type HistoryEntry,
  type Probe,
  type Reading,
  STEP_RECORD_VERSION,
  type StepRecord,
  stepContentHash,
  stepId,
} from './step-record.ts';

export type StepName = 'begin' | 'decide' | 'retrieve' | 'read' | 'conclude';

/** `next` is undefined at the end of the run. */
export interface Move {
  update: RunUpdate;
  next?: StepName;
}

/** What surrounds a step function: the caller's signal and callbacks, and who listens. */
export interface Surroundings {
  signal?: AbortSignal;
  config: RunnableConfig;
  emit(event: RouterEvent): void;
}

export type StepFunction = (state: RunState, parts: RouterParts, surroundings: Surroundings) => Promise<Move>;

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

/** Searches what was decided, or finds in the run's own record that it was asked before. */
export async function retrieve(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const { pending, decision } = pendingSearch(state);
  const index = state.steps.length;
  const id = stepId(state.runId, index);
  const clock = performance.now();

  const repeatOf = state.evidence.findIndex(
    (step) =>
      step.knowledgeBase === decision.knowledgeBase &&
      normaliseSubQuestion(step.subQuestion) === normaliseSubQuestion(decision.subQuestion),
  );
  if (repeatOf >= 0) {
    const earlier = state.evidence[repeatOf]!;
    const { outcome, passages, reading } = earlier;
    surroundings.emit({ type: 'retrieval-end', id, index, outcome, passages });
    if (reading) surroundings.emit({ type: 'reading-end', id, index, reading });
    return finishStep(state, parts, surroundings, { ...pending, repeatOf, outcome, passages }, { reading, shown: [] });
  }

  const ledger = state.ledger ?? newLedger(parts, state.evidence);
  const before = ledger.totals();
  let failure: string | undefined;
  const onFailure = (error: string) => {
    failure ??= error;
  };
  const context = stepContext(state, parts, surroundings, ledger, { onFailure });
  const { outcome, passages, error } = await searchAsDecided(decision, parts, context);
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

// What follows serves the five functions above.

function checkQuestion(given: unknown, limit: number): string {
  const question = typeof given === 'string' ? given.trim() : '';
  if (question === '') throw userError('empty-question', 'question: it is empty or not a text; ask something');
  if (question.length > limit) {
    throw userError(
      'question-too-long',
      `question: ${question.length} characters are more than the ${limit} allowed; shorten it (option questionLimit)`,
    );
  }
  return question;
}

async function checkImage(hash: unknown, parts: RouterParts): Promise<void> {
  if (hash === undefined) return;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    throw userError('invalid-image-hash', 'image: not a SHA-256 in lower-case hex; put the bytes into the image store');
  }
  if (!parts.images) throw userError('no-image-store', 'image: this graph has no image store; set the option images');
  if (!(await parts.images.get(hash))) {
    throw userError('unknown-image', `image: no image ${hash.slice(0, 12)}… in the image store; put its bytes first`);
  }
}

function newLedger(parts: RouterParts, evidence?: readonly EvidenceStep[]): SearchLedger {
  const { knowledgeBases, passageLimit, searchTimeoutMs, searchRetries } = parts;
  return createSearchLedger(
    { knowledgeBases, limit: passageLimit, timeoutMs: searchTimeoutMs, retries: searchRetries },
    evidence,
  );
}

function policyState(state: RunState, parts: RouterParts): PolicyState {
  return {
    question: state.question,
    image: state.run.image,
    steps: state.evidence,
    knowledgeBases: parts.cards,
    maxSteps: state.run.maxSteps,
    conversation: state.conversation,
  };
}

function stepContext(
  state: RunState,
  parts: RouterParts,
  { signal, config }: Surroundings,
  ledger: SearchLedger,
  { probes, attempt = 0, onFailure }: { probes?: Probe[]; attempt?: number; onFailure?: (error: string) => void },
): StepContext {
  const { run, question, steps } = state;
  const image = async () => (run.image === undefined ? undefined : await parts.images?.get(run.image));
  return {
    seed: sha256(JSON.stringify([run.seed, question, run.image ?? null, run.member, steps.length, attempt])),
    signal,
    config,
    image,
    async search(knowledgeBase, subQuestion) {
      const probe: Probe = { knowledgeBase, subQuestion, topScores: [] };
      probes?.push(probe); // at the call, so that the order does not depend on which search ends first
      const result = await ledger.ask({
        knowledgeBase,
        subQuestion,
        image: await image(),
        signal,
        // One more, so that a search that used up the time is not followed by another step.
        timeLeftMs: run.budgets.milliseconds && run.budgets.milliseconds - (Date.now() - run.startedAt) + 1,
        config,
      });
      probe.topScores = result.passages.slice(0, 5).map(({ score }) => score);
      if (result.outcome !== 'passages' && result.outcome !== 'empty') {
        probe.outcome = result.outcome;
        if (result.error !== undefined) onFailure?.(`${knowledgeBase}: ${result.error}`);
      }
      return result;
    },
  };
}

/** A part that throws ends the run with a typed error; an abort and an error of our own pass unchanged. */
async function guarded<T>(
  part: 'policy' | 'reader' | 'answerer',
  name: string,
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await withAbort(work, signal);
  } catch (error) {
    if (signal?.aborted || isR1RouterError(error)) throw error;
    throw modelError(`${part}-failed`, `${part} "${name}" failed: ${messageOf(error)}`, error);
  }
}

/** Decisions cross a border: the policy may be a user's. */
function checkDecision(decision: Decision, limit: number): Decision {
  if (decision.type !== 'search') return decision;
  const subQuestion = decision.subQuestion.trim();
  const raw = JSON.stringify(decision).slice(0, 4000);
  const invalid = (reason: InvalidReason): Decision => ({ type: 'invalid', reason, raw });
  if (subQuestion === '') return invalid('empty-sub-question');
  if (subQuestion.length > limit) return invalid('too-long');
  return { ...decision, subQuestion };
}

function fallbackDecision(state: RunState, { fallback }: RouterParts): Decision {
  if (fallback === 'stop') return { type: 'stop' };
  const { knowledgeBase } = fallback;
  const subQuestion = state.question;
  const asked = state.evidence.some((step) => step.knowledgeBase === knowledgeBase && step.subQuestion === subQuestion);
  return asked ? { type: 'stop' } : { type: 'search', subQuestion, knowledgeBase };
}

function pendingSearch({ pending }: RunState): { pending: PendingStep; decision: SearchDecision } {
  if (pending?.decision.type !== 'search') throw new Error('router: retrieve and read need a pending search');
  return { pending, decision: pending.decision };
}

async function searchAsDecided(
  { knowledgeBase, subQuestion }: SearchDecision,
  { knowledgeBases }: RouterParts,
  context: StepContext,
): Promise<SearchResult> {
  if (knowledgeBase !== EVERY_KNOWLEDGE_BASE) return context.search(knowledgeBase, subQuestion);
  const results = await Promise.all(knowledgeBases.map(({ name }) => context.search(name, subQuestion)));
  const found = results.find(({ outcome }) => outcome === 'passages');
  const failed = results.find(({ outcome }) => outcome !== 'empty');
  const { outcome, error } = found ?? failed ?? results[0]!;
  return { outcome, error, passages: inTurn(results.map(({ passages }) => passages)) };
}

/** The best of each list, then the second of each, and so on: scores of different knowledge bases do not compare. */
function inTurn(lists: readonly Passage[][]): Passage[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
}

function passagesToRead(passages: readonly Passage[], decision: SearchDecision, parts: RouterParts): Passage[] {
  const { limit } = parts.reader;
  if (decision.knowledgeBase !== EVERY_KNOWLEDGE_BASE) return passages.slice(0, limit);
  const lists = parts.knowledgeBases.map(({ name }) =>
    passages.filter(({ knowledgeBase }) => knowledgeBase === name).slice(0, limit),
  );
  return inTurn(lists);
}

function cardOf(name: string, { cards }: RouterParts): KnowledgeBaseCard {
  const cost = cards.reduce((sum, card) => sum + card.cost, 0);
  const everyOne: KnowledgeBaseCard = { name, description: 'Every knowledge base at once', modality: 'text', cost };
  return cards.find((card) => card.name === name) ?? everyOne;
}

/** An empty answer is an abstention, and nothing can be cited that was not shown. */
function checkReading({ answer, citations, confidence }: Reading, shown: readonly Passage[]): Reading {
  const isShown = (citation: Citation) =>
    shown.some(({ id, knowledgeBase }) => id === citation.passageId && knowledgeBase === citation.knowledgeBase);
  const text = answer?.trim() || null;
  return {
    answer: text,
    citations: text === null ? [] : citations.filter(isShown),
    ...(confidence !== undefined && { confidence }),
  };
}

function difference(ledger: SearchLedger, before: { searches: number; cost: number }): Partial<Usage> {
  const after = ledger.totals();
  return { searches: after.searches - before.searches, cost: after.cost - before.cost };
}

/** A searched step becomes evidence and a record; then the limits say whether another may begin. */
function finishStep(
  state: RunState,
  parts: RouterParts,
  surroundings: Surroundings,
  pending: PendingStep,
  { reading, shown }: { reading?: Reading; shown: Passage[] },
): Move {
  const { decision } = pendingSearch({ ...state, pending });
  const entry: EvidenceStep = {
    subQuestion: decision.subQuestion,
    knowledgeBase: decision.knowledgeBase,
    outcome: pending.outcome,
    answer: reading?.answer ?? null,
    passages: shown,
    ...(reading && { reading }),
    ...(pending.output.thought !== undefined && { thought: pending.output.thought }),
  };
  const closed = closeStep(state, parts, surroundings, pending, reading);
  const update = { ...closed, evidence: [...state.evidence, entry] };
  const stopReason = limitReached({ ...state, ...update });
  return { update: { ...update, stopReason }, next: stopReason ? 'conclude' : 'decide' };
}

function limitReached({ steps, usage, run }: RunState): StopReason | null {
  const { tokens, milliseconds, cost, searches } = run.budgets;
  if (steps.length >= run.maxSteps) return 'max-steps';
  if (tokens !== undefined && usage.tokens >= tokens) return 'budget-tokens';
  if (cost !== undefined && usage.cost >= cost) return 'budget-cost';
  if (searches !== undefined && usage.searches >= searches) return 'budget-searches';
  if (milliseconds !== undefined && Date.now() - run.startedAt >= milliseconds) return 'budget-time';
  return null;
}

/** Writes the one record of the step. */
function closeStep(
  state: RunState,
  { policy }: RouterParts,
  { emit }: Surroundings,
  pending: PendingStep,
  reading?: Reading,
): Pick<RunState, 'steps' | 'usage' | 'pending'> {
  const { runId, run, question, steps } = state;
  const { output, invalid, error, repeatOf, timings, startedAt } = pending;
  const index = steps.length;
  // The keys stand in the order of the schema, so that a record parsed and written again has the same bytes.
  const draft: StepRecord = {
    schemaVersion: STEP_RECORD_VERSION,
    id: stepId(runId, index),
    runId,
    ...(run.groupId !== undefined && { groupId: run.groupId }),
    index,
    ...(index > 0 && { parentId: stepId(runId, index - 1) }),
    contentHash: '',
    state: {
      question,
      ...(run.image !== undefined && { image: run.image }),
      history: state.evidence.map(toHistoryEntry),
    },
    ...(output.candidates && { candidates: output.candidates }),
    ...(output.thought !== undefined && { thought: output.thought }),
    decision: pending.decision,
    ...(invalid.length > 0 && { invalid }),
    ...(pending.fallback && { fallback: true }),
    policy: { name: policy.name, version: policy.version, ...output.details },
    outcome: pending.outcome,
    ...(error !== undefined && { error }),
    ...(repeatOf !== undefined && { repeatOf }),
    passages: pending.passages.map(({ id, documentId, knowledgeBase, score, rank, title, text }) => ({
      id,
      documentId,
      knowledgeBase,
      score,
      rank,
      ...(title !== undefined && { title }),
      text,
    })),
    probes: pending.probes,
    ...(reading && { reading }),
    usage: pending.usage,
    timings: { startedAt, ...timings },
  };
  const record: StepRecord = { ...draft, contentHash: stepContentHash(draft) };
  emit({ type: 'step-end', id: record.id, index, record });
  return { steps: [...steps, record], usage: addUsage(state.usage, pending.usage), pending: null };
}

function toHistoryEntry({ subQuestion, knowledgeBase, outcome, answer }: EvidenceStep): HistoryEntry {
  return { subQuestion, knowledgeBase, outcome: outcome satisfies Outcome, answer };
}
