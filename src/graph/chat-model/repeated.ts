/** A model that asks what was asked before learns nothing: where nothing of it is left to read, it is a stop and not a loop. */
import type { Decision, Search } from '../decision.ts';
import type { EvidenceStep, PolicyState, StepContext } from '../policy.ts';
import { asksTheSame, unread } from '../steps/repetition.ts';

/** The decision without such searches; a stop where no other is left. */
export async function withoutRepetition(
  decision: Decision,
  { steps }: PolicyState,
  context: StepContext,
): Promise<Decision> {
  if (decision.type !== 'search' || steps.length === 0) return decision;
  const vain = await Promise.all(decision.searches.map((search) => isVain(search, steps, context)));
  if (!vain.includes(true)) return decision;
  const searches = decision.searches.filter((_, index) => !vain[index]);
  return searches.length === 0 ? { type: 'stop' } : { type: 'search', searches };
}

async function isVain(search: Search, steps: PolicyState['steps'], context: StepContext): Promise<boolean> {
  const earlier = steps.filter((entry) => asksTheSame(entry, search) || foundNothingWith(entry, search));
  if (earlier.length === 0) return false;
  // Where nothing came of it before, nothing will: it is not asked even of the record.
  if (earlier.every(({ outcome }) => outcome !== 'passages')) return true;
  // Answered from the run's record, at no cost.
  const { passages } = await context.search(search.knowledgeBase, search.subQuestion);
  return unread(passages, earlier).length === 0;
}

/** Where the same in more words found nothing at all, it finds nothing in fewer. */
function foundNothingWith({ outcome, knowledgeBases, subQuestion }: EvidenceStep, search: Search): boolean {
  return (
    outcome === 'empty' &&
    knowledgeBases.includes(search.knowledgeBase) &&
    subQuestion.startsWith(`${search.subQuestion} `)
  );
}
