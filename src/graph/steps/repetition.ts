/**
 * What is asked again in a run: it is answered from the run's own record, first with what nobody has read yet, then with what was
 * read before. Never a search, never a cost.
 */
import type { Passage } from '../../tools/passage.ts';
import type { SearchDecision } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { EvidenceStep } from '../policy.ts';
import type { PendingStep, RunState } from '../run-state.ts';
import { stepId } from '../step-record.ts';
import { finishStep } from './closing.ts';
import { pendingSearch } from './decision.ts';
import type { Move, Surroundings } from './move.ts';
import { normaliseSubQuestion } from './search-ledger.ts';

/** A step that asks what was asked before, of the same place, when everything there has been read. */
export function repeated(state: RunState, parts: RouterParts, surroundings: Surroundings, pending: PendingStep): Move {
  const { decision } = pendingSearch(state);
  const index = state.steps.length;
  const id = stepId(state.runId, index);
  const repeatOf = state.evidence.findIndex((step) => asksTheSame(step, decision));
  const { outcome, passages, reading } = state.evidence[repeatOf]!;
  surroundings.emit({ type: 'retrieval-end', id, index, outcome, passages });
  if (reading) surroundings.emit({ type: 'reading-end', id, index, reading });
  return finishStep(state, parts, surroundings, { ...pending, repeatOf, outcome, passages }, { reading, shown: [] });
}

/** Whether a step asked this of the same knowledge base. */
export const asksTheSame = (step: EvidenceStep, { knowledgeBase, subQuestion }: SearchDecision): boolean =>
  step.knowledgeBase === knowledgeBase && normaliseSubQuestion(step.subQuestion) === normaliseSubQuestion(subQuestion);

/** What earlier steps have not read. (After a checkpoint the record holds no more than was read.) */
export function unread(passages: readonly Passage[], earlier: readonly EvidenceStep[]): Passage[] {
  const key = ({ knowledgeBase, id }: Passage): string => JSON.stringify([knowledgeBase, id]);
  const read = new Set(earlier.flatMap((step) => step.passages.map(key)));
  return passages.filter((passage) => !read.has(key(passage)));
}
