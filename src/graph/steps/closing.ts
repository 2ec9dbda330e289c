/** The end of a step: readings checked, the one record written, and whether another step may begin. */
import type { Passage } from '../../tools/passage.ts';
import { addUsage } from '../decision.ts';
import type { StopReason } from '../events.ts';
import type { RouterParts } from '../options.ts';
import type { EvidenceStep } from '../policy.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import {
  type Citation,
  type HistoryEntry,
  type Reading,
  STEP_RECORD_VERSION,
  type StepRecord,
  stepContentHash,
} from '../step-record.ts';
import type { Move, Surroundings } from './move.ts';
import { isRepetition, outcomeOf, passagesInTurn, type SubQuestionSearches } from './searching.ts';

/** What a passage says of itself, where it does. */
type Described = Pick<StepRecord['passages'][number], 'title' | 'url' | 'metadata'>;

function describedBy({ title, url, metadata }: Described): Described {
  return {
    ...(title !== undefined && { title }),
    ...(url !== undefined && { url }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** An empty answer is an abstention. Nothing can be cited that was not shown, and what is cited says what it is. */
export function checkReading({ answer, citations, confidence }: Reading, shown: readonly Passage[]): Reading {
  const text = answer?.trim() || null;
  const cited = citations.flatMap(({ passageId, knowledgeBase, quote, ...own }): Citation[] => {
    const passage = shown.find((one) => one.id === passageId && one.knowledgeBase === knowledgeBase);
    if (!passage) return [];
    const described = describedBy({ ...passage, ...own });
    return [{ passageId, knowledgeBase, ...described, ...(quote !== undefined && { quote }) }];
  });
  return {
    answer: text,
    citations: text === null ? [] : cited,
    ...(confidence !== undefined && { confidence }),
  };
}

/** What came of one sub-question of a step. */
export interface ReadSubQuestion extends SubQuestionSearches {
  reading?: Reading;
  /** What the reader was shown now; nothing of a repetition. */
  shown: Passage[];
}

/** A searched step becomes evidence and a record; then the limits say whether another may begin. */
export function finishStep(
  state: RunState,
  parts: RouterParts,
  surroundings: Surroundings,
  pending: PendingStep,
  subQuestions: readonly ReadSubQuestion[],
): Move {
  const entries = subQuestions.map(({ subQuestion, searches, reading, shown }, place): EvidenceStep => {
    return {
      subQuestion,
      knowledgeBases: searches.map(({ knowledgeBase }) => knowledgeBase),
      outcome: outcomeOf(searches).outcome,
      answer: reading?.answer ?? null,
      ...(place > 0 && { sameStep: true as const }),
      passages: shown,
      ...(reading && { reading }),
      ...(place === 0 && pending.thought !== undefined && { thought: pending.thought }),
    };
  });
  const closed = closeStep(state, parts, surroundings, pending, subQuestions);
  const update = { ...closed, findings: [...state.findings, ...entries] };
  const stopReason = limitReached({ ...state, ...update });
  return stopReason ? { update: { ...update, stopReason }, next: 'conclude' } : { update, next: 'decide' };
}

function limitReached({ steps, usage, run }: RunState): StopReason | null {
  const { tokens, milliseconds, cost, searches } = run.budgets;
  if (steps.length >= run.maxSteps) return 'max-steps';
  if (tokens !== undefined && usage.tokens.input + usage.tokens.output >= tokens) return 'budget-tokens';
  if (cost !== undefined && usage.cost >= cost) return 'budget-cost';
  if (searches !== undefined && usage.searches >= searches) return 'budget-searches';
  if (milliseconds !== undefined && Date.now() - run.startedAt >= milliseconds) return 'budget-time';
  return null;
}

/** Writes the one record of the step. */
export function closeStep(
  state: RunState,
  { policy }: RouterParts,
  { emit }: Surroundings,
  pending: PendingStep,
  subQuestions: readonly ReadSubQuestion[] = [],
): Pick<RunState, 'steps' | 'usage' | 'pending'> {
  const { runId, run, question, steps } = state;
  const { id, attempts, thought, trace, traceHash, error, searches, timings, startedAt } = pending;
  const index = steps.length;
  // The keys stand in the order of the schema, so that a record parsed and written again has the same bytes.
  const draft: StepRecord = {
    schemaVersion: STEP_RECORD_VERSION,
    id,
    runId,
    ...(run.groupId !== undefined && { groupId: run.groupId }),
    index,
    ...(index > 0 && { parentId: steps[index - 1]!.id }),
    contentHash: '',
    state: {
      question,
      ...(run.image !== undefined && { image: run.image }),
      history: state.findings.map(toHistoryEntry),
    },
    decision: pending.decision,
    attempts,
    ...(thought !== undefined && { thought }),
    ...(pending.fallback && { fallback: true }),
    ...(error !== undefined && { error }),
    ...(isRepetition(searches) && { repeatOf: searches[0]!.repeatOf }),
    policy: {
      name: policy.name,
      version: policy.version,
      ...(traceHash !== undefined && { traceHash }),
      ...(trace && { trace }),
    },
    searches: searches.map(({ passages: _, error, repeatOf, ...search }) => ({
      ...search,
      ...(error !== undefined && { error }),
      ...(repeatOf !== undefined && { repeatOf }),
    })),
    outcome: pending.outcome,
    passages: recordedPassages(pending),
    probes: pending.probes,
    ...recordedReadings(subQuestions),
    usage: pending.usage,
    timings: { startedAt, ...timings },
  };
  const record: StepRecord = { ...draft, contentHash: stepContentHash(draft) };
  emit({ type: 'step-end', id, index, record });
  return { steps: [...steps, record], usage: addUsage(state.usage, pending.usage), pending: null };
}

function recordedPassages({ searches }: PendingStep): StepRecord['passages'] {
  return passagesInTurn(searches).map(({ passage, search }) => {
    const { id, documentId, knowledgeBase, score, rank, text } = passage;
    return {
      id,
      documentId,
      knowledgeBase,
      score,
      rank,
      ...describedBy(passage),
      text,
      ...(search > 0 && { search }),
    };
  });
}

function recordedReadings(subQuestions: readonly ReadSubQuestion[]): Pick<StepRecord, 'reading' | 'readings'> {
  const [first] = subQuestions;
  if (subQuestions.length < 2) return first?.reading ? { reading: first.reading } : {};
  const readings = subQuestions.flatMap(({ subQuestion, reading }) => (reading ? [{ subQuestion, ...reading }] : []));
  return readings.length > 0 ? { readings } : {};
}

function toHistoryEntry({ subQuestion, knowledgeBases, outcome, answer, sameStep }: EvidenceStep): HistoryEntry {
  return { subQuestion, knowledgeBases, outcome, answer, ...(sameStep && { sameStep }) };
}
