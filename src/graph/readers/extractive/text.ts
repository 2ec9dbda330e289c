/**
 * Reads prose. A passage either is about the thing in the question (its title or an alias stands there) and some sentence gives
 * the property asked; or it is the thing in question, and its text fits what the question says of it: then its title answers.
 */

import type { Passage } from '../../../tools/passage.ts';
import type { Inquiry } from '../../grammar/inquiry.ts';
import { coverage, relatedness } from '../../grammar/synonyms.ts';
import { type Token, tokenize } from '../../grammar/tokens.ts';
import { allStems, contentStems, stem } from '../../grammar/words.ts';
import { type Extraction, indexOfRun } from './extraction.ts';

const LONGEST_PASSAGE = 8_000;

export function readText(inquiry: Inquiry, passage: Passage): Extraction[] {
  const text = passage.text.slice(0, LONGEST_PASSAGE);
  const title = plainTitle(passage.title ?? text.split(/[:.]/, 1)[0]!.slice(0, 80));
  const sentences = splitSentences(text);
  const about = subjectMatch(inquiry, title, sentences);
  const found: Extraction[] = [];
  if (about > 0) {
    if (inquiry.form === 'describe') found.push(...describe(passage, title, sentences, about));
    else {
      found.push(...identity(inquiry, passage, sentences, about));
      // What is asked, or else what is done: `which unit makes up X` is told by `X is divided into`.
      const wordings = [inquiry.attribute, inquiry.verbs, restStems(inquiry)].filter(
        (stems, index) => stems.length > 0 && (index === 0 || inquiry.expected !== 'date'),
      );
      wordings.forEach((attribute, place) => {
        for (const sentence of sentences) {
          for (const extraction of property({ ...inquiry, attribute }, passage, sentence, title, about)) {
            found.push({ ...extraction, confidence: extraction.confidence * (1 - 0.1 * place) });
          }
        }
      });
    }
  }
  if (about < 0.85) found.push(...byDescription(inquiry, passage, title, text, sentences));
  return found;
}

/** Content words that are neither names nor what is asked: `independence` of `which country did X win its independence from`. */
const restStems = (inquiry: Inquiry): string[] => {
  const named = new Set(inquiry.names.flatMap(allStems));
  return inquiry.preposition === undefined
    ? []
    : inquiry.subjectStems.filter((item) => !named.has(item) && !inquiry.verbs.includes(item));
};

export const plainTitle = (title: string): string => title.replace(/\s*\([^)]*\)\s*$/, '').trim();

/** Sentences and the clauses of glosses; an abbreviation's full stop does not end one. */
export function splitSentences(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char !== '.' && char !== '!' && char !== '?' && char !== '\n') continue;
    const next = text[index + 1];
    const later = text[index + 2];
    if (
      char === '\n' ||
      next === undefined ||
      (next === ' ' &&
        later !== undefined &&
        /[\p{Lu}\p{N}"“'(]/u.test(later) &&
        !/(\b\p{Lu}|\b(Mr|Mrs|Dr|St|Mt|vs|No|Jr|Sr|ca|c))$/u.test(text.slice(Math.max(0, index - 4), index)))
    ) {
      const part = text.slice(start, index + 1).trim();
      if (part) parts.push(part);
      start = index + 1;
    }
  }
  const rest = text.slice(start).trim();
  if (rest) parts.push(rest);
  return parts;
}

