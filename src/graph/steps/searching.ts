/**
 * The searches of a step, made at once, and what they amount to: which belong to one sub-question, in which order their passages
 * stand, and which of these a reader is shown.
 */
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { Outcome, Search } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import type { EvidenceStep, StepContext } from '../policy.ts';
import type { PendingSearch } from '../run-state.ts';
import type { StepRecord } from '../step-record.ts';
import { type Earlier, earlierSearches, passagesAt, unread } from './repetition.ts';
import { normaliseSubQuestion } from './search-ledger.ts';

/** All searches of a decision, in its order. What was asked before is answered with what nobody has read yet. */
export async function searchAll(
  searches: readonly Search[],
  run: { findings: readonly EvidenceStep[]; steps: readonly StepRecord[] },
  context: StepContext,
): Promise<PendingSearch[]> {
  const asked = searches.map((search) => ({ search, earlier: earlierSearches(search, run) }));
  // Nothing came of any of them before: nothing will.
  const vain = asked.every(({ earlier }) => earlier.some(({ outcome }) => outcome !== 'passages'));
  if (vain) return asked.map(({ search, earlier }) => repeated(search, earlier[0]!));
  return Promise.all(
    asked.map(async ({ search, earlier }) => {
      const { outcome, passages, error } = await context.search(search.knowledgeBase, search.subQuestion);
      const fresh = unread(
        passages,
        earlier.map(({ entry }) => entry),
      );
      if (earlier.length > 0 && fresh.length === 0) return { ...repeated(search, earlier[0]!), outcome, error };
      return { ...search, outcome, error, passages: fresh };
    }),
  );
}

function repeated(search: Search, { entry, step, outcome }: Earlier): PendingSearch {
  return { ...search, outcome, repeatOf: step, passages: passagesAt(entry, search.knowledgeBase) };
}

/** The step's outcome, and the error that goes with it: passages if there are any, else the first failure. */
export function outcomeOf(searches: readonly Pick<PendingSearch, 'outcome' | 'error'>[]): {
  outcome: Outcome;
  error?: string;
} {
  const found = searches.find(({ outcome }) => outcome === 'passages');
  const failed = searches.find(({ outcome }) => outcome !== 'empty');
  const { outcome, error } = found ?? failed ?? searches[0] ?? { outcome: 'none' as const };
  return { outcome, error };
}

/** The searches of one sub-question. */
export interface SubQuestionSearches {
  subQuestion: string;
  searches: PendingSearch[];
}

/** One for each distinct sub-question, in order. */
export function bySubQuestion(searches: readonly PendingSearch[]): SubQuestionSearches[] {
  const [first] = searches;
  if (searches.length === 1) return [{ subQuestion: first!.subQuestion, searches: [...searches] }];
  const groups = new Map<string, SubQuestionSearches>();
  for (const search of searches) {
    const key = normaliseSubQuestion(search.subQuestion);
    const group = groups.get(key) ?? { subQuestion: search.subQuestion, searches: [] };
    group.searches.push(search);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Whether all of these asked what was asked before, and nothing is left to read. */
export function isRepetition(searches: readonly Pick<PendingSearch, 'repeatOf'>[]): boolean {
  return searches.length > 0 && searches.every(({ repeatOf }) => repeatOf !== undefined);
}

/** The best of each list, then the second of each, and so on: scores of different knowledge bases do not compare. */
function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  if (lists.length === 1) return [...lists[0]!];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list.slice(place, place + 1))).flat();
}

/** Passages that nobody has read: of searches that only repeat, none. */
const freshOf = ({ repeatOf, passages }: PendingSearch): Passage[] => (repeatOf === undefined ? passages : []);

/** What a reader is shown of a sub-question: its limit of each search. */
export function passagesToRead(searches: readonly PendingSearch[], { reader }: Pick<RouterParts, 'reader'>): Passage[] {
  return inTurn(searches.map((search) => freshOf(search).slice(0, reader.limit)));
}

/** All passages of a step with the place of their search, in turn; where others found something new, repetitions add nothing. */
export function passagesInTurn(searches: readonly PendingSearch[]): { passage: Passage; search: number }[] {
  const repeats = isRepetition(searches);
  return inTurn(
    searches.map((found, search) => {
      return (repeats ? found.passages : freshOf(found)).map((passage) => ({ passage, search }));
    }),
  );
}

/** The cards of these knowledge bases that there are. */
export function cardsOf(names: readonly string[], { cards }: Pick<RouterParts, 'cards'>): KnowledgeBaseCard[] {
  return names.flatMap((name) => cards.find((card) => card.name === name) ?? []);
}
