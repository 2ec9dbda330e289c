/**
 * What a knowledge base speaks of, in little: of its words and neighbouring words how many passages hold them. A router reads off it, without a
 * search, which knowledge base knows the words of a question (resource selection, as CORI does it: Callan et al. 1995). Words are kept as hashes. It is
 * made when a policy is trained and goes with it; a knowledge base that has grown since is known as it was.
 */
import { z } from 'zod';
import { systemError } from '../../common/errors.ts';
import { type TermReader, termReader } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { relatedStems } from '../thesaurus.ts';
import type { AskedKind } from './asked.ts';
import { isOfKind } from './kinds.ts';
import { stem } from './words.ts';

/** Kinds whose answers can be told by their form. */
const KINDS = [
  'money',
  'time-span',
  'measure',
  'frequency',
  'clock',
  'date',
  'person',
  'place',
  'number',
  'count',
  'colour',
] as const satisfies readonly AskedKind[];

/** Rarer words are left out of a larger knowledge base. */
const MOST_TERMS = 60_000;

const Hash = z.number().int().nonnegative();

const SketchSchema = z.strictObject({
  version: z.literal(1),
  knowledgeBases: z.array(
    z.strictObject({
      name: z.string(),
      passages: z.number().int().nonnegative(),
      /** Hash and count, one after the other. */
      terms: z.array(Hash),
      /** Hashes of two words that follow one another. */
      pairs: z.array(Hash),
      /** Of each kind of answer the share of passages that hold something of its form. */
      kinds: z.record(z.string(), z.number()),
    }),
  ),
});
export type SketchData = z.infer<typeof SketchSchema>;

interface TermWeight {
  term: string;
  /** Higher for words that few passages of all knowledge bases hold. */
  weight: number;
}

/** Shares of a text's words, by weight, in [0, 1]. */
export interface Knows {
  words: number;
  /** Words, or others of like meaning. */
  related: number;
  pairs: number;
  /** Whether the rarest word of all is known. */
  rarest: boolean;
}

export const KNOWS_NOTHING: Knows = { words: 0, related: 0, pairs: 0, rarest: false };

export class Sketch {
  readonly data: SketchData;
  readonly #bases: ReadonlyMap<string, { terms: ReadonlyMap<number, number>; pairs: ReadonlySet<number> }>;
  readonly #all = new Map<number, number>();
  readonly #passages: number;
  readonly #known = new Map<string, ReadonlyMap<string, Knows>>();
  readonly termsOf: TermReader = termReader(stem);

  constructor(data: SketchData) {
    this.data = data;
    this.#passages = data.knowledgeBases.reduce((sum, { passages }) => sum + passages, 0);
    this.#bases = new Map(
      data.knowledgeBases.map(({ name, terms, pairs }) => {
        const counts = new Map<number, number>();
        for (let place = 0; place + 1 < terms.length; place += 2) counts.set(terms[place]!, terms[place + 1]!);
        for (const [hash, count] of counts) this.#all.set(hash, (this.#all.get(hash) ?? 0) + count);
        return [name, { terms: counts, pairs: new Set(pairs) }];
      }),
    );
  }

  /**
   * Of a term, by its count over all knowledge bases. A word that nobody knows weighs as one of middling rarity: it tells no knowledge bases apart, but
   * while it is not found the question is not told.
   */
  weightOf(term: string): number {
    const count = this.#all.get(hashOf(term)) ?? Math.sqrt(this.#passages);
    return Math.log(1 + this.#passages / Math.max(1, count));
  }

  /** How often a knowledge base holds something of the form of such an answer, as a share of the one that does most. */
  holds(knowledgeBase: string, kind: AskedKind): number {
    const shares = this.data.knowledgeBases.map(({ kinds }) => kinds[kind] ?? 0);
    const own = this.data.knowledgeBases.find(({ name }) => name === knowledgeBase)?.kinds[kind] ?? 0;
    return own / Math.max(1e-9, ...shares);
  }

  isKnown(term: string): boolean {
    return this.#all.has(hashOf(term));
  }

  /** How well each knowledge base knows a text's words. */
  knows(text: string): ReadonlyMap<string, Knows> {
    const known = this.#known.get(text);
    if (known) return known;
    const found = this.#work(text);
    // Questions and their candidates; a training has thousands.
    if (this.#known.size > 5000) this.#known.clear();
    this.#known.set(text, found);
    return found;
  }

  #work(text: string): ReadonlyMap<string, Knows> {
    const terms = this.termsOf(text);
    const distinct = [...new Set(terms)].map((term) => ({ term, weight: this.weightOf(term) }));
    const rarest = distinct
      .filter(({ term }) => this.#all.has(hashOf(term)))
      .toSorted((a, b) => b.weight - a.weight)[0];
    const pairs = pairsOf(terms);
    return new Map(
      [...this.#bases].map(([name, base]) => {
        const has = (term: string): boolean => base.terms.has(hashOf(term));
        const words = share(distinct, ({ term }) => Number(has(term)));
        const related = share(distinct, ({ term }) => {
          if (has(term)) return 1;
          let best = 0;
          for (const [other, nearness] of relatedStems(term)) if (nearness > best && has(other)) best = nearness;
          return best;
        });
        const held = pairs.filter((pair) => base.pairs.has(hashOf(pair))).length;
        return [
          name,
          {
            words,
            related,
            pairs: pairs.length === 0 ? 0 : held / pairs.length,
            rarest: rarest !== undefined && has(rarest.term),
          },
        ];
      }),
    );
  }
}

