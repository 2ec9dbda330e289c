/** Searching one knowledge base or every one of them, and which of the passages found a reader is shown. */
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { SearchDecision } from '../decision.ts';
import type { RouterParts } from '../options.ts';
import { EVERY_KNOWLEDGE_BASE, type SearchResult, type StepContext } from '../policy.ts';

export async function searchAsDecided(
  { knowledgeBase, subQuestion }: SearchDecision,
  { knowledgeBases }: RouterParts,
  context: StepContext,
): Promise<SearchResult> {
  if (knowledgeBase !== EVERY_KNOWLEDGE_BASE) return context.search(knowledgeBase, subQuestion);
  const results = await Promise.all(knowledgeBases.map(({ name }) => context.search(name, subQuestion)));
  const found = results.find(({ outcome }) => outcome === 'passages');
  const failed = results.find(({ outcome }) => outcome !== 'empty');
  const { outcome, error } = found ?? failed ?? results[0]!;
  return { outcome, error, passages: inTurn(results.map(({ passages }) => passages)) };
}

/** The best of each list, then the second of each, and so on: scores of different knowledge bases do not compare. */
function inTurn(lists: readonly Passage[][]): Passage[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
}

export function passagesToRead(passages: readonly Passage[], decision: SearchDecision, parts: RouterParts): Passage[] {
  const { limit } = parts.reader;
  if (decision.knowledgeBase !== EVERY_KNOWLEDGE_BASE) return passages.slice(0, limit);
  const lists = parts.knowledgeBases.map(({ name }) =>
    passages.filter(({ knowledgeBase }) => knowledgeBase === name).slice(0, limit),
  );
  return inTurn(lists);
}

export function cardOf(name: string, { cards }: RouterParts): KnowledgeBaseCard {
  const cost = cards.reduce((sum, card) => sum + card.cost, 0);
  const everyOne: KnowledgeBaseCard = { name, description: 'Every knowledge base at once', modality: 'text', cost };
  return cards.find((card) => card.name === name) ?? everyOne;
}
