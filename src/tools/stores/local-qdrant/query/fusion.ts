/**
 * Fusing ranked lists the way the server does, in 32-bit arithmetic: reciprocal rank fusion (RRF) and distribution-based score
 * fusion (DBSF).
 */
import type { ScoredSlot } from '../index/top-k.ts';

/**
 * RRF: each list adds 1 / ((position + 1) / weight + k - 1), positions from 0. The default k = 2 of Qdrant makes the first place
 * worth 1/2; the constant 60 of the literature is k = 61 here.
 */
export function reciprocalRankFusion(
  lists: readonly (readonly ScoredSlot[])[],
  { k, weights }: { k: number; weights?: readonly number[] | undefined },
): ScoredSlot[] {
  const f = Math.fround;
  const totals = new Map<number, number>();
  lists.forEach((list, l) => {
    // A list without weight keeps its points and adds nothing to them.
    const weight = Math.max(0, f(weights?.[l] ?? 1));
    list.forEach(({ slot }, position) => {
      // Every step rounded, k added before the 1 is taken off: the server's own order.
      const share = f(1 / f(f(f((position + 1) / weight) + k) - 1));
      totals.set(slot, f((totals.get(slot) ?? 0) + share));
    });
  });
  return Array.from(totals, ([slot, score]) => ({ slot, score }));
}

/**
 * DBSF: each list's scores are mapped so that mean - 3 sd becomes 0 and mean + 3 sd becomes 1 (sample variance), then summed. A
 * list of one, or of equal scores, gives 0.5 to each.
 */
export function distributionBasedScoreFusion(lists: readonly (readonly ScoredSlot[])[]): ScoredSlot[] {
  const totals = new Map<number, number>();
  for (const list of lists) {
    const normalize = normalizer(list);
    for (const { slot, score } of list) totals.set(slot, Math.fround((totals.get(slot) ?? 0) + normalize(score)));
  }
  return Array.from(totals, ([slot, score]) => ({ slot, score }));
}

function normalizer(list: readonly ScoredSlot[]): (score: number) => number {
  if (list.length < 2) return () => 0.5;
  // Welford's running mean and sum of squared deviations, every step rounded to 32 bits: the server's own rounding.
  const f = Math.fround;
  let mean = 0;
  let squares = 0;
  list.forEach(({ score }, i) => {
    const before = f(score - mean);
    mean = f(mean + f(before / (i + 1)));
    squares = f(squares + f(before * f(score - mean)));
  });
  const deviation = f(Math.sqrt(f(squares / (list.length - 1))));
  const low = f(mean - f(3 * deviation));
  const high = f(mean + f(3 * deviation));
  if (low === high) return () => 0.5;
  return (score) => f(f(score - low) / f(high - low));
}
