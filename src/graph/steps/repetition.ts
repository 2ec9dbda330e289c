/**
 * What is asked again in a run: it is answered from the run's own record, first with what nobody has read yet, then with what was
 * read before. Never a search, never a cost. A policy whose model is to stop instead of asking again says so itself, in what
 * it decides: the graph only tells it of the repetition.
 */
import type { Passage } from '../../tools/passage.ts';
import type { Outcome, Search } from '../decision.ts';
import type { EvidenceStep } from '../policy.ts';
import { type StepRecord, stepsTaken } from '../step-record.ts';
import { normaliseSubQuestion } from './search-ledger.ts';

/** Whether an earlier sub-question is this one, asked of this knowledge base. */
export const asksTheSame = (entry: EvidenceStep, { knowledgeBase, subQuestion }: Search): boolean =>
  entry.knowledgeBases.includes(knowledgeBase) &&
  normaliseSubQuestion(entry.subQuestion) === normaliseSubQuestion(subQuestion);

/** What an earlier entry knows of one of the knowledge bases that it asked. */
export interface Earlier {
  entry: EvidenceStep;
  /** Index of its step. */
  step: number;
  outcome: Outcome;
}

/** The entries that asked the same, oldest first. */
export function earlierSearches(
  search: Search,
  { findings, steps }: { findings: readonly EvidenceStep[]; steps: readonly StepRecord[] },
): Earlier[] {
  return findings.flatMap((entry, place) =>
    asksTheSame(entry, search)
      ? [
          {
            entry,
            step: stepsTaken(findings.slice(0, place + 1)) - 1,
            outcome: outcomeAt(entry, search.knowledgeBase, steps),
          },
        ]
      : [],
  );
}

/** An entry has one outcome for all the knowledge bases it asked; the records tell them apart. */
export function outcomeAt(
  entry: EvidenceStep,
  knowledgeBase: string,
  records: readonly Pick<StepRecord, 'searches'>[],
): Outcome {
  if (entry.knowledgeBases.length === 1) return entry.outcome;
  const recorded = records
    .flatMap(({ searches }) => searches)
    .find((search) => search.knowledgeBase === knowledgeBase && asksTheSame(entry, search));
  return recorded?.outcome ?? entry.outcome;
}

/** Of the passages of an entry, those of one of its knowledge bases. */
export function passagesAt({ passages, knowledgeBases }: EvidenceStep, knowledgeBase: string): Passage[] {
  return knowledgeBases.length === 1 ? passages : passages.filter((passage) => passage.knowledgeBase === knowledgeBase);
}

/** What earlier steps have not read. (After a checkpoint the record holds no more than was read.) */
export function unread(passages: readonly Passage[], earlier: readonly EvidenceStep[]): Passage[] {
  if (earlier.length === 0) return [...passages];
  const key = ({ knowledgeBase, id }: Passage): string => JSON.stringify([knowledgeBase, id]);
  const read = new Set(earlier.flatMap((step) => step.passages.map(key)));
  return passages.filter((passage) => !read.has(key(passage)));
}
