/**
 * BM25 as sparse vectors. A document becomes term weights (saturated and length-normalised frequencies), a query becomes ones;
 * the store multiplies by the inverse document frequency (Qdrant's `idf` modifier), so that a dot product is the BM25 score.
 * Token ids are those of Qdrant's `qdrant/bm25` model, which makes our vectors and server-side inference interchangeable.
 */
import murmurhash from 'murmurhash';
import { z } from 'zod';
import { fold } from './fold.ts';
import { LanguageSchema, languageTools } from './language.ts';
import { searchWords } from './search-words.ts';
import { codes, words } from './words.ts';

/**
 * Counts what changed in which terms a text has. An index remembers the version it was made with and is read and added to with that
 * one: vectors of two versions never mix. Version 3 folds more spellings, joins grouped numbers, keeps words of any length and keeps stop
 * words for questions that hold nothing else.
 */
export const BM25_TERMS_VERSION = 3;

const FIELDS = {
  language: LanguageSchema,
  /** Term-frequency saturation. */
  k1: z.number().positive(),
  /** Length normalisation: 0 none, 1 full. */
  b: z.number().min(0).max(1),
  /** In weighted words. Measured at the first ingest; 256 is the constant of Qdrant's server-side inference. */
  averageLength: z.number().positive(),
  /** See {@link fold}; stop words that are codes (`.it`, `WHO`) count too. False is what the server does. */
  fold: z.boolean(),
  /** See {@link BM25_TERMS_VERSION}. Absent in what version 2 wrote. */
  terms: z.union([z.literal(2), z.literal(3)]),
};

/** What may be chosen; nothing is filled in. */
export const Bm25OptionsSchema = z.strictObject(FIELDS).partial();

/** As stored with an index. */
export const Bm25ConfigSchema = z.strictObject({
  language: FIELDS.language.default('english'),
  k1: FIELDS.k1.default(1.2),
  b: FIELDS.b.default(0.75),
  averageLength: FIELDS.averageLength.default(256),
  fold: FIELDS.fold.default(true),
  terms: FIELDS.terms.default(2),
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
  /** Every distinct term once with weight 1; the stop words where there is nothing else (before version 3: none). */
  encodeQuery(text: string): SparseVector;
  /** What `averageLength` is the average of. */
  lengthOf(fields: readonly WeightedText[]): number;
  /** Stemmed terms in order, stop words left out but for codes, which come last; for coverage features. */
  terms(text: string): string[];
}

/** Longer words are no words of a language: version 2 drops them, version 3 takes them as they are. */
const LONGEST_WORD = 40;
const CACHE_SIZE = 400_000;
const NOTHING = -1;
/** A stop word's own id, which only questions of stop words ask for, as a number below every token id: -2 and down. */
const stopCode = (id: number) => -2 - id;
/** Keeps a stop word's id apart from a term of the same letters, such as a code. */
const STOP_MARK = '\u0001';

/** Token id of Qdrant's BM25: the absolute value of the 32-bit murmur3 hash of the UTF-8 bytes, read as signed. */
export function tokenId(term: string): number {
  return Math.abs(murmurhash.v3(term, 0) | 0);
}

/** The encoder of texts and queries as sparse vectors whose product is the BM25 score. Throws a `ZodError` for options out of range. */
export function createBm25Encoder(options: z.input<typeof Bm25ConfigSchema> = {}): Bm25Encoder {
  const config = Bm25ConfigSchema.parse({ terms: BM25_TERMS_VERSION, ...options });
  const { k1, b, averageLength } = config;
  const rules = termRules(config);
  /** Word -> token id, or the code of a stop word: stemming costs ~6 us a word, a lookup ~0.05. Emptied when full. */
  const ids = new Map<string, number>();

  function idOf(word: string): number {
    let id = ids.get(word);
    if (id === undefined) {
      id = rules.isStopWord(word) ? rules.stopCode(word) : rules.termId(word);
      if (word.length > LONGEST_WORD) return id;
      if (ids.size >= CACHE_SIZE) ids.clear();
      ids.set(word, id);
    }
    return id;
  }

  /** Every term of a text: a word of its own, one that stands beside the words it is made of, or a stop word. */
  function eachTerm(text: string, visit: (id: number, kind: 'term' | 'beside' | 'stop') => void): void {
    const { words: found, joined } = rules.cut(text);
    for (const word of found) {
      const id = idOf(word);
      if (id >= 0) visit(id, 'term');
      else if (id !== NOTHING) visit(stopCode(id), 'stop');
    }
    for (const word of joined) if (!rules.isStopWord(word)) visit(rules.termId(word), 'beside');
    for (const term of rules.codes(text)) visit(tokenId(term), 'term');
  }

  /** Only terms add to the length: what is beside them must change no weight of theirs. */
  function frequencies(fields: readonly WeightedText[]) {
    const counts = new Map<number, number>();
    let length = 0;
    for (const { text, weight } of fields) {
      if (weight === 0) continue;
      eachTerm(text, (id, kind) => {
        counts.set(id, (counts.get(id) ?? 0) + weight);
        if (kind === 'term') length += weight;
      });
    }
    return { counts, length };
  }

  return {
    config,
    lengthOf: (fields) => frequencies(fields).length,
    encodeDocument(fields) {
      const { counts, length } = frequencies(fields);
      const norm = k1 * (1 - b + (b * length) / averageLength);
      const indices = ascending(counts.keys());
      return {
        indices,
        values: indices.map((id) => {
          const frequency = counts.get(id)!;
          return (frequency * (k1 + 1)) / (frequency + norm);
        }),
      };
    },
    encodeQuery(text) {
      const terms = new Set<number>();
      const stops = new Set<number>();
      eachTerm(text, (id, kind) => (kind === 'stop' ? stops : terms).add(id));
      const indices = ascending(terms.size > 0 ? terms : stops);
      return { indices, values: indices.map(() => 1) };
    },
    terms: (text) => [
      ...rules.cut(text).words.flatMap((word) => (rules.isStopWord(word) ? [] : (rules.stem(word) ?? []))),
      ...rules.codes(text),
    ],
  };
}

const ascending = (ids: Iterable<number>): number[] => [...ids].sort((x, y) => x - y);

/** What tells the versions apart: how a text is cut, and what becomes of a word. */
function termRules({ language, fold: folds, terms }: Bm25Config) {
  const current = terms === 3 && folds;
  const tools = () => languageTools(language);
  let stopWords: ReadonlySet<string> | undefined;
  const isStopWord = (word: string) => {
    stopWords ??= current ? new Set(Array.from(tools().stopWords, fold)) : tools().stopWords;
    return stopWords.has(word);
  };
  /** Undefined for what is left out. */
  const stem = (word: string): string | undefined => {
    if (word.length > LONGEST_WORD) return current ? word : undefined;
    return tools().stem(word);
  };
  return {
    cut: current ? searchWords : (text: string) => ({ words: words(text, { fold: folds }), joined: [] }),
    isStopWord,
    stem,
    termId(word: string): number {
      const term = stem(word);
      return term === undefined ? NOTHING : tokenId(term);
    },
    stopCode: (word: string) => (current ? stopCode(tokenId(STOP_MARK + word)) : NOTHING),
    /** Stop words that stand for something else in the text, stemmed. */
    codes: (text: string) =>
      folds
        ? codes(text)
            .filter(isStopWord)
            .map((code) => tools().stem(code))
        : [],
  };
}
