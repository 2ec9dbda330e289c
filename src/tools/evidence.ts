/**
 * The best sentences and rows of a run, with their sources: what a person is shown whether or not there is a short answer. Chosen by
 * the question's words, weighted by how rare they are among what was found, and by the knowledge base's own ranking, which knows of
 * vectors where an encoder is there. No grammar of any language.
 */
import { z } from 'zod';
import { languageTools } from './encoders/language.ts';
import { words } from './encoders/words.ts';
import type { Passage } from './passage.ts';

export const EvidenceSchema = z.object({
  /** A few sentences, or one row with its headers; about 40 words. */
  text: z.string(),
  passageId: z.string(),
  documentId: z.string(),
  knowledgeBase: z.string(),
  title: z.string().optional(),
  /** Where the question's words stand in `text`: from, to (exclusive), in UTF-16 units. */
  highlights: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** In [0, 1]: the share of the question that the entry accounts for. */
  score: z.number(),
});
export type Evidence = z.infer<typeof EvidenceSchema>;

export interface EvidenceInput {
  question: string;
  /** What was asked of which passages. The same passage may come up several times. */
  steps: readonly { subQuestion: string; passages: readonly Passage[] }[];
  /** Passages that the answer rests on, with the words that carry it: they come first. */
  citations: readonly { passageId: string; knowledgeBase: string; quote?: string }[];
}

/** A sentence, a row or a caption: the least that can be shown by itself. */
export interface Unit {
  passage: Passage;
  /** Place among the units of its passage. */
  place: number;
  text: string;
  terms: ReadonlySet<string>;
  /** Terms of the passage's title. */
  context: ReadonlySet<string>;
  /** Terms of the two units on either side of it; none of a row. */
  beside: readonly ReadonlySet<string>[];
}

/** Words shown of one entry. */
const ENTRY_WORDS = 40;
/** Long passages are looked through up to here. */
const UNITS_A_PASSAGE = 60;
const TITLE_SHARE = 0.6;
const NEIGHBOUR_SHARE = 0.35;

export interface EvidenceOptions {
  /** Entries at most. Default 5. */
  limit?: number;
  /** Other terms of the vocabulary that stand for a term of the question, with how much of it each is worth, in (0, 1]. */
  expand?: (term: string, vocabulary: ReadonlySet<string>) => ReadonlyMap<string, number>;
  /** How texts are read as terms; the question and every passage alike. Default: words without their endings. */
  termsOf?: TermReader;
  /** A factor near 1 by which a unit counts more or less, e.g. for holding a time where one is asked for. */
  prefer?: (unit: Unit) => number;
  /** What is still asked once a first place was found: of the units that hold `name`, the share counts as much as `factor` says. */
  followUps?: readonly FollowUp[];
}

export interface FollowUp {
  text: string;
  name: string;
  /** In (0, 1]. */
  factor: number;
}

/** What finds the evidence of a run; `findEvidence` with options of one's own, or something else. */
export type EvidenceFinder = (input: EvidenceInput) => Evidence[];

/** The entries, the best first; none where no passage shares a word with the question. */
export function findEvidence(
  { question, steps, citations }: EvidenceInput,
  { limit = 5, expand, prefer = () => 1, followUps = [], termsOf = termReader() }: EvidenceOptions = {},
): Evidence[] {
  const passages = distinctPassages(steps.flatMap((step) => step.passages));
  const units = passages.flatMap((passage) => unitsOf(passage, termsOf));
  if (units.length === 0) return [];
  const scored = scoreUnits(units, { question, steps, citations }, { expand, prefer, followUps, termsOf });
  return chooseEntries(scored, units, { limit, termsOf });
}

export interface ScoredUnit {
  unit: Unit;
  /** The share of the question that it accounts for. */
  score: number;
  /** What the units are ordered by: cited ones come first. */
  order: number;
  /** The question's terms with what may stand for them. */
  query: Query;
}

