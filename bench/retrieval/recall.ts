/** Recall of distinct documents at ranks, over questions: shared by the retrieval benches. */
import type { Passage } from '../../src/tools/passage.ts';

export const RANKS = [1, 5, 20] as const;

export interface Recall {
  questions: number;
  /** Share of questions with a gold document among the first k distinct documents. */
  at: number[];
}

/** Rank of the first gold document among distinct documents, from 0; -1 where there is none. */
export function goldRank(passages: readonly Pick<Passage, 'documentId'>[], gold: readonly string[]): number {
  const documents = [...new Set(passages.map(({ documentId }) => documentId))];
  return documents.findIndex((id) => gold.includes(id));
}

export function recall(ranks: readonly number[]): Recall {
  const share = (k: number) => ranks.filter((rank) => rank >= 0 && rank < k).length / Math.max(1, ranks.length);
  return { questions: ranks.length, at: RANKS.map(share) };
}

export function recallLine({ questions, at }: Recall): string {
  return `${at.map((value) => value.toFixed(3)).join(' / ')}  (${questions})`;
}
