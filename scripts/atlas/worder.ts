/** Picks the wordings a split may use, remembers which, and fills their slots. */
import type { Random } from '../../src/common/random.ts';
import type { Split } from './split.ts';
import { FRAMED, FRAMES, heldOutWordings, RELATIONS, type Wording } from './wording/wording.ts';

export class Worder {
  readonly used: string[] = [];
  readonly #seed: number;
  readonly #split: Split;
  readonly #random: Random;

  constructor(options: { seed: number; split: Split; random: Random }) {
    this.#seed = options.seed;
    this.#split = options.split;
    this.#random = options.random;
  }

  choose(name: string, wordings: readonly string[]): string {
    const held = heldOutWordings(this.#seed, name, wordings.length);
    const indices = wordings.map((_, index) => index);
    const unseen = indices.filter((index) => held.has(index));
    // In test, every fourth choice is a wording that training never saw.
    const preferUnseen = this.#split === 'test' && unseen.length > 0 && this.#random.below(4) === 0;
    const index = this.#random.pick(preferUnseen ? unseen : indices.filter((one) => !held.has(one)));
    this.used.push(`${name}/${index}`);
    return wordings[index]!;
  }

  /** Starts with a capital and stands in a frame now and then. */
  framed(question: string): string {
    return `${this.#random.next() < FRAMED ? this.choose('frame', FRAMES) : ''}${sentence(question)}`;
  }
}

/** Replaces `{x}` by the slot x. */
export function fill(wording: string, slots: Record<string, string | number>): string {
  return wording.replace(/\{(\w+)\}/g, (_, slot: string) => String(slots[slot] ?? ''));
}

export const sentence = (text: string) => text[0]!.toUpperCase() + text.slice(1);

export function wordingOf(relation: string): Wording {
  const wording = RELATIONS[relation];
  if (wording === undefined) throw new Error(`atlas: relation ${relation} has no wording`);
  return wording;
}

/** Word pairs that arise where a reference ends as the question goes on: such a question is dropped. */
export const CLUMSY =
  /belongs to belong|belongs? belongs?|lies lie|located located|found found|is in in\b|appl(y|ies) appl|shown shown|found lie|find out for me: (Can|Do) you/;
