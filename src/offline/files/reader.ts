/**
 * The reader for people's own files, without a language model. It gives a short answer only where form and words leave no doubt: a cell
 * looked up, rows counted or compared, one span of the kind asked for in the sentence that accounts for the question. Everything else is
 * left to the evidence that every run shows. English; it knows no file.
 */
import type { Reader, ReaderOutput, ReadInput } from '../../graph/policy.ts';
import { words } from '../../tools/encoders/words.ts';
import { distinctPassages } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { english } from '../english/english.ts';
import type { Language } from '../language.ts';
import { type Asked, askedOf } from './asked.ts';
import { bridgeOf } from './bridge.ts';
import { readGuarded } from './guarded.ts';
import { likenessOf } from './likeness.ts';
import { readTables } from './read-table.ts';
import { type FileAnswer, readText } from './read-text.ts';
import { type FoundTable, tablesOf } from './table-reading.ts';
import { allStems, contentStems, stem } from './words.ts';

export interface FilesReaderOptions {
  /** Passages read of each search. Default 8: small tables come whole. */
  limit?: number;
  /** Default English. */
  language?: Language;
}

/** The reader for people's own files: it gives a short answer only where form and words leave no doubt, and abstains otherwise. */
export function filesReader({ limit = 8, language = english() }: FilesReaderOptions = {}): Reader {
  return {
    name: 'files',
    limit,
    async read(input: ReadInput): Promise<ReaderOutput> {
      const found = readFiles(input, language);
      if (!found) return { answer: null, citations: [], confidence: 0 };
      const { answer, passage, quote, confidence } = found;
      const { id: passageId, knowledgeBase } = passage;
      return { answer, citations: [{ passageId, knowledgeBase, quote: quote.slice(0, 300) }], confidence };
    },
  };
}

/** The answer that nothing speaks against; undefined where there is doubt. Pure. */
export function readFiles(
  { question, passages, image, steps }: Pick<ReadInput, 'question' | 'passages' | 'image' | 'steps'>,
  language: Language,
): FileAnswer | undefined {
  const asked = askedOf(question);
  const all = distinctPassages([...passages, ...steps.flatMap((step) => step.passages)]);
  const tables = tablesOf(all);
  if (image !== undefined) return readPicture(question, all) ?? readShownThing(question, tables, all);
  if (asked.kind === 'reason') return undefined;
  const found = readTables(question, asked, tables, all);
  const text = readText(question, asked, all);
  if (text) found.push(text);
  const answers = new Set(found.map(({ answer }) => answer.toLowerCase()));
  // Two sources that say different things are shown, not chosen between.
  const one = answers.size > 0 ? found[0] : readGuarded(question, asked, passages, language);
  return one && answers.size <= 1 && isOfItsTime(one, asked) ? one : undefined;
}

/** What was last year is no answer from what holds today: the place must speak of another time itself. */
function isOfItsTime({ passage, quote }: FileAnswer, { otherTime }: Asked): boolean {
  if (otherTime === undefined) return true;
  const about = [quote, passage.title, ...(passage.table?.header ?? [])].join(' ');
  return new RegExp(`\\b${otherTime}\\b`, 'i').test(about);
}

/** The row of the thing that the picture shows, read for what the question asks of it. */
function readShownThing(
  question: string,
  tables: readonly FoundTable[],
  passages: readonly Passage[],
): FileAnswer | undefined {
  const { names, texts } = bridgeOf(question, passages, true);
  const shown = new Set(texts.flatMap(allStems));
  const asked = words(question).filter((word) => !shown.has(stem(word)) && !PICTURE_WORDS.has(stem(word)));
  const found = names.flatMap((name) => readTables(`${asked.join(' ')} ${name}`, askedOf(question), tables, passages));
  const answers = new Set(found.map(({ answer }) => answer.toLowerCase()));
  return answers.size === 1 ? found[0] : undefined;
}

const OF_PICTURE = /\b(?:picture|photo|photograph|image|this|that|it|shown|here|see|look|looking)\b/i;

/** What a picture shows is what the caption of its likeness says, where there is a likeness. */
function readPicture(question: string, passages: readonly Passage[]): FileAnswer | undefined {
  const likely = likenessOf(passages);
  if (!likely || !OF_PICTURE.test(question)) return undefined;
  const sense =
    askedOf(question).kind === 'meaning' ? /^[^:.]{2,60}:\s+([^.;]{2,120})/u.exec(likely.text)?.[1] : undefined;
  if (sense !== undefined) return { answer: sense.trim(), passage: likely, quote: likely.text, confidence: 0.8 };
  const describes = /^\s*(?:what|who|which|where)\b/i.test(question) && !/\b(?:how|when|cost|price)\b/i.test(question);
  const terms = contentStems(question).filter((term) => !PICTURE_WORDS.has(term));
  if (!describes || terms.length > 1) return undefined;
  const answer = likely.text
    .split(/\n/)[0]!
    .trim()
    .replace(/\.$/, '')
    .replace(/^(?:The|A|An) /, '');
  return { answer, passage: likely, quote: likely.text, confidence: 0.8 };
}

const PICTURE_WORDS = new Set(
  allStems(
    'picture photo photograph image shown show see this that these those one ones here look looking thing called name',
  ),
);
