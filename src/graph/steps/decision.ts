/** What a policy said, checked; what stands in for it where it said nothing valid. */
import type { Decision, InvalidReason, SearchDecision } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PendingStep, RunState } from '../run-state.ts';

/** Decisions cross a border: the policy may be a user's. */
export function checkDecision(decision: Decision, limit: number): Decision {
  if (decision.type !== 'search') return decision;
  const subQuestion = decision.subQuestion.trim();
  const raw = JSON.stringify(decision).slice(0, 4000);
  const invalid = (reason: InvalidReason): Decision => ({ type: 'invalid', reason, raw });
  if (subQuestion === '') return invalid('empty-sub-question');
  if (subQuestion.length > limit) return invalid('too-long');
  return { ...decision, subQuestion };
}

export function fallbackDecision(state: RunState, { fallback }: RouterParts): Decision {
  if (fallback === 'stop') return { type: 'stop' };
  const { knowledgeBase } = fallback;
  const subQuestion = state.question;
  const asked = state.evidence.some((step) => step.knowledgeBase === knowledgeBase && step.subQuestion === subQuestion);
  return asked ? { type: 'stop' } : { type: 'search', subQuestion, knowledgeBase };
}

export function pendingSearch({ pending }: RunState): { pending: PendingStep; decision: SearchDecision } {
  if (pending?.decision.type !== 'search') throw new Error('router: retrieve and read need a pending search');
  return { pending, decision: pending.decision };
}