/** Every unit with its score, the best first. */
export function scoreUnits(
  units: readonly Unit[],
  { question, steps, citations }: EvidenceInput,
  { expand, prefer = () => 1, followUps = [], termsOf = termReader() }: Omit<EvidenceOptions, 'limit'> = {},
): ScoredUnit[] {
  const weigh = rarity(units);
  const vocabulary = new Set(expand ? units.flatMap(({ terms, context }) => [...terms, ...context]) : []);
  const asked = new Set([question, ...steps.map(({ subQuestion }) => subQuestion)]);
  // A sub-question is written for a search, and stands as it is.
  const queries = [...asked].map((text) => queryOf(text, termsOf, text === question ? { expand, vocabulary } : {}));
  const weighed = queries.map((query) => weighQuery(query, weigh));
  const further = followUps.map(({ text, name, factor }) => ({
    factor,
    needed: termsOf(name),
    query: weighQuery(queryOf(`${text} ${name}`, termsOf, { expand, vocabulary }), weigh),
  }));
  const quotes = new Map(citations.toReversed().map((citation) => [citationKey(citation), citation] as const));
  const shares = units.map((unit) => weighed.reduce((best, query) => Math.max(best, scoreUnit(unit, query)), 0));
  const most = shares.reduce((left, right) => Math.max(left, right), 0);
  const scored = units.map((unit, index) => {
    const cited = quotes.size > 0 ? quotes.get(passageKey(unit.passage)) : undefined;
    const quoted = cited !== undefined && holdsQuote(unit, cited.quote);
    let said = shares[index]!;
    for (const { factor, needed, query } of further) {
      // It rests on the place that gave the name, and can be no surer than that.
      if (needed.every((term) => unit.terms.has(term) || unit.context.has(term)))
        said = Math.max(said, factor * most * scoreUnit(unit, query));
    }
    const score = Math.max(said * prefer(unit), likeness(unit.passage));
    return { unit, score, order: (quoted ? 2 : 0) + (cited ? 1 : 0) + score, query: queries[0]! };
  });
  return scored.sort((left, right) => right.order - left.order);
}

/** A picture that is nearly the question's own is evidence whatever its caption says. */
function likeness({ scores }: Passage): number {
  const image = scores?.image ?? 0;
  return image >= LEAST_LIKENESS ? image : 0;
}
const LEAST_LIKENESS = 0.9;

function chooseEntries(
  scored: readonly ScoredUnit[],
  units: readonly Unit[],
  { limit, termsOf }: { limit: number; termsOf: TermReader },
): Evidence[] {
  const chosen: Evidence[] = [];
  const shownTexts = new Set<string>();
  for (const { unit, score, order, query } of scored) {
    if (chosen.length === limit || order < LEAST_SCORE) break;
    // Rows stand for themselves; of a text the best place is shown, with what follows.
    const key = unit.passage.table ? `${passageKey(unit.passage)} ${unit.place}` : passageKey(unit.passage);
    if (shownTexts.has(key)) continue;
    shownTexts.add(key);
    const terms = new Set([...query.values()].flatMap((alternatives) => [...alternatives.keys()]));
    const entry = entryOf(unit, Math.min(1, score), units);
    chosen.push({ ...entry, highlights: highlightsOf(entry.text, terms, termsOf) });
  }
  return chosen;
}

/** Less than a tenth of the question is no evidence for anything. */
const LEAST_SCORE = 0.1;

const passageKey = ({ knowledgeBase, id }: Pick<Passage, 'knowledgeBase' | 'id'>): string => `${knowledgeBase}\n${id}`;
const citationKey = ({ knowledgeBase, passageId }: EvidenceInput['citations'][number]): string =>
  passageKey({ knowledgeBase, id: passageId });

export function distinctPassages(passages: readonly Passage[]): Passage[] {
  const known = new Map<string, Passage>();
  for (const passage of passages) {
    const earlier = known.get(passageKey(passage));
    // Found again without the picture, it keeps what the first search said of its likeness.
    if (!earlier || (passage.scores?.image ?? -1) > (earlier.scores?.image ?? -1))
      known.set(passageKey(passage), passage);
  }
  return [...known.values()];
}

