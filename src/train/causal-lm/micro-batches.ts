/**
 * Samples packed into batches of about so many tokens, sequences of about one length together. Shapes are rounded, so that few
 * graphs are built; what is padding has weight 0.
 */
import { roundUp } from '../../causal-lm/bucket.ts';
import { type DecisionForm, type MayFollow, mayFollow, writeBars } from '../../causal-lm/decision-form.ts';
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

interface MicroBatchOptions {
  /** What the samples were held to. Tokens that were foregone by it teach nothing and are left out. */
  form?: DecisionForm;
  vocabulary: number;
}

export function microBatch(samples: readonly TokenSample[], options?: MicroBatchOptions): MicroBatch {
  const form = options?.form;
  const free = samples.map(({ tokenIds }) =>
    tokenIds.map((_, place) => (form ? mayFollow(form, tokenIds.slice(0, place)) : undefined)),
  );
  const padding = Array.from({ length: rowsFor(samples.length) - samples.length }, () => ({ ids: [], mask: [] }));
  const sequences = samples.map(({ promptTokenIds, tokenIds }, row) => ({
    ids: [...promptTokenIds, ...tokenIds],
    mask: [...promptTokenIds.map(() => 0), ...free[row]!.map((may) => Number(!isForegone(may)))],
  }));
  const { bucket, feeds, chosen } = causalLmFeeds([...sequences, ...padding], { chosenStep: 256 });
  const places = chosen.map(({ sequence, place }) => ({
    sample: sequence,
    token: place - samples[sequence]!.promptTokenIds.length,
  }));
  if (!options?.form) return { samples, bucket, feeds, places };
  const bars = barFeeds(
    places.map(({ sample, token }) => free[sample]![token]!),
    { chosen: bucket.chosen, vocabulary: options.vocabulary },
  );
  return { samples, bucket: { ...bucket, bars: bars.kinds }, feeds: { ...feeds, ...bars.feeds }, places };
}

const isForegone = (may: MayFollow | undefined): boolean => may !== undefined && 'only' in may && may.only.length === 1;

/** Kinds of bars that graphs are built for. */
const KINDS_STEP = 8;

/** What may follow at each place, each kind of it once; padding is free. */
function barFeeds(may: readonly MayFollow[], { chosen, vocabulary }: { chosen: number; vocabulary: number }) {
  const kinds = new Map<string, MayFollow>([['', { not: [] }]]);
  const keys = may.map((one) => JSON.stringify(one));
  for (const [place, key] of keys.entries()) kinds.set(key, may[place]!);
  const order = [...kinds.keys()];
  const count = roundUp(order.length, KINDS_STEP);
  const bars = new Float32Array(count * vocabulary);
  for (const [row, one] of [...kinds.values()].entries())
    writeBars(one, bars.subarray(row * vocabulary, (row + 1) * vocabulary));
  const barOf = new Int32Array(chosen);
  for (const [place, key] of keys.entries()) barOf[place] = order.indexOf(key);
  return { kinds: count, feeds: { bars, barOf } };
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
