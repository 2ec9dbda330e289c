/** What a policy said, checked; what stands in for it where it said nothing valid. */
import { type Decision, type InvalidReason, type Search, type SearchDecision, searchFor } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { asksTheSame } from './repetition.ts';
import { normaliseSubQuestion } from './search-ledger.ts';

/** Searches of one step at most: a model that writes more has run away. */
const MOST_SEARCHES = 64;

/** Decisions cross a border: the policy may be a user's. What a list asks twice is asked once. */
export function checkDecision(decision: Decision, limit: number): Decision {
  if (decision.type !== 'search') return decision;
  const invalid = (reason: InvalidReason): Decision => {
    return { type: 'invalid', reason, raw: JSON.stringify(decision).slice(0, 4000) };
  };
  if (decision.searches.length === 0) return invalid('empty-output');
  if (decision.searches.length > MOST_SEARCHES) return invalid('too-long');
  const asked = new Set<string>();
  const searches: Search[] = [];
  for (const { subQuestion: said, knowledgeBase } of decision.searches) {
    const subQuestion = said.trim();
    if (subQuestion === '') return invalid('empty-sub-question');
    if (subQuestion.length > limit) return invalid('too-long');
    if (decision.searches.length > 1) {
      const key = JSON.stringify([knowledgeBase, normaliseSubQuestion(subQuestion)]);
      if (asked.has(key)) continue;
      asked.add(key);
    }
    searches.push({ subQuestion, knowledgeBase });
  }
  return { type: 'search', searches };
}

/** The declared fallback: the question itself, where it has not been asked, or a stop. */
export function fallbackDecision({ question, findings }: RunState, { fallback, cards }: RouterParts): Decision {
  if (fallback === 'stop') return { type: 'stop' };
  if (fallback === 'question' && findings.some(({ outcome }) => outcome === 'passages')) return { type: 'stop' };
  const names = fallback === 'question' ? cards.map(({ name }) => name) : [fallback.knowledgeBase];
  const open = names.filter((knowledgeBase) => {
    const search = { subQuestion: question, knowledgeBase };
    return !findings.some((entry) => asksTheSame(entry, search));
  });
  return open.length === 0 ? { type: 'stop' } : searchFor(question, ...open);
}

export function pendingSearch({ pending }: RunState): { pending: PendingStep; decision: SearchDecision } {
  if (pending?.decision.type !== 'search') throw new Error('router: retrieve and read need a pending search');
  return { pending, decision: pending.decision };
}
