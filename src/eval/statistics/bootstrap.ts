/**
 * Bootstrap confidence intervals of a mean (Efron 1979), resampling whole clusters where rows depend on one another. Seeded:
 * the same values, keys and seed give the same interval on every machine.
 */
import { keyedRandom } from '../../common/random.ts';
import { type Clusters, clustered } from './clusters.ts';
import { normalCdf, normalQuantile } from './normal.ts';

export interface BootstrapOptions {
  /** One key a row; rows of one key are drawn together. Default: every row by itself. */
  clusters?: readonly string[];
  /** Default 2,000: the interval's ends then wobble by about 2% of its width from seed to seed. */
  resamples?: number;
  /** Default 0.95. */
  confidence?: number;
  seed?: string | number;
  /** `bca` corrects for bias and skew (Efron 1987), which matters for means near 0 or 1. Default `percentile`. */
  method?: 'percentile' | 'bca';
}

export interface Interval {
  mean: number;
  low: number;
  high: number;
  /** Rows. */
  n: number;
  clusters: number;
}

/** Mean of the values with its interval; null for no values. One cluster alone cannot vary: its interval is its mean. */
export function bootstrapMean(
  values: readonly number[],
  { clusters: keys, resamples = 2000, confidence = 0.95, seed = 0, method = 'percentile' }: BootstrapOptions = {},
): Interval | null {
  if (values.length === 0) return null;
  const clusters = clustered(values, keys);
  const mean = ratio(clusters);
  const means = resampledMeans(clusters, resamples, seed).sort();
  const tail = (1 - confidence) / 2;
  const [lower, upper] = method === 'bca' ? correctedTails(clusters, means, mean, tail) : [tail, 1 - tail];
  return {
    mean,
    low: quantile(means, lower),
    high: quantile(means, upper),
    n: values.length,
    clusters: clusters.sums.length,
  };
}

/** Means of `resamples` draws of as many clusters as there are, with replacement, in order of drawing. */
export function resampledMeans({ sums, sizes }: Clusters, resamples: number, seed: string | number): Float64Array {
  const random = keyedRandom('bootstrap', seed, sums.length, resamples);
  const means = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw++) {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < sums.length; i++) {
      const cluster = random.below(sums.length);
      sum += sums[cluster]!;
      size += sizes[cluster]!;
    }
    means[draw] = sum / size;
  }
  return means;
}

function ratio({ sums, sizes }: Clusters): number {
  let sum = 0;
  let size = 0;
  for (let i = 0; i < sums.length; i++) {
    sum += sums[i]!;
    size += sizes[i]!;
  }
  return sum / size;
}

/** The two tails of the bias-corrected and accelerated interval, acceleration from the jackknife over clusters. */
function correctedTails(clusters: Clusters, means: Float64Array, mean: number, tail: number): [number, number] {
  const { sums, sizes } = clusters;
  if (sums.length < 2) return [tail, 1 - tail];
  const total = sums.reduce((a, b) => a + b, 0);
  const rows = sizes.reduce((a, b) => a + b, 0);
  const left = sums.map((sum, i) => (total - sum) / (rows - sizes[i]!));
  const centre = left.reduce((a, b) => a + b, 0) / left.length;
  let square = 0;
  let cube = 0;
  for (const value of left) {
    square += (centre - value) ** 2;
    cube += (centre - value) ** 3;
  }
  const a = square === 0 ? 0 : cube / (6 * square ** 1.5); // acceleration
  let below = 0;
  for (const value of means) below += value < mean ? 1 : value === mean ? 0.5 : 0;
  const z0 = normalQuantile(below / means.length); // bias
  const corrected = (probability: number) => {
    const z = z0 + normalQuantile(probability);
    return normalCdf(z0 + z / (1 - a * z));
  };
  return [corrected(tail), corrected(1 - tail)];
}

/** Linear interpolation between the order statistics of a sorted list. */
function quantile(sorted: Float64Array, fraction: number): number {
  const place = (sorted.length - 1) * Math.min(1, Math.max(0, fraction));
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (sorted[Math.min(below + 1, sorted.length - 1)]! - low) * (place - below);
}