/** The sentences of a text, the rows of a table, the caption of a picture. */
export function unitsOf(passage: Passage, termsOf: TermReader): Unit[] {
  const context = new Set(termsOf(passage.title ?? passage.table?.title ?? ''));
  const { table } = passage;
  const texts = table
    ? table.rows.slice(0, UNITS_A_PASSAGE).map((row) => rowText(table.header, row))
    : sentences(passage.text);
  const shown = texts.slice(0, UNITS_A_PASSAGE);
  const terms = shown.map((text) => new Set(termsOf(text)));
  return shown.map((text, place) => ({
    passage,
    place,
    text,
    terms: terms[place]!,
    context,
    beside: table ? [] : terms.slice(Math.max(0, place - 2), place + 3),
  }));
}

function rowText(header: readonly string[], row: readonly string[]): string {
  return row.flatMap((cell, column) => (cell.trim() === '' ? [] : [`${header[column] ?? ''}: ${cell}`])).join('; ');
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

function sentences(text: string): string[] {
  return text
    .split(/\n+/)
    .flatMap(sentencesOfLine)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** What ends no sentence though a capital follows: the title before a name, an initial. */
const NO_END = /(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|Prof|St|Ave|Rd|No|Nr|vs|approx|Inc|Ltd|Co|\p{Lu})\.\s*$/u;

function sentencesOfLine(line: string): string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(line)) {
    if (found.length > 0 && NO_END.test(found.at(-1)!)) found.push(found.pop()! + segment);
    else found.push(segment);
  }
  return found;
}

/** The terms of a text: what its words are compared by, stop words left out; of a text of stop words only, all. */
export type TermReader = (text: string) => string[];

/** Remembers what it has read; make one for each call. */
export function termReader(stem: (word: string) => string = roughStem): TermReader {
  const known = new Map<string, string>();
  const termOf = (word: string): string => {
    const earlier = known.get(word);
    if (earlier !== undefined) return earlier;
    const term = word.length > 40 ? word : stem(word);
    known.set(word, term);
    return term;
  };
  const stops = stopWords();
  return (text) => {
    const all = words(text);
    const terms: string[] = [];
    for (const word of all) if (!stops.has(word)) terms.push(termOf(word));
    return terms.length > 0 ? terms : all.map(termOf);
  };
}

/** The ending of a long word is cut: enough to tell that words are alike, at a fiftieth of a stemmer's time. */
const roughStem = (word: string): string => (word.length > 4 ? word.replace(/(?:ies|ied|ing|ed|es|s|y|e)$/, '') : word);

let known: ReadonlySet<string> | undefined;

/** None where the package that knows them is not beside a bundle. */
function stopWords(): ReadonlySet<string> {
  known ??= loadStopWords();
  return known;
}

function loadStopWords(): ReadonlySet<string> {
  try {
    return languageTools('english').stopWords;
  } catch {
    return new Set();
  }
}

/** Each term of a question with what may stand for it. */
type Query = ReadonlyMap<string, ReadonlyMap<string, number>>;

function queryOf(
  text: string,
  termsOf: TermReader,
  { expand, vocabulary = new Set() }: { expand?: EvidenceOptions['expand']; vocabulary?: ReadonlySet<string> },
): Query {
  const terms = new Set(termsOf(text));
  const query = new Map(
    [...terms].map((term) => [term, new Map([...(expand?.(term, vocabulary) ?? []), [term, 1]])] as const),
  );
  if (!expand) return query;
  // `set up` means more than its words: what stands for both may stand for either.
  const said = words(text);
  for (const [index, second] of said.slice(1).entries()) {
    const [first = ''] = termsOf(said[index]!);
    const alternatives = query.get(first) ?? query.get(termsOf(second)[0] ?? '');
    if (!alternatives) continue;
    for (const [other, worth] of expand(`${first}_${second}`, vocabulary)) alternatives.set(other, worth);
  }
  return query;
}

