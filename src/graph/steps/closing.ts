/** The end of a step: readings checked, the one record written, and whether another step may begin. */
import type { Passage } from '../../tools/passage.ts';
import { addUsage, type Outcome } from '../decision.ts';
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
  stepId,
} from '../step-record.ts';
import { pendingSearch } from './decision.ts';
import type { Move, Surroundings } from './move.ts';

/** An empty answer is an abstention, and nothing can be cited that was not shown. */
export function checkReading({ answer, citations, confidence }: Reading, shown: readonly Passage[]): Reading {
  const isShown = (citation: Citation) =>
    shown.some(({ id, knowledgeBase }) => id === citation.passageId && knowledgeBase === citation.knowledgeBase);
  const text = answer?.trim() || null;
  return {
    answer: text,
    citations: text === null ? [] : citations.filter(isShown),
    ...(confidence !== undefined && { confidence }),
  };
}

/** A searched step becomes evidence and a record; then the limits say whether another may begin. */
export function finishStep(
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
export function closeStep(
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