function share(terms: readonly TermWeight[], worth: (term: TermWeight) => number): number {
  let total = 0;
  let sum = 0;
  for (const term of terms) {
    total += term.weight;
    sum += term.weight * worth(term);
  }
  return total === 0 ? 0 : sum / total;
}

const pairsOf = (terms: readonly string[]): string[] => terms.slice(1).map((term, place) => `${terms[place]} ${term}`);

/** What the passages of each knowledge base say. */
export function sketchOf(knowledgeBases: readonly { name: string; passages: readonly Passage[] }[]): Sketch {
  const termsOf = termReader(stem);
  return new Sketch({
    version: 1,
    knowledgeBases: knowledgeBases.map(({ name, passages }) => {
      const counts = new Map<number, number>();
      const pairs = new Set<number>();
      const kinds = Object.fromEntries(
        KINDS.map((kind) => [kind, shareOf(passages, (passage) => holdsKind(passage, kind))] as const),
      );
      for (const { title = '', text } of passages) {
        const terms = termsOf(`${title} ${text}`);
        for (const term of new Set(terms)) counts.set(hashOf(term), (counts.get(hashOf(term)) ?? 0) + 1);
        for (const pair of pairsOf(terms)) pairs.add(hashOf(pair));
      }
      const commonest = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_TERMS);
      return {
        name,
        passages: passages.length,
        terms: commonest.sort((a, b) => a[0] - b[0]).flat(),
        pairs: [...pairs].sort((a, b) => a - b).slice(0, 4 * MOST_TERMS),
        kinds,
      };
    }),
  });
}

const shareOf = <Item>(items: readonly Item[], is: (item: Item) => boolean): number =>
  items.length === 0 ? 0 : Math.round((1e4 * items.filter(is).length) / items.length) / 1e4;

function holdsKind({ text, table }: Passage, kind: AskedKind): boolean {
  const texts = table ? table.rows.slice(0, 3).map((row) => rowText(table.header, row)) : [text];
  return texts.some((one) => isOfKind(one, { kind, frame: new Set(), plural: false }, table !== undefined));
}

const rowText = (header: readonly string[], row: readonly string[]): string =>
  row.map((cell, column) => `${header[column] ?? ''}: ${cell}`).join('; ');

export function readSketch(text: string, file: string): Sketch {
  try {
    return new Sketch(SketchSchema.parse(JSON.parse(text)));
  } catch (error) {
    throw systemError('policy-sketch', `${file}: cannot be read; train the policy again`, error);
  }
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return hash >>> 0;
}
