/** The node that asks the policy. After an invalid decision it reminds, then falls back as declared. */
import { invalidReminder } from '../chat-model/prompts/reminder.ts';
import { addUsage, type Decision, NO_USAGE } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { stepId } from '../step-record.ts';
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