/** A word that is in few units weighs more; one that is in none weighs most, and speaks against every unit alike. */
function rarity(units: readonly Unit[]): (term: string) => number {
  const known = new Map<string, number>();
  return (term) => {
    const earlier = known.get(term);
    if (earlier !== undefined) return earlier;
    const count = units.reduce((sum, { terms, context }) => sum + (terms.has(term) || context.has(term) ? 1 : 0), 0);
    const weight = Math.log(1 + units.length / (0.5 + count));
    known.set(term, weight);
    return weight;
  };
}

/** A term's weight where nothing of it is found, and what may stand for it. */
interface WeighedTerm {
  weight: number;
  alternatives: { term: string; worth: number; weight: number }[];
}

function weighQuery(query: Query, weigh: (term: string) => number): WeighedTerm[] {
  return [...query].map(([term, alternatives]) => {
    const weight = weigh(term);
    return {
      weight,
      // What stands for a term is as telling as it is rare itself.
      alternatives: [...alternatives].map(([other, worth]) => {
        return { term: other, worth, weight: Math.min(weight, weigh(other)) };
      }),
    };
  });
}

function scoreUnit(unit: Unit, query: readonly WeighedTerm[]): number {
  let total = 0;
  let found = 0;
  for (const { weight, alternatives } of query) {
    let best = 0;
    let bestWeight = weight;
    for (const alternative of alternatives) {
      const place = alternative.worth * placeOf(alternative.term, unit);
      if (place <= best) continue;
      best = place;
      bestWeight = alternative.weight;
    }
    total += bestWeight;
    found += best * bestWeight;
  }
  // The ranking breaks ties, and hardly more: scores of different knowledge bases do not compare.
  return total === 0 ? 0 : (found / total) * (1 - 0.02 * Math.min(10, unit.passage.rank));
}

/** 1 in the unit itself, less in its title or beside it. */
function placeOf(term: string, unit: Unit): number {
  if (unit.terms.has(term)) return 1;
  if (unit.context.has(term)) return TITLE_SHARE;
  for (const terms of unit.beside) if (terms.has(term)) return NEIGHBOUR_SHARE;
  return 0;
}

function holdsQuote({ text }: Unit, quote: string | undefined): boolean {
  if (quote === undefined) return false;
  const plain = (value: string) => value.replace(/\s+/g, ' ').trim();
  return plain(text).includes(plain(quote)) || plain(quote).includes(plain(text));
}

/** The unit, and of a text what follows it, as far as the words reach; then what stands before it. */
function entryOf(unit: Unit, score: number, units: readonly Unit[]): Omit<Evidence, 'highlights'> {
  const { passage } = unit;
  let text = unit.text;
  if (!passage.table) {
    const own = units.filter((other) => other.passage === passage);
    const fits = (more: string) => text.split(/\s+/).length + more.split(/\s+/).length <= ENTRY_WORDS;
    let last = unit.place;
    while (own[last + 1] && fits(own[last + 1]!.text)) text = `${text} ${own[++last]!.text}`;
    let first = unit.place;
    while (own[first - 1] && fits(own[first - 1]!.text)) text = `${own[--first]!.text} ${text}`;
  }
  const title = passage.title ?? passage.table?.title;
  return {
    text,
    passageId: passage.id,
    documentId: passage.documentId,
    knowledgeBase: passage.knowledgeBase,
    ...(title !== undefined && { title }),
    score: Math.round(score * 1e4) / 1e4,
  };
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

function highlightsOf(text: string, terms: ReadonlySet<string>, termsOf: TermReader): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(WORD)) {
    const term = termsOf(match[0])[0];
    if (term !== undefined && terms.has(term) && !stopWords().has(match[0].toLowerCase()))
      found.push([match.index, match.index + match[0].length]);
  }
  return found;
}
