/**
 * Is one method better than another on the same questions? Differences question by question: their mean with a bootstrap
 * interval, and a permutation test that swaps the two methods' results question by question (cluster by cluster).
 */
import { keyedRandom } from '../../common/random.ts';
import { type BootstrapOptions, bootstrapMean, type Interval } from './bootstrap.ts';
import { clustered } from './clusters.ts';

export interface PairedTest {
  /** Mean of `a - b` with its interval. */
  difference: Interval;
  /**
   * Two-sided p-value: how often a random swapping of results gives a difference at least as large. Exact by enumeration up to
   * 14 clusters, else by `permutations` draws, never below 1 / (permutations + 1).
   */
  p: number;
  /** Rows where a is better, b is better, and neither. */
  wins: number;
  losses: number;
  ties: number;
}

export interface PairedOptions extends BootstrapOptions {
  /** Default 10,000. */
  permutations?: number;
}

/** Compares two methods' values, row i of both being the same question. Throws on lists of unequal length; null for none. */
export function pairedTest(
  a: readonly number[],
  b: readonly number[],
  { permutations = 10_000, ...options }: PairedOptions = {},
): PairedTest | null {
  if (a.length !== b.length) throw new RangeError('paired test: both methods must have a value for every row');
  const differences = a.map((value, row) => value - b[row]!);
  const difference = bootstrapMean(differences, options);
  if (difference === null) return null;
  const { sums } = clustered(differences, options.clusters);
  return {
    difference,
    p: signFlipTest(sums, permutations, options.seed ?? 0),
    wins: differences.filter((value) => value > 0).length,
    losses: differences.filter((value) => value < 0).length,
    ties: differences.filter((value) => value === 0).length,
  };
}

function signFlipTest(sums: Float64Array, permutations: number, seed: string | number): number {
  const moving = sums.filter((sum) => sum !== 0);
  const observed = Math.abs(moving.reduce((total, sum) => total + sum, 0));
  // Sums that differ by rounding alone must count as equal.
  const threshold = observed - 1e-9 * Math.max(1, observed);
  if (moving.length <= 14) {
    let extreme = 0;
    for (let signs = 0; signs < 2 ** moving.length; signs++) {
      let total = 0;
      for (let i = 0; i < moving.length; i++) total += (signs >> i) & 1 ? moving[i]! : -moving[i]!;
      if (Math.abs(total) >= threshold) extreme += 1;
    }
    return extreme / 2 ** moving.length;
  }
  const random = keyedRandom('permutation', seed, moving.length, permutations);
  let extreme = 0;
  for (let draw = 0; draw < permutations; draw++) {
    let total = 0;
    let bits = 0;
    for (let i = 0; i < moving.length; i++) {
      if (i % 24 === 0) bits = random.below(2 ** 24);
      total += bits & 1 ? moving[i]! : -moving[i]!;
      bits >>= 1;
    }
    if (Math.abs(total) >= threshold) extreme += 1;
  }
  return (extreme + 1) / (permutations + 1);
}
