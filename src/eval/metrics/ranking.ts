/**
 * Ranking metrics of a list of document ids against a set of gold ids, all with binary relevance. A document that comes back
 * in several passages counts once, at its first place. `k` counts distinct documents.
 */

/** Document ids of a ranking without repetitions, in order of first appearance. */
export function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

/** 1 where one of the first `k` documents is gold. */
export function hitAt(ranking: readonly string[], gold: ReadonlySet<string>, k: number): 0 | 1 {
  return distinct(ranking)
    .slice(0, k)
    .some((id) => gold.has(id))
    ? 1
    : 0;
}

/** Share of the gold documents among the first `k`; null where there is no gold. */
export function recallAt(ranking: readonly string[], gold: ReadonlySet<string>, k: number): number | null {
  if (gold.size === 0) return null;
  return (
    distinct(ranking)
      .slice(0, k)
      .filter((id) => gold.has(id)).length / gold.size
  );
}

/** 1 over the place (from 1) of the first gold document; 0 where none came back. */
export function reciprocalRank(ranking: readonly string[], gold: ReadonlySet<string>): number {
  const place = distinct(ranking).findIndex((id) => gold.has(id));
  return place < 0 ? 0 : 1 / (place + 1);
}

/** nDCG@k: gain 1 a gold document, discounted by log2(place + 1), over the best possible; null where there is no gold. */
export function ndcgAt(ranking: readonly string[], gold: ReadonlySet<string>, k: number): number | null {
  if (gold.size === 0) return null;
  const discount = (index: number) => 1 / Math.log2(index + 2);
  let gain = 0;
  distinct(ranking)
    .slice(0, k)
    .forEach((id, index) => {
      if (gold.has(id)) gain += discount(index);
    });
  let ideal = 0;
  for (let index = 0; index < Math.min(k, gold.size); index++) ideal += discount(index);
  return gain / ideal;
}
