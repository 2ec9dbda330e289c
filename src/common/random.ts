/**
 * Seeded randomness, keyed by what it is for (seed, question, member, step) and never by order of completion, so that
 * concurrent runs draw the same numbers as serial ones. Generator: xoroshiro128+ of the pure-rand library.
 */
import { createHash } from 'node:crypto';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** One of the items; throws on an empty list. */
  pick<T>(items: readonly T[]): T;
}

/** The generator of exactly this key; the same parts give the same stream on every machine. */
export function keyedRandom(...key: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  const generator = xoroshiro128plus(digest.readInt32LE(0));
  const next = () => (generator.next() >>> 0) / 0x1_0000_0000;
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    next,
    below,
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
    shuffle(items) {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
    pick(items) {
      if (items.length === 0) throw new RangeError('random.pick: the list is empty');
      return items[below(items.length)]!;
    },
  };
}
