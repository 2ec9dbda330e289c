/**
 * Samples packed into batches of about so many tokens, sequences of about one length together. Shapes are rounded, so that few
 * graphs are built; what is padding has weight 0.
 */
import { roundUp } from '../../causal-lm/bucket.ts';
import type { Feeds } from '../../engine/program.ts';
import type { TokenSample } from './token-batch.ts';
import { type CausalLmBucket, causalLmFeeds } from './training.ts';

export interface MicroBatch {
  samples: readonly TokenSample[];
  bucket: CausalLmBucket;
  feeds: Feeds;
  /** Which sample and which of its tokens each chosen place is. */
  places: readonly { sample: number; token: number }[];
}

const lengthOf = ({ promptTokenIds, tokenIds }: TokenSample): number =>
  roundUp(promptTokenIds.length + tokenIds.length, 32);
/** Rows that graphs are built for. */
const rowsFor = (count: number): number => (count <= 2 ? count : roundUp(count, count <= 16 ? 4 : 8));

/** The samples of each part. */
export function packed(samples: readonly TokenSample[], { tokens }: { tokens: number }): TokenSample[][] {
  const byLength = [...Map.groupBy(samples, lengthOf)].sort(([a], [b]) => a - b);
  return byLength.flatMap(([length, same]) => {
    const rows = Math.max(1, Math.floor(tokens / length));
    return Array.from({ length: Math.ceil(same.length / rows) }, (_, part) =>
      same.slice(part * rows, (part + 1) * rows),
    );
  });
}

export function microBatch(samples: readonly TokenSample[]): MicroBatch {
  const padding = Array.from({ length: rowsFor(samples.length) - samples.length }, () => ({ ids: [], mask: [] }));
  const sequences = samples.map(({ promptTokenIds, tokenIds }) => ({
    ids: [...promptTokenIds, ...tokenIds],
    mask: [...promptTokenIds.map(() => 0), ...tokenIds.map(() => 1)],
  }));
  const { bucket, feeds, chosen } = causalLmFeeds([...sequences, ...padding], { chosenStep: 256 });
  const places = chosen.map(({ sequence, place }) => ({
    sample: sequence,
    token: place - samples[sequence]!.promptTokenIds.length,
  }));
  return { samples, bucket, feeds, places };
}

/** One value a chosen place, 0 for padding. */
export function column(
  { samples, bucket, places }: MicroBatch,
  pick: (sample: TokenSample, token: number) => number,
): Float32Array {
  const values = new Float32Array(bucket.chosen);
  for (const [index, { sample, token }] of places.entries()) values[index] = pick(samples[sample]!, token);
  return values;
}
