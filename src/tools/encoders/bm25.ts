/**
 * BM25 as sparse vectors. A document becomes term weights (saturated and length-normalised frequencies), a query becomes ones;
 * the store multiplies by the inverse document frequency (Qdrant's `idf` modifier), so that a dot product is the BM25 score.
 * Token ids are those of Qdrant's `qdrant/bm25` model, which makes our vectors and server-side inference interchangeable.
 */
import murmurhash from 'murmurhash';
import { z } from 'zod';
import { LanguageSchema, languageTools } from './language.ts';
import { codes, words } from './words.ts';

/** Counts what changed in which terms a text has; vectors of another version are searched as well as they can be. */
export const BM25_TERMS_VERSION = 2;

export const Bm25ConfigSchema = z.strictObject({
  language: LanguageSchema.default('english'),
  /** Term-frequency saturation. */
  k1: z.number().positive().default(1.2),
  /** Length normalisation: 0 none, 1 full. */
  b: z.number().min(0).max(1).default(0.75),
  /** In weighted words. Measured at the first ingest; 256 is the constant of Qdrant's server-side inference. */
  averageLength: z.number().positive().default(256),
  /** See {@link WordOptions.fold}; stop words that are codes (`.it`, `WHO`) count too. False is what the server does. */
  fold: z.boolean().default(true),
});
export type Bm25Config = z.infer<typeof Bm25ConfigSchema>;

/** Computes what Qdrant's own inference computes for English, at a cost in recall (a constant average length). */
export const QDRANT_BM25_PRESET = { averageLength: 256, fold: false } as const satisfies Partial<Bm25Config>;

export interface SparseVector {
  /** Ascending, unique, unsigned 32-bit. */
  indices: number[];
  values: number[];
}

/** A piece of a document and how often each of its words counts. */
export interface WeightedText {
  text: string;
  weight: number;
}

export interface Bm25Encoder {
  readonly config: Bm25Config;
  encodeDocument(fields: readonly WeightedText[]): SparseVector;
  /** Every distinct term once with weight 1. Empty for a text of stop words only. */
  encodeQuery(text: string): SparseVector;
  /** What `averageLength` is the average of. */
  lengthOf(fields: readonly WeightedText[]): number;
  /** Stemmed terms in order, stop words left out but for codes, which come last; for coverage features. */
  terms(text: string): string[];
}

const LONGEST_WORD = 40;
const CACHE_SIZE = 400_000;
const STOP = -1;

/** Token id of Qdrant's BM25: the absolute value of the 32-bit murmur3 hash of the UTF-8 bytes, read as signed. */
export function tokenId(term: string): number {
  return Math.abs(murmurhash.v3(term, 0) | 0);
}

export function createBm25Encoder(options: z.input<typeof Bm25ConfigSchema> = {}): Bm25Encoder {
  const config = Bm25ConfigSchema.parse(options);
  const { k1, b, averageLength, fold } = config;
  /** Word -> token id: stemming costs ~6 us a word, a lookup ~0.05. Emptied when full. */
  const ids = new Map<string, number>();

  function stemmed(word: string): string | undefined {
    const { stopWords, stem } = languageTools(config.language);
    if (word.length > LONGEST_WORD || stopWords.has(word)) return undefined;
    return stem(word);
  }

  function idOf(word: string): number {
    let id = ids.get(word);
    if (id === undefined) {
      const term = stemmed(word);
      id = term === undefined ? STOP : tokenId(term);
      if (ids.size >= CACHE_SIZE) ids.clear();
      ids.set(word, id);
    }
    return id;
  }

  function codesThatAreStopWords(text: string): string[] {
    if (!fold) return [];
    const { stopWords, stem } = languageTools(config.language);
    return codes(text)
      .filter((code) => stopWords.has(code))
      .map(stem);
  }

  function frequencies(fields: readonly WeightedText[]) {
    const counts = new Map<number, number>();
    let length = 0;
    for (const { text, weight } of fields) {
      if (weight === 0) continue;
      for (const word of words(text, { fold })) {
        const id = idOf(word);
        if (id === STOP) continue;
        counts.set(id, (counts.get(id) ?? 0) + weight);
        length += weight;
      }
      for (const term of codesThatAreStopWords(text)) {
        const id = tokenId(term);
        counts.set(id, (counts.get(id) ?? 0) + weight);
        length += weight;
      }
    }
    return { counts, length };
  }

  return {
    config,
    lengthOf: (fields) => frequencies(fields).length,
    encodeDocument(fields) {
      const { counts, length } = frequencies(fields);
      const norm = k1 * (1 - b + (b * length) / averageLength);
      const indices = [...counts.keys()].sort((x, y) => x - y);
      return {
        indices,
        values: indices.map((id) => {
          const frequency = counts.get(id)!;
          return (frequency * (k1 + 1)) / (frequency + norm);
        }),
      };
    },
    encodeQuery(text) {
      const indices = [...frequencies([{ text, weight: 1 }]).counts.keys()].sort((x, y) => x - y);
      return { indices, values: indices.map(() => 1) };
    },
    terms: (text) => [...words(text, { fold }).flatMap((word) => stemmed(word) ?? []), ...codesThatAreStopWords(text)],
  };
}
