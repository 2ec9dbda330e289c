/**
 * What a further search should name: the person, thing or picture that the first search led to and the question only described. `The woman
 * who keeps the first-aid bag` is Fiona Marsh once a note says so.
 */
import { distinctPassages, scoreUnits, termReader, type Unit, unitsOf } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { indexOfRun } from '../reader/extraction.ts';
import { alternatives } from './alternatives.ts';
import { likenessOf } from './likeness.ts';
import { allStems, sameText, stem } from './words.ts';

/** Sentences or rows looked at for names. */
const UNITS = 2;
const MOST_NAMES = 4;
const NAME =
  /(?:(?:Dr|Mr|Mrs|Ms|Prof|St)\. )?\p{Lu}[\p{L}\p{N}'’-]*(?: (?:of |the |de |van |von )?(?:\p{Lu}[\p{L}\p{N}'’-]*|\d+))*/gu;

const ARTICLE = /^(?:The|A|An) /;
const OF_A_CALENDAR =
  /^(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?)$/;
/** Where the thing that a caption shows ends: `The signal cannon | on its red carriage.` */
const END_OF_HEAD = /[,:;.(]|\s(?:with|on|in|at|from|by|for|to|under|beside|before|after|during|showing|seen|of)\s/u;

export interface Bridge {
  names: string[];
  /** Where they stand. */
  texts: string[];
}

/** Names in what fits the question best that the question does not have; none where there are none. */
export const bridgeNames = (question: string, passages: readonly Passage[], hasImage: boolean): string[] =>
  bridgeOf(question, passages, hasImage).names;

export function bridgeOf(question: string, found: readonly Passage[], hasImage: boolean): Bridge {
  const passages = distinctPassages(found);
  const said = new Set(allStems(question));
  const termsOf = termReader(stem);
  const likely = hasImage ? likenessOf(passages) : undefined;
  const texts = likely
    ? [likely.text]
    : scoreUnits(
        passages.flatMap((passage) => unitsOf(passage, termsOf)),
        { question, steps: [{ subQuestion: question, passages }], citations: [] },
        { expand: alternatives, termsOf },
      )
        .slice(0, UNITS)
        .map(({ unit }) => textOf(unit));
  const isFresh = (name: string) => allStems(name).some((item) => !said.has(item));
  const capitalised = texts.flatMap((text) =>
    [...text.matchAll(NAME)]
      // The first word of a sentence is a name only where more of them follow.
      .filter(([name], index) => (index > 0 || !text.startsWith(name) || name.includes(' ')) && isFresh(name))
      .map(([name]) => name.replace(ARTICLE, ''))
      .filter((name) => !OF_A_CALENDAR.test(name)),
  );
  const things = [...keysWithin(texts, passages), ...(likely ? [headOf(likely.text)] : [])].filter(isFresh);
  const names = capitalised.length > 0 && likely ? capitalised : [...capitalised, ...things];
  const distinct = names.filter((name, index) => !names.slice(0, index).some((other) => sameText(other, name)));
  return { names: distinct.slice(0, MOST_NAMES), texts };
}

/** Of a row its cells: the header is no name. */
const textOf = ({ passage: { table }, place, text }: Unit): string => table?.rows[place]?.join('; ') ?? text;

/** Of what the tables found list by name, what the texts speak of in small letters. */
function keysWithin(texts: readonly string[], passages: readonly Passage[]): string[] {
  const stems = texts.map(allStems);
  const keys = passages.flatMap(({ table }) => table?.rows.map(([key]) => key?.trim() ?? '') ?? []);
  return [...new Set(keys)].filter((key) => {
    const own = allStems(key);
    return own.length > 1 && /\p{L}/u.test(key) && stems.some((text) => indexOfRun(text, own) >= 0);
  });
}

function headOf(caption: string): string {
  const head = caption.split(END_OF_HEAD)[0]!.trim().replace(ARTICLE, '');
  return head.split(/\s+/).length <= 4 ? head : '';
}