/** In [0, 1]: whether the passage is about what the question names. */
function subjectMatch(inquiry: Inquiry, title: string, sentences: readonly string[]): number {
  const question = allStems(inquiry.text);
  const titleStems = allStems(title);
  if (titleStems.length === 0) return 0;
  const subject = contentStems(inquiry.subject).filter(
    (item) => !inquiry.verbs.includes(item) && !inquiry.attribute.includes(item),
  );
  const names = inquiry.names.map(allStems).filter((name) => name.length > 0);
  const longest = [...names].sort((a, b) => b.length - a.length)[0];
  const whole = indexOfRun(question, titleStems) >= 0 && !titleStems.every((item) => inquiry.attribute.includes(item));
  if (whole) {
    const key = new Set([...subject, ...names.flat()]);
    if (titleStems.every((item) => CLASS_WORDS.has(item)) && key.size > titleStems.length) return 0;
    if (key.size > 0 && !titleStems.some((item) => key.has(item))) return 0.4;
    // `Rose` for a question on the `rose of Jericho`: the title should be most of the name it stands in.
    const around =
      names.find((name) => indexOfRun(name, titleStems) >= 0) ?? (names.length === 0 ? subject : titleStems);
    return Math.max(0.5, Math.min(1, titleStems.length / Math.max(1, around.length)));
  }
  for (const name of names) {
    if (indexOfRun(titleStems, name) >= 0) return 0.65 + 0.3 * (name.length / titleStems.length);
  }
  const alias = longest ?? (subject.length > 0 && subject.length <= 3 ? subject : undefined);
  if (!alias) return 0;
  const named = sentences
    .slice(0, 5)
    .find(
      (sentence) =>
        /^also (called|known)|\bname (is|was)\b|^or /i.test(sentence) && indexOfRun(allStems(sentence), alias) >= 0,
    );
  return named ? 0.8 : 0;
}

const SORTS = new Set(['kind', 'type', 'sort'].map(stem));
const PROFESSIONS = new Set(['profession', 'occupation', 'job', 'career', 'vocation'].map(stem));

/** What someone is by trade: `known as an architect`, `was a painter`. */
function* identity(
  inquiry: Inquiry,
  passage: Passage,
  sentences: readonly string[],
  about: number,
): Generator<Extraction> {
  const asked = [...inquiry.attribute, ...inquiry.subjectStems, ...inquiry.asked];
  const trade =
    asked.some((item) => PROFESSIONS.has(item)) ||
    /for a living|work as|known as|what kind of person/i.test(inquiry.text);
  const sort = inquiry.asked.some((item) => SORTS.has(item)) || inquiry.attribute.some((item) => SORTS.has(item));
  if (!trade && !sort) return;
  for (const sentence of sentences) {
    const match =
      /\b(?:known as|was|is|worked as) an? (?!kind of|type of|sort of)([\p{L} -]{3,60}?)(?=[,.;]| and | who | of | from | in |$)/iu.exec(
        sentence.slice(0, 400),
      );
    if (match) {
      yield { answer: match[1]!, confidence: 0.72 * about, passage, quote: sentence };
      return;
    }
  }
}

function* describe(
  passage: Passage,
  title: string,
  sentences: readonly string[],
  about: number,
): Generator<Extraction> {
  const first = sentences[0];
  if (!first) return;
  const colon = first.indexOf(':');
  let gloss = colon > 0 && colon < title.length + 8 ? first.slice(colon + 1) : first;
  const verb = /^.{0,80}?\b(is|was|are|were) /.exec(gloss);
  if (colon < 0 && verb) gloss = gloss.slice(verb[0].length);
  yield { answer: gloss.trim().replace(/[.;]+$/, ''), confidence: 0.75 * about, passage, quote: first };
}

