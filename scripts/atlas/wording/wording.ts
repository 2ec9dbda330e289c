/**
 * How relations are asked for in English. `asks` are whole questions about `{x}`; `of` are noun phrases that let a further hop
 * start from the answer. Of each list about a third is held out of training, chosen by seed.
 */
import { keyedRandom } from '../../../src/common/random.ts';
import { NATURE } from './nature.ts';
import { REFERENCES } from './references.ts';
import type { Wording } from './types.ts';
import { WORLD } from './world.ts';

export type { Wording } from './types.ts';

export const RELATIONS: Record<string, Wording> = { ...WORLD, ...NATURE, ...REFERENCES };

/** Short frames that some questions stand in. */
export const FRAMES = [
  'I would like to know: ',
  'Quick question: ',
  'Can you find out for me: ',
  'For a quiz: ',
  'Please look this up. ',
  'Here is what I need. ',
];

/** The share of questions that stand in a frame. */
export const FRAMED = 0.15;

/** The indices of a list of wordings that never occur in train or validation: about a third, by seed. */
export function heldOutWordings(seed: number, name: string, count: number): Set<number> {
  const held = count < 2 ? 0 : Math.ceil(0.31 * count);
  return new Set(
    keyedRandom(seed, 'wording', name)
      .shuffle(Array.from({ length: count }, (_, i) => i))
      .slice(0, held),
  );
}
