/**
 * Maximal marginal relevance (Carbonell and Goldstein, 1998) over passages whose vectors stay inside their knowledge base: the
 * likeness of two passages is the cosine of their word counts, the relevance their score as a share of the best one's.
 */
import { words } from '../encoders/words.ts';
import type { Passage } from '../passage.ts';

export interface MmrOptions {
  /** How many to choose. */
  k: number;
  /** 1 is the order of the scores, 0 the greatest difference; default 0.5. */
  lambda?: number;
}

/** Of the passages, best first, each the one with the highest `lambda` relevance - (1 - `lambda`) likeness to those chosen before. */
export function mostMarginallyRelevant(passages: readonly Passage[], { k, lambda = 0.5 }: MmrOptions): Passage[] {
  const scores = passages.map(({ score }) => score);
  const [lowest, highest] = [Math.min(...scores), Math.max(...scores)];
  // Scores of a reranker may be negative; a lowest one above zero keeps its share.
  const floor = Math.min(0, lowest);
  const left = passages.map((passage) => ({
    passage,
    relevance: highest > floor ? (passage.score - floor) / (highest - floor) : 0,
    counts: wordCounts(passage.text),
    likeness: 0,
  }));
  const chosen: Passage[] = [];
  while (chosen.length < k && left.length > 0) {
    const worth = left.map(({ relevance, likeness }) => lambda * relevance - (1 - lambda) * likeness);
    const [best] = left.splice(worth.indexOf(Math.max(...worth)), 1);
    chosen.push(best!.passage);
    for (const other of left) other.likeness = Math.max(other.likeness, cosine(best!.counts, other.counts));
  }
  return chosen;
}

function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let dot = 0;
  for (const [word, count] of a) dot += count * (b.get(word) ?? 0);
  const norm = (counts: ReadonlyMap<string, number>) => Math.hypot(...counts.values());
  return dot === 0 ? 0 : dot / (norm(a) * norm(b));
}