/** The property the question asks for, in one sentence of a passage about its subject. */
function* property(
  inquiry: Inquiry,
  passage: Passage,
  sentence: string,
  title: string,
  about: number,
): Generator<Extraction> {
  const tokens = tokenize(sentence);
  const stems = tokens.map((token) => (token.kind === 'word' ? stem(token.lower) : token.lower));
  const { attribute } = inquiry;
  if (attribute.length === 0) return;
  const titleStems = new Set(allStems(title));
  const usable = stems.map((item) => (titleStems.has(item) ? '' : item));
  const fit = coverage(attribute, usable);
  if (fit < 0.3) return;
  // What else is said of the subject should at least stand somewhere in the passage.
  const extra = inquiry.subjectStems.filter(
    (item) =>
      !attribute.includes(item) &&
      !titleStems.has(item) &&
      !inquiry.verbs.includes(item) &&
      !inquiry.asked.includes(item),
  );
  const context = extra.length === 0 ? 1 : 0.75 + 0.25 * coverage(extra, allStems(passage.text.slice(0, 2_000)));
  let at = -1;
  let strength = 0;
  const key = attribute.at(-1)!;
  usable.forEach((item, index) => {
    const score = Math.max(relatedness(key, item), 0.9 * Math.max(...attribute.map((word) => relatedness(word, item))));
    if (score > strength) {
      strength = score;
      at = index;
    }
  });
  if (at < 0) return;
  const confidence = about * context * (0.3 + 0.65 * fit) * qualified(inquiry, tokens, stems, at);
  // To call is not to be called: `dial to call X` asks for no name.
  if (
    stems[at] === 'call' &&
    !/\b(called|name|names|named|known|call (?:an?|the) )\b/i.test(inquiry.text) &&
    !inquiry.verbs.includes('known')
  )
    return;
  const answer = valueAt(inquiry, sentence, tokens, at);
  if (!answer) return;
  yield { answer: answer.text, confidence: Math.min(0.98, confidence * answer.fit), passage, quote: sentence };
}

/** `Its scientific name` is not just any name: an adjective the question does not share counts against the sentence. */
function qualified(inquiry: Inquiry, tokens: readonly Token[], stems: readonly string[], at: number): number {
  if (stems[at] !== 'name' || at === 0) return 1;
  const before = tokens[at - 1]!;
  if (
    before.kind !== 'word' ||
    ['its', 'the', 'a', 'his', 'her', 'their', 'full', 'real', 'other'].includes(before.lower)
  )
    return 1;
  const said = [...inquiry.attribute, ...inquiry.subjectStems, ...inquiry.asked];
  return said.some((item) => relatedness(item, stems[at - 1]!) > 0) ? 1 : 0.6;
}

interface Value {
  text: string;
  /** How well it looks like what was asked, in [0, 1]. */
  fit: number;
}

/** The value that stands with the property word at `at`. */
function valueAt(inquiry: Inquiry, sentence: string, tokens: readonly Token[], at: number): Value | undefined {
  switch (inquiry.expected) {
    case 'date':
      return nearest(sentence, tokens, at, isDate, 1) ?? undefined;
    case 'number':
      return nearest(sentence, tokens, at, (token) => token.kind === 'number', 1) ?? undefined;
    default:
      return behindPreposition(inquiry, sentence, tokens, at) ?? phraseAfter(inquiry, sentence, tokens, at);
  }
}

const isDate = (token: Token): boolean => token.kind === 'number' && /^\d{3,4}s?$/.test(token.text);

function nearest(
  sentence: string,
  tokens: readonly Token[],
  at: number,
  accepts: (token: Token) => boolean,
  fit: number,
): Value | undefined {
  let found = -1;
  let distance = Number.POSITIVE_INFINITY;
  tokens.forEach((token, index) => {
    if (!accepts(token)) return;
    // What follows the property word is likelier to be its value than what stands before it.
    const away = index > at ? index - at : (at - index) * 2 + 3;
    if (away < distance) {
      distance = away;
      found = index;
    }
  });
  if (found < 0) return undefined;
  return { text: withDay(sentence, tokens, found), fit: distance > 15 ? fit * 0.7 : fit };
}

const MONTHS = new Set(
  'january february march april may june july august september october november december'.split(' '),
);

/** A year with its day and month where they stand beside it. */
function withDay(sentence: string, tokens: readonly Token[], at: number): string {
  let start = at;
  while (
    start > 0 &&
    at - start < 4 &&
    (MONTHS.has(tokens[start - 1]!.lower) ||
      tokens[start - 1]!.text === ',' ||
      /^\d{1,2}$/.test(tokens[start - 1]!.text))
  )
    start--;
  while (start < at && tokens[start]!.text === ',') start++;
  if (!tokens.slice(start, at).some((token) => MONTHS.has(token.lower))) return tokens[at]!.text;
  return sentence.slice(tokens[start]!.start, tokens[at]!.end);
}

