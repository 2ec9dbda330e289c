/**
 * A run that a checkpointer kept halfway, under an older version of this program, and that goes on under this one. Only what
 * has not been upgraded yet is touched.
 */

import type { Passage } from '../tools/passage.ts';
import type { EvidenceStep } from './policy.ts';
import { type PendingSearch, type PendingStep, RUN_STATE_VERSION, type RunState } from './run-state.ts';
import { policyTraceHash, STEP_RECORD_VERSION, type StepRecord, stepId } from './step-record.ts';
import {
  attemptsOfVersion1,
  readStepRecord,
  traceOfVersion1,
  upgradeDecision,
  upgradeHistory,
  upgradeUsage,
} from './step-record-migration.ts';
import type { StepRecordV1 } from './step-record-v1.ts';

type EvidenceV1 = Omit<EvidenceStep, 'knowledgeBases'> & { knowledgeBase: string };

interface PendingV1 extends Pick<StepRecordV1, 'decision' | 'outcome' | 'error' | 'repeatOf' | 'probes' | 'usage'> {
  startedAt: string;
  output: { thought?: string; candidates?: StepRecordV1['candidates']; details?: Partial<StepRecordV1['policy']> };
  invalid: NonNullable<StepRecordV1['invalid']>;
  fallback: boolean;
  passages: Passage[];
  timings: PendingStep['timings'];
}

/** What an upgrade changes: a node writes it back, so that the next one finds it done. */
export function upgradedFields({ run, steps, findings, evidence, pending, usage }: RunState): Partial<RunState> {
  return { run, steps, findings, evidence, pending, usage };
}

/** `names` are those of the graph's knowledge bases. */
export function upgradeRunState(state: RunState, names: readonly string[]): RunState {
  if (state.run === undefined || state.run.version === RUN_STATE_VERSION) return state;
  const steps = state.steps.map((step: StepRecord) =>
    step.schemaVersion === STEP_RECORD_VERSION ? step : readStepRecord(step, { knowledgeBases: names }),
  );
  const { pending, usage } = state as { pending: PendingStep | PendingV1 | null; usage: unknown };
  return {
    ...state,
    run: { ...state.run, version: RUN_STATE_VERSION, includeTrace: state.run.includeTrace ?? false },
    steps,
    // Evidence was the name of what is called findings today; a node that went before has written them already.
    findings:
      state.findings ??
      ((state.evidence ?? []) as unknown as (EvidenceStep | EvidenceV1)[]).map((entry) =>
        'knowledgeBase' in entry ? { ...entry, ...upgradeHistory(entry, names) } : entry,
      ),
    evidence: [],
    pending: pending && 'output' in pending ? upgradePending(pending, { ...state, steps }, names) : pending,
    usage: hasOldTokens(usage) ? upgradeUsage(usage) : state.usage,
  };
}

function hasOldTokens(usage: unknown): usage is StepRecordV1['usage'] {
  return typeof (usage as { tokens?: unknown } | undefined)?.tokens === 'number';
}

function upgradePending(pending: PendingV1, { runId, steps }: RunState, names: readonly string[]): PendingStep {
  const { output, invalid, outcome, error, repeatOf, passages, probes, usage } = pending;
  const { startedAt, fallback, timings } = pending;
  const decision = upgradeDecision(pending.decision, names);
  const asked = decision.type === 'search' && outcome !== 'none' ? decision.searches : [];
  const searches = asked.map((search): PendingSearch => {
    const found = asked.length === 1 ? passages : passages.filter((one) => one.knowledgeBase === search.knowledgeBase);
    return {
      ...search,
      outcome: asked.length === 1 || found.length > 0 ? outcome : 'empty',
      passages: found,
      ...(repeatOf !== undefined && { repeatOf }),
    };
  });
  const policy = { name: '', version: '', ...output.details };
  const trace = traceOfVersion1({ candidates: output.candidates, policy });
  return {
    id: stepId(runId, steps.length),
    startedAt,
    decision,
    attempts: attemptsOfVersion1({ invalid, fallback, policy }),
    thought: output.thought,
    ...(trace && { traceHash: policyTraceHash(trace) }),
    fallback,
    probes,
    searches,
    outcome,
    error,
    usage: upgradeUsage(usage),
    timings,
  };
}
