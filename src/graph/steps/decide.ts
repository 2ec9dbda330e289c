/** The node that asks the policy. After an invalid decision it reminds, then falls back as declared. */
import { invalidReminder } from '../chat-model/prompts/reminder.ts';
import { addUsage, type Decision, NO_USAGE } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PolicyOutput, RejectedOutput, StepContext } from '../policy.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { type Attempt, type PolicyTrace, policyTraceHash, stepId } from '../step-record.ts';
import { closeStep } from './closing.ts';
import { difference, guarded, newLedger, policyState, stepContext } from './context.ts';
import { checkDecision, fallbackDecision } from './decision.ts';
import type { Move, Surroundings } from './move.ts';

/** Asks the policy; after invalid decisions reminds it, then falls back as declared. */
export async function decide(state: RunState, parts: RouterParts, surroundings: Surroundings): Promise<Move> {
  const index = state.steps.length;
  const id = stepId(state.runId, index);
  const startedAt = new Date();
  const clock = performance.now();
  surroundings.emit({ type: 'step-start', id, index });

  const ledger = state.ledger ?? newLedger(parts, state);
  const before = ledger.totals();
  const probes: PendingStep['probes'] = [];
  let error: string | undefined;
  const onFailure = (failure: string) => {
    error ??= failure;
  };
  const contextOf = (attempt: number) =>
    stepContext(state, parts, surroundings, ledger, { probes, attempt, onFailure });
  const asked = await askPolicy(state, parts, surroundings, contextOf);
  const { attempts, thought, trace } = asked;
  const fallback = asked.decision === undefined;
  const decision = asked.decision ?? fallbackDecision(state, parts);

  const pending: PendingStep = {
    id,
    startedAt: startedAt.toISOString(),
    decision,
    attempts,
    thought,
    ...tracePart(trace, state),
    fallback,
    probes,
    searches: [],
    outcome: 'none',
    error,
    usage: addUsage(asked.usage, difference(ledger, before)),
    timings: { decide: performance.now() - clock, retrieve: 0, read: 0 },
  };
  surroundings.emit({ type: 'decision-end', id, index, thought, decision });
  if (decision.type === 'search') return { update: { pending, ledger }, next: 'retrieve' };
  const closed = closeStep(state, parts, surroundings, pending);
  return { update: { ...closed, ledger, stopReason: fallback ? 'invalid' : 'policy' }, next: 'conclude' };
}

interface Asked extends Pick<PolicyOutput, 'thought' | 'trace'> {
  /** Undefined where no output could be used. */
  decision?: Decision;
  attempts: Attempt[];
  usage: PendingStep['usage'];
}

/** One output after the other until one can be used; thought and trace are the last one's. */
async function askPolicy(
  state: RunState,
  parts: RouterParts,
  { signal }: Surroundings,
  contextOf: (attempt: number) => StepContext,
): Promise<Asked> {
  const { policy, invalidRetries, questionLimit } = parts;
  const asked: Asked = { attempts: [], usage: NO_USAGE };
  let rejected: RejectedOutput | undefined;
  for (let attempt = 0; attempt <= invalidRetries; attempt++) {
    const context = contextOf(attempt);
    const ask = () => policy.decide(policyState(state, parts), context, rejected);
    const { decision: said, thought, trace, usage, ...kept } = await guarded('policy', policy.name, ask, signal);
    if (usage) asked.usage = addUsage(asked.usage, usage);
    asked.thought = thought;
    asked.trace = trace;
    const decision = checkDecision(said, questionLimit);
    if (decision.type !== 'invalid') {
      asked.attempts.push(attemptOf(kept));
      asked.decision = decision;
      return asked;
    }
    const { reason, raw } = decision;
    asked.attempts.push(attemptOf({ raw, ...kept, invalid: reason }));
    rejected = { reason, reply: raw, reminder: invalidReminder(reason) };
  }
  return asked;
}

/** Characters of an output that are kept: no sound one is longer. */
const RAW_LIMIT = 20_000;

/** In the order of the schema, and nothing that is not of it. */
function attemptOf({ invalid, raw, temperature, promptTokenIds, tokenIds, logProbabilities }: Attempt): Attempt {
  return {
    ...(invalid !== undefined && { invalid }),
    ...(raw !== undefined && { raw: raw.slice(0, RAW_LIMIT) }),
    ...(temperature !== undefined && { temperature }),
    ...(promptTokenIds && { promptTokenIds }),
    ...(tokenIds && { tokenIds }),
    ...(logProbabilities && { logProbabilities }),
  };
}

/** A trace that is asked for, and the hash that stands in for it where it is not. */
function tracePart(trace: PolicyTrace | undefined, { run }: RunState): Pick<PendingStep, 'trace' | 'traceHash'> {
  if (trace === undefined) return {};
  const traceHash = policyTraceHash(trace);
  return run.includeTrace ? { traceHash, trace } : { traceHash };
}