const LINKS = new Set([
  'is',
  'are',
  'was',
  'were',
  'as',
  'of',
  'in',
  'by',
  'to',
  'into',
  'from',
  'at',
  'for',
  'on',
  ':',
  'include',
  'includes',
  'name',
  'names',
  'also',
  'called',
  'with',
  'the',
  'a',
  'an',
  'and',
  'be',
  'been',
  'known',
  '100',
  'around',
  'about',
  'near',
]);

function phraseAfter(inquiry: Inquiry, sentence: string, tokens: readonly Token[], at: number): Value | undefined {
  const asked = new Set(allStems(inquiry.text));
  const key = tokens[at]!.lower;
  const next = tokens[at + 1]?.lower;
  // `a unit of money` says what a unit is of, not which; `a smaller unit, the cent` does.
  if (inquiry.form === 'class' && next === 'of' && !KINDS.has(key)) return undefined;
  if (key === 'known' && next === 'for' && /known as|known for being|as what/i.test(inquiry.text)) return undefined;
  let start = next === ',' && ['the', 'a', 'an'].includes(tokens[at + 2]?.lower ?? '') ? at + 2 : at + 1;
  let linked = start > at + 1;
  while (
    start < tokens.length &&
    (LINKS.has(tokens[start]!.lower) ||
      (tokens[start]!.kind === 'number' && start + 1 < tokens.length && tokens[start + 1]!.kind === 'word')) &&
    start < at + 6
  ) {
    linked = true;
    start++;
  }
  let end = phraseEnd(tokens, start);
  if (end <= start) return undefined;
  // `a smaller unit, the cent`: a class word is followed by the name of the thing.
  const first = allStems(sentence.slice(tokens[start]!.start, tokens[end - 1]!.end));
  if (
    tokens[end]?.text === ',' &&
    ['the', 'a', 'an'].includes(tokens[end + 1]?.lower ?? '') &&
    (first.some((item) => asked.has(item)) || ['a', 'an'].includes(tokens[start - 1]?.lower ?? ''))
  ) {
    start = end + 2;
    end = phraseEnd(tokens, start);
    if (end <= start) return undefined;
  }
  const text = sentence.slice(tokens[start]!.start, tokens[end - 1]!.end);
  const stems = allStems(text);
  if (stems.length === 0 || (stems.every((item) => asked.has(item)) && !KINDS.has(key))) return undefined;
  if (stems.length === 1 && KINDS.has(text.toLowerCase())) return undefined;
  const proper = tokens[start]!.capital;
  let fit = linked || proper ? 1 : NAMING.has(key) ? 0.95 : 0.6;
  if ((inquiry.expected === 'place' || inquiry.expected === 'person') && !proper) fit *= 0.5;
  // `the genus Giraffa` is no answer to a question for the family.
  const rank = /^([a-z]+) \p{Lu}/u.exec(text)?.[1];
  const asks = contentStems(inquiry.attributeText);
  if (rank && asks.length > 0 && !asks.some((item) => relatedness(item, stem(rank)) > 0) && RANKS.has(rank)) fit *= 0.3;
  return { text, fit };
}

/** `From whom did X gain independence?`: what stands behind `from`, shortly after the property. */
function behindPreposition(
  inquiry: Inquiry,
  sentence: string,
  tokens: readonly Token[],
  at: number,
): Value | undefined {
  const { preposition } = inquiry;
  if (preposition === undefined || ['of', 'to', 'under', 'into', 'with'].includes(preposition)) return undefined;
  for (let index = at + 1; index < Math.min(tokens.length, at + 6); index++) {
    if (tokens[index]!.lower !== preposition) continue;
    let start = index + 1;
    while (['the', 'a', 'an'].includes(tokens[start]?.lower ?? '')) start++;
    const end = phraseEnd(tokens, start);
    if (end <= start) return undefined;
    return { text: sentence.slice(tokens[start]!.start, tokens[end - 1]!.end), fit: 1 };
  }
  return undefined;
}

const RANKS = new Set('genus family order class species phylum tribe kingdom division'.split(' '));
/** Words of a question that seldom are its subject: `what kind of thing is X`. */
const CLASS_WORDS = new Set(
  'thing object item entity kind type place person animal plant country city element word name'.split(' ').map(stem),
);
const KINDS = new Set(['kind', 'type', 'sort', 'form', 'species', 'variety', 'member', 'part']);
const NAMING = new Set(['called', 'named', 'known', 'termed', 'alias', 'nicknamed']);

function phraseEnd(tokens: readonly Token[], start: number): number {
  let end = start;
  while (end < tokens.length && end < start + 14) {
    const token = tokens[end]!;
    if (token.kind === 'punctuation' && !['“', '”', '"', '-', "'", '&'].includes(token.text)) break;
    if (
      [
        'and',
        'or',
        'which',
        'that',
        'who',
        'where',
        'is',
        'was',
        'are',
        'were',
        'but',
        'in',
        'from',
        'on',
        'at',
        'by',
        'with',
        'for',
      ].includes(token.lower) &&
      end > start
    ) {
      const nameGoesOn =
        token.lower === 'and' &&
        tokens[end - 1]!.capital &&
        tokens[end + 1]?.capital === true &&
        !tokens.slice(start, end).some((other) => other.text === ',');
      if (!nameGoesOn) break;
    }
    end++;
  }
  return end;
}

/** `Which animal is described as ...`: the passage whose text says so, named by its title. */
function* byDescription(
  inquiry: Inquiry,
  passage: Passage,
  title: string,
  text: string,
  sentences: readonly string[],
): Generator<Extraction> {
  if (inquiry.expected === 'date' || inquiry.expected === 'number' || inquiry.form === 'count' || title === '') return;
  const question = allStems(inquiry.text);
  const titleStems = allStems(title);
  if (indexOfRun(question, titleStems) >= 0) return;
  // A thing named after the one in the question is not described by it: `Madagascar franc`, `Lake Geneva`.
  const said =
    inquiry.names.length > 0
      ? inquiry.names.flatMap(contentStems)
      : inquiry.subjectStems.length <= 3
        ? inquiry.subjectStems
        : [];
  if (said.some((item) => titleStems.includes(item))) return;
  const noise = new Set([
    'describ',
    'word',
    'call',
    'name',
    'known',
    'appli',
    'refer',
    'mean',
    'shown',
    'imag',
    'pictur',
  ]);
  // The class of the answer may go without saying; a property of something else may not.
  if (inquiry.form === 'class') for (const item of inquiry.attribute) noise.add(item);
  const wanted = contentStems(inquiry.text).filter((item) => !noise.has(item));
  if (wanted.length === 0) return;
  const body = new Set(allStems(text));
  const covered = wanted.filter((item) => body.has(item)).length / wanted.length;
  const names = inquiry.names.flatMap((name) => allStems(name)).filter((item) => !noise.has(item));
  const named = names.length === 0 ? 1 : names.filter((item) => body.has(item)).length / names.length;
  const long = Math.min(1, 0.55 + 0.15 * wanted.length);
  // `What is X called?` where X is another name of the passage's subject.
  const naming = [...inquiry.verbs, ...inquiry.attribute].some(
    (item) => item === 'call' || item === 'name' || item === 'known',
  );
  const alias = inquiry.names.map(allStems).find((name) => name.length > 0 && indexOfRun(allStems(text), name) >= 0);
  if (naming && alias) {
    yield {
      answer: title,
      confidence: 0.72,
      passage,
      quote: sentences.find((sentence) => indexOfRun(allStems(sentence), alias) >= 0) ?? title,
    };
  }
  yield { answer: title, confidence: 0.97 * covered ** 2 * named * long, passage, quote: sentences[0] ?? title };
}
