/**
 * Questions that set two things side by side: `Which is larger, X or Y?`, `Is X older than Y?`, `Do X and Y have the same Z?`,
 * `What is the difference between the Z of X and of Y?`. Each is taken apart into one question for either side; how the two
 * answers combine is in `combine.ts`.
 */
import { AUXILIARIES, BE, DO, HAVE, isParticiple, QUESTION_WORDS, SHOWN, VERBS } from './lexicon.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { comparativeAt, type Gradable, QUANTITIES, superlativeAt } from './quantities.ts';
import { parseSentence, type Sentence, spanText } from './sentence.ts';
import { parseNumber } from './values.ts';

export interface Comparison {
  /** `which`: the answer is one of the sides; `order`: yes or no; `same`: yes or no; the others are numbers. */
  asks: 'which' | 'order' | 'same' | 'difference' | 'sum' | 'ratio';
  left: Side;
  right: Side;
  /** Further things to choose from: `the largest of X, Y and Z`. */
  more?: Side[];
  /** For `which` and `order`: whether the larger or later (1) or the smaller or earlier (-1) side wins. */
  direction: 1 | -1;
}

export interface Side {
  /** What stands there in the question: the answer to give where this side wins. */
  text: string;
  /** What to ask about it; undefined where the side is a number already. */
  question?: string;
  value?: string;
}

const EVENT_PARTICLES = new Set(['out', 'to', 'up']);

export function parseComparison(question: string): Comparison | undefined {
  const sentence = parseSentence(question);
  const { tokens, length } = sentence;
  if (length < 4) return undefined;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  const cue = comparativeCue(sentence);
  const than = lower.indexOf('than');
  if (than > 0 && cue && cue.index < than) return thanComparison(sentence, cue, than);
  const life = lifespan(sentence) ?? yearsApart(sentence);
  if (life) return life;
  const arithmetic = arithmeticQuestion(sentence);
  if (arithmetic) return arithmetic;
  const same = sameQuestion(sentence);
  if (same) return same;
  if (cue) return choice(sentence, cue);
  const beforeAfter = eventOrder(sentence);
  return beforeAfter;
}

interface Cue {
  index: number;
  gradable: Gradable & { words: 1 | 2 };
  /** The word is a comparative; a superlative only compares where a choice of two is given. */
  comparative: boolean;
}

function comparativeCue(sentence: Sentence): Cue | undefined {
  const { tokens, length } = sentence;
  for (let index = 0; index < length; index++) {
    const { lower, quoted, capital } = tokens[index]!;
    if (quoted || (capital && index > 0)) continue;
    const next = tokens[index + 1]?.lower;
    const comparative = comparativeAt(lower, next);
    if (comparative && !(lower === 'more' && next === 'about'))
      return { index, gradable: comparative, comparative: true };
    if (lower === 'first' || lower === 'last')
      return {
        index,
        gradable: { attributes: ['date'], direction: lower === 'first' ? -1 : 1, words: 1 },
        comparative: false,
      };
    const superlative = superlativeAt(lower, next);
    if (superlative) return { index, gradable: superlative, comparative: false };
  }
  return undefined;
}

// --- X or Y -----------------------------------------------------------------------------------------------------------------

interface Pair {
  left: string;
  right: string;
  /** Token range of the pair with its opening words. */
  start: number;
  end: number;
}

function choice(sentence: Sentence, cue: Cue): Comparison | undefined {
  const pair = pairOf(sentence, cue);
  if (!pair) return undefined;
  const { tokens } = sentence;
  const property = propertyAfter(sentence, cue, pair.start <= cue.index ? sentence.length : pair.start);
  const noun = tokens[sentence.asked.end - 1];
  const askedNoun =
    sentence.questionWord === 'which' && noun && noun.lower !== 'which' && noun.lower !== 'one'
      ? noun.lower
      : undefined;
  const owner = chainNoun(sentence, cue);
  const side = (text: string): Side => {
    const plain = resolveOne(text, askedNoun).replace(/^that of /i, '');
    const subject = owner ? `the ${owner} of ${plain}` : plain;
    // `the more populous capital`: the capital is a thing of its own, which the adjective measures.
    const thing = cue.gradable.attributes.length > 0 && ENTITIES.has(property.noun);
    if (thing)
      return {
        text: plain,
        question: sideQuestion(sentence, cue, { noun: '', plural: false }, `the ${property.noun} of ${plain}`),
      };
    return { text: plain, question: sideQuestion(sentence, cue, property, subject) };
  };
  const direction = cue.gradable.direction;
  // `the largest of X, Y and Z`: with a superlative the commas part names; a film's title keeps its own.
  const listed = cue.comparative ? [pair.left] : pair.left.split(/,\s+/).filter(Boolean);
  const [first, ...further] = listed.every((item) => /^(the )?\p{Lu}|^[a-z-]+$/u.test(item)) ? listed : [pair.left];
  return {
    ...(further.length > 0 && { more: further.map(side) }),
    asks: sentence.opening === 'yes-no' && !cueIsPredicate(sentence, cue, pair) ? 'order' : 'which',
    left: side(first ?? pair.left),
    right: side(pair.right),
    direction,
  };
}

/** Nouns by which one thing leads to another, rather than being measured. */
const ENTITIES = new Set([
  'capital',
  'neighbour',
  'neighbor',
  'flag',
  'city',
  'river',
  'capital city',
  'director',
  'author',
  'founder',
]);

const cueIsPredicate = (sentence: Sentence, cue: Cue, pair: Pair): boolean =>
  cue.index >= pair.end || sentence.tokens[pair.end] === undefined;

/** `the one whose flag is shown` means the country whose flag is shown, where the question asked for a country. */
function resolveOne(text: string, noun: string | undefined): string {
  const match = /^(the )?one (?=\S)/i.exec(text);
  return match && noun ? `the ${noun} ${text.slice(match[0].length)}` : text;
}

/** The two things between which the question lets choose. */
function pairOf(sentence: Sentence, cue: Cue): Pair | undefined {
  const { tokens, length, asked } = sentence;
  const joint = tokens.findLastIndex(
    (token, index) => index < length && token.lower === 'or' && !token.quoted && index > 0,
  );
  if (joint > 0 && joint > cue.index) {
    // The list stands at the end: after a comma or colon, or right after the compared property.
    let start = -1;
    for (let index = cue.index + 1; index < joint; index++) {
      const { text } = tokens[index]!;
      if (text === ',' || text === ':' || text === ';' || text === '?' || text === '-' || text === '–') {
        start = index + 1;
        break;
      }
    }
    if (start < 0) {
      const phrase = backwardsPhrase(sentence, joint, cue.index + cue.gradable.words);
      start = phrase;
    }
    if (tokens[start]?.lower === 'is' || tokens[start]?.lower === 'either') start++;
    if (start < joint && start >= 0) return pairText(sentence, start, joint, length);
  }
  if (joint > 0 && joint < cue.index) {
    // `Is X or Y larger?`, `Between X or Y, which ...`
    const start = leadIn(sentence, joint);
    const right = nounPhraseAt(tokens, joint + 1, cue.index);
    if (right && start >= 0) return pairText(sentence, start, joint, right.end);
  }
  // `Of X and Y, which ...`, `Which of X and Y ...`, `Between X and Y ...`, `Who is older between X and Y?`
  for (let index = 0; index < length; index++) {
    const { lower } = tokens[index]!;
    const opens =
      lower === 'between' ||
      (lower === 'of' &&
        (index === 0 ||
          index <= asked.end ||
          ['which', 'one'].includes(tokens[index - 1]!.lower) ||
          index === cue.index + cue.gradable.words));
    if (!opens) continue;
    let from = index + 1;
    if (tokens[from]?.lower === 'the' && tokens[from + 1]?.lower === 'two') {
      const colon = tokens.findIndex(
        (token, at) => at > from && (token.text === ':' || token.text === ',' || token.text === '-'),
      );
      if (colon > 0) from = colon + 1;
    }
    const listed = !cue.comparative ? listAfter(sentence, from) : undefined;
    if (listed) return listed;
    const joined = conjunctionAfter(sentence, from);
    if (joined === undefined) continue;
    return pairText(sentence, from, joined.at, joined.end);
  }
  return undefined;
}

/** `of X, Y and Z`: names parted by commas up to the last conjunction. */
function listAfter(sentence: Sentence, from: number): Pair | undefined {
  const { tokens, length } = sentence;
  let joint = -1;
  let commas = 0;
  for (let index = from; index < length; index++) {
    const { lower, text, kind } = tokens[index]!;
    if (text === ',') commas++;
    else if ((lower === 'and' || lower === 'or') && commas > 0) {
      joint = index;
      break;
    } else if (kind === 'punctuation' || QUESTION_WORDS.has(lower) || AUXILIARIES.has(lower)) return undefined;
  }
  if (joint < 0) return undefined;
  const right = nounPhraseAt(tokens, joint + 1, length);
  return right && pairText(sentence, from, joint, right.end);
}

function conjunctionAfter(sentence: Sentence, from: number): { at: number; end: number } | undefined {
  const { tokens, length } = sentence;
  // Two names joined by `and` would parse as one: with a single `and` that is the joint.
  const joints = tokens.flatMap((token, index) =>
    index > from && index < length && token.lower === 'and' && !token.quoted ? [index] : [],
  );
  const left = from < length ? nounPhraseAt(tokens, from, joints.length === 1 ? joints[0]! : length) : undefined;
  let at = left?.end ?? from;
  while (at < length && !['and', 'or'].includes(tokens[at]!.lower)) {
    if (tokens[at]!.text === '?' || at > from + 40) return undefined;
    at++;
  }
  // `Between X and Y, which ...`: the clause after the comma is the question, not part of Y.
  const comma = tokens.findIndex(
    (token, index) => index > at && token.text === ',' && QUESTION_WORDS.has(tokens[index + 1]?.lower ?? ''),
  );
  const right = at + 1 < length ? nounPhraseAt(tokens, at + 1, comma > 0 ? comma : length) : undefined;
  return right && { at, end: right.end };
}

function pairText(sentence: Sentence, start: number, joint: number, end: number): Pair | undefined {
  let leftEnd = joint;
  if (sentence.tokens[leftEnd - 1]?.text === ',') leftEnd--;
  const left = spanText(sentence, start, leftEnd);
  const right = spanText(sentence, joint + 1, end);
  if (!left || !right) return undefined;
  // `the capitals of X and Y`: both sides own one.
  const shared = /^the ([a-z ]+?)s of (.+)$/.exec(left);
  if (shared && /^\p{Lu}|^the \p{Lu}/u.test(right)) {
    const noun = shared[1]!.replace(/ie$/, 'y');
    return { left: `the ${noun} of ${shared[2]}`, right: `the ${noun} of ${right}`, start, end };
  }
  return { left: unquote(left), right: unquote(right), start, end };
}

const unquote = (text: string): string => (/^["“].*["”]$/.test(text) ? text.slice(1, -1) : text);

/** Where the phrase before `joint` begins, not before `from`. */
function backwardsPhrase(sentence: Sentence, joint: number, from: number): number {
  for (let start = from; start < joint; start++) {
    const phrase = nounPhraseAt(sentence.tokens, start, joint);
    if (phrase && phrase.end === joint) {
      // `larger population France or Germany` does not happen; a property before the pair ends with a comma or preposition.
      return start;
    }
  }
  return joint;
}

/** The first token of the left side where the pair precedes the comparative. */
function leadIn(sentence: Sentence, joint: number): number {
  const { tokens } = sentence;
  let start = 0;
  if (sentence.opening === 'yes-no') start = 1;
  for (let index = joint - 1; index >= start; index--) {
    if (['between', 'among', 'of', 'either'].includes(tokens[index]!.lower) && index <= start + 1) return index + 1;
  }
  return start;
}

// --- What is compared --------------------------------------------------------------------------------------------------------

interface Property {
  /** `population`, `number of protons`; empty where the adjective alone says it. */
  noun: string;
  plural: boolean;
}

/** The noun that follows the comparative: `a larger [population] than`, `more [protons]`. */
function propertyAfter(sentence: Sentence, cue: Cue, limit: number): Property {
  const { tokens } = sentence;
  const start = cue.index + cue.gradable.words;
  const first = tokens[start];
  if (
    !first ||
    start >= limit ||
    first.kind !== 'word' ||
    ['in', 'by'].includes(first.lower) ||
    (VERBS.has(first.lower) && isParticiple(first.lower))
  ) {
    // `larger in area`, `higher by population`
    if (first && ['in', 'by'].includes(first.lower)) {
      const phrase = nounPhraseAt(tokens, start + 1, limit);
      if (phrase && !phrase.name) return { noun: headText(sentence, phrase), plural: false };
    }
    return { noun: '', plural: false };
  }
  const phrase = nounPhraseAt(tokens, start, limit);
  if (!phrase || phrase.name) return { noun: '', plural: false };
  const text = headText(sentence, phrase);
  if (
    ['one', 'ones', 'country', 'city', 'film', 'person', 'of', 'element'].includes(text) ||
    text === tokens[sentence.asked.end - 1]?.lower
  )
    return { noun: '', plural: false };
  return { noun: text, plural: /[^s]s$/.test(text) || text === 'people' };
}

function headText(sentence: Sentence, phrase: NounPhrase): string {
  const of = phrase.complements[0]?.kind === 'of' ? phrase.complements[0].end : phrase.headEnd;
  return spanText(sentence, phrase.headStart, Math.min(of, phrase.end));
}

/** `the director who was born earlier`: a noun between the thing and the compared property. */
function chainNoun(sentence: Sentence, cue: Cue): string | undefined {
  const { tokens, asked } = sentence;
  // `which has the capital with more inhabitants`
  const withAt = tokens.findLastIndex(
    (token, index) => index < cue.index && index >= cue.index - 2 && token.lower === 'with',
  );
  if (withAt > 1 && tokens[withAt - 1]!.kind === 'word' && tokens[withAt - 2]!.lower === 'the')
    return tokens[withAt - 1]!.lower;
  for (let index = asked.end; index < cue.index; index++) {
    const { lower } = tokens[index]!;
    if ((lower === 'who' || lower === 'whose' || lower === 'that' || lower === 'which') && index > asked.end) {
      if (lower === 'whose') return tokens[index + 1]?.lower;
      const noun = tokens[index - 1]!;
      if (noun.kind === 'word' && !AUXILIARIES.has(noun.lower)) return noun.lower;
    }
  }
  if (tokens[asked.start]?.lower === 'which' || tokens[asked.start]?.lower === 'what') {
    const possessive = tokens.findIndex(
      (token, index) => token.kind === 'possessive' && index < cue.index && index <= asked.end,
    );
    if (possessive > 0 && tokens[possessive + 1] && !AUXILIARIES.has(tokens[possessive + 1]!.lower))
      return tokens[possessive + 1]!.lower;
  }
  for (let index = asked.start; index < Math.min(asked.end, cue.index); index++) {
    if (tokens[index]!.lower === 'whose' && index > asked.start) return tokens[index + 1]?.lower;
  }
  const whose = tokens.findIndex((token) => token.lower === 'whose');
  return whose >= 0 && whose < cue.index ? tokens[whose + 1]?.lower : undefined;
}

/** A verb beside the comparative: `born first`, `released earlier`, `came out first`, `died later`. */
function eventVerb(sentence: Sentence, cue: Cue): string | undefined {
  const { tokens, length } = sentence;
  for (const index of [cue.index - 1, cue.index + 1, cue.index - 2, cue.index + 2, cue.index - 3]) {
    const token = tokens[index];
    if (
      !token ||
      index < 0 ||
      index >= length ||
      token.kind !== 'word' ||
      !VERBS.has(token.lower) ||
      AUXILIARIES.has(token.lower)
    )
      continue;
    const after = tokens[index + 1];
    return after && EVENT_PARTICLES.has(after.lower) ? `${token.lower} ${after.lower}` : token.lower;
  }
  return undefined;
}

const AGES = new Set(['older', 'younger', 'elder', 'oldest', 'youngest', 'eldest']);
const LIGHT_VERBS: Readonly<Record<string, string>> = {
  become: 'become',
  became: 'become',
  gain: 'gain',
  gained: 'gain',
  win: 'win',
  won: 'win',
  get: 'get',
  got: 'get',
  achieve: 'achieve',
  achieved: 'achieve',
  obtained: 'obtain',
  declared: 'declare',
};
const PAST_OF: Readonly<Record<string, string>> = {
  came: 'come',
  died: 'die',
  began: 'begin',
  became: 'become',
  ended: 'end',
  started: 'start',
  lived: 'live',
  happened: 'happen',
  occurred: 'occur',
  won: 'win',
  opened: 'open',
  premiered: 'premiere',
  debuted: 'debut',
};

function sideQuestion(sentence: Sentence, cue: Cue, property: Property, subject: string): string {
  const { attributes } = cue.gradable;
  const verb = eventVerb(sentence, cue);
  if (attributes[0] === 'date' && property.noun === '') {
    if (!verb)
      return AGES.has(sentence.tokens[cue.index]!.lower)
        ? `When was ${subject} born?`
        : `What is the date of ${subject}?`;
    const light = LIGHT_VERBS[verb.split(' ', 1)[0]!];
    if (light) {
      // `gained its independence earlier`, `became independent first`: the verb says little without its object.
      const at = sentence.tokens.findIndex((token) => token.lower === verb.split(' ', 1)[0]);
      const object = spanText(sentence, at + 1, at < cue.index ? cue.index : sentence.length)
        .split(/[,:]/, 1)[0]!
        .trim();
      if (object) return `When did ${subject} ${light} ${object}?`;
    }
    const [first = '', particle] = verb.split(' ');
    const base = PAST_OF[first];
    if (base) return `When did ${subject} ${base}${particle ? ` ${particle}` : ''}?`;
    return `When was ${subject} ${verb}?`;
  }
  if (property.noun !== '') {
    if (property.plural && attributes.length === 0) {
      if (property.noun === 'people' || property.noun === 'inhabitants' || property.noun === 'residents')
        return `What is the population of ${subject}?`;
      return `How many ${property.noun} does ${subject} have?`;
    }
    return `What is the ${property.noun} of ${subject}?`;
  }
  if (attributes.length === 0) {
    const object = verb ? spanText(sentence, cue.index + 1, sentence.length) : '';
    return object ? `How many ${object} does ${subject} have?` : `What is the number of ${subject}?`;
  }
  const settlement = sentence.tokens.some((token) => SETTLEMENTS.has(token.lower));
  return `What is the ${settlement && attributes.includes('population') ? 'population' : attributes[0]} of ${subject}?`;
}

/** A larger city is one with more people; a larger country or lake has more land or water. */
const SETTLEMENTS = new Set(['city', 'cities', 'town', 'towns', 'village', 'villages', 'capital', 'capitals']);

// --- X than Y -----------------------------------------------------------------------------------------------------------------

function thanComparison(sentence: Sentence, cue: Cue, than: number): Comparison | undefined {
  const { tokens, length, opening, asked } = sentence;
  const rightStart = than + 1;
  if (rightStart >= length) return undefined;
  const property = propertyAfter(sentence, cue, than);
  const rightPhrase = nounPhraseAt(tokens, rightStart, length);
  const rightEnd = rightPhrase && !sentenceTail(sentence, rightPhrase.end) ? length : (rightPhrase?.end ?? length);
  let right = spanText(sentence, rightStart, rightEnd);
  if (opening === 'question') {
    // `How much larger is X than Y?`; `Which country is larger than Y` filters and does not compare two.
    if (tokens[asked.start]!.lower !== 'how') return undefined;
    const be = tokens.findIndex((token, index) => index > cue.index && index < than && BE.has(token.lower));
    const from =
      be >= 0
        ? be + 1
        : tokens.findIndex((token, index) => index > asked.start && index < cue.index && DO.has(token.lower)) + 1;
    const phrase = from > 0 ? nounPhraseAt(tokens, from, than) : undefined;
    if (!phrase) return undefined;
    const side = (text: string): Side => ({
      text,
      question: sideQuestion(sentence, cue, be >= 0 ? propertyAfter(sentence, cue, be) : property, text),
    });
    const times = tokens.slice(0, cue.index).some((token) => token.lower === 'times');
    return {
      asks: times ? 'ratio' : 'difference',
      left: side(spanText(sentence, phrase.start, phrase.end)),
      right: side(right),
      direction: cue.gradable.direction,
    };
  }
  if (opening !== 'yes-no') return undefined;
  if (tokens[1]?.lower === 'there' && property.noun !== '') {
    // `Are there more people in X than in Y?`
    const phrase = nounPhraseAt(tokens, cue.index + cue.gradable.words, than);
    const place = phrase?.complements.find(({ kind }) => kind === 'preposition');
    if (!place) return undefined;
    const left = spanText(sentence, place.start + 1, place.end);
    const other = right.replace(/^(in|on|at|of) /i, '');
    const noun = { ...property, noun: property.noun.split(' ', 1)[0]! };
    const side = (text: string): Side => ({ text, question: sideQuestion(sentence, cue, noun, text) });
    return { asks: 'order', left: side(left), right: side(other), direction: cue.gradable.direction };
  }
  const limit = verbBefore(sentence, cue);
  const subject = nounPhraseAt(tokens, 1, limit);
  if (!subject) return undefined;
  const leftText = spanText(sentence, subject.start, Math.max(subject.end, 2));
  const direction = cue.gradable.direction;
  const quantity = quantityHead(sentence, subject);
  if (quantity) {
    // `Is the population of X larger than that of Y / than 5 million / than the population of Y / than Y's?`
    right = right.replace(/^(that|the one) of /i, `the ${quantity} of `);
    if (/['’]s?$/.test(right)) right = `${right} ${quantity}`;
    const literal = isNumber(right);
    const about =
      rightPhrase && !literal && !right.toLowerCase().includes(quantity) ? `the ${quantity} of ${right}` : right;
    return {
      asks: 'order',
      left: { text: leftText, question: `What is ${leftText}?` },
      right: literal ? { text: right, value: right } : { text: right, question: `What is ${about}?` },
      direction,
    };
  }
  const ask = (text: string): string => sideQuestion(sentence, cue, property, text);
  if (isNumber(right))
    return {
      asks: 'order',
      left: { text: leftText, question: ask(leftText) },
      right: { text: right, value: right },
      direction,
    };
  right = right.replace(/\s+(does|do|is|was|has|did)$/i, '');
  return {
    asks: 'order',
    left: { text: leftText, question: ask(leftText) },
    right: { text: right, question: ask(right) },
    direction,
  };
}

const sentenceTail = (sentence: Sentence, index: number): boolean =>
  index < sentence.length && AUXILIARIES.has(sentence.tokens[index]!.lower);

/** `Does X | have more`, `Was X | born earlier`, `Is X | a larger country`: where the subject must end. */
function verbBefore(sentence: Sentence, cue: Cue): number {
  const { tokens } = sentence;
  let limit = cue.index;
  if (['a', 'an', 'the', 'much', 'far'].includes(tokens[limit - 1]?.lower ?? '')) limit--;
  if (
    tokens[limit - 1] &&
    !SHOWN.has(tokens[limit - 1]!.lower) &&
    (HAVE.has(tokens[limit - 1]!.lower) || VERBS.has(tokens[limit - 1]!.lower))
  )
    limit--;
  return limit;
}

function quantityHead(sentence: Sentence, phrase: NounPhrase): string | undefined {
  if (phrase.complements.length === 0) return undefined;
  const head = sentence.tokens[phrase.headEnd - 1]!;
  if (!QUANTITIES.has(head.lower)) return undefined;
  return spanText(sentence, phrase.headStart, phrase.headEnd);
}

/** `5 million people`, `100 u`, `five million`: a quantity and nothing to look up. */
export function isNumber(text: string): boolean {
  const words = text.trim().split(/\s+/);
  if (words.length > 5 || parseNumber(words[0]!) === undefined || /^\p{L}/u.test(words[0]!) !== isNumberWord(words[0]!))
    return false;
  return words.slice(1).every((word) => word.length <= 12 && !/^\p{Lu}\p{Ll}/u.test(word));
}

const isNumberWord = (word: string): boolean => /^\p{L}/u.test(word) && parseNumber(word) !== undefined;

/** `Did X die before Y?`, `Was X born after Y (was)?` */
function eventOrder(sentence: Sentence): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  if (opening !== 'yes-no') return undefined;
  const at = tokens.findIndex(
    (token, index) =>
      index > 1 && index < length && (token.lower === 'before' || token.lower === 'after') && !token.quoted,
  );
  if (at < 0) return undefined;
  const left = nounPhraseAt(tokens, 1, at);
  const rightPhrase = nounPhraseAt(tokens, at + 1, length);
  if (!left || !rightPhrase || left.end >= at) return undefined;
  // `born`, `become independent`, `gain its independence`
  const predicate = spanText(sentence, left.end, at);
  if (!VERBS.has(tokens[left.end]!.lower)) return undefined;
  const right = spanText(sentence, rightPhrase.start, rightPhrase.end);
  const base = DO.has(tokens[0]!.lower);
  const ask = (subject: string): string =>
    base ? `When did ${subject} ${predicate}?` : `When was ${subject} ${predicate}?`;
  const leftText = spanText(sentence, left.start, left.end);
  const literal = /^\d{3,4}$/.test(right);
  return {
    asks: 'order',
    left: { text: leftText, question: ask(leftText) },
    right: literal ? { text: right, value: right } : { text: right, question: ask(right) },
    direction: tokens[at]!.lower === 'before' ? -1 : 1,
  };
}

// --- The same, the difference, the sum -------------------------------------------------------------------------------------------

function sameQuestion(sentence: Sentence): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  if (opening !== 'yes-no') return undefined;
  const same = tokens.findIndex(
    (token, index) =>
      index < length && (token.lower === 'same' || token.lower === 'share' || token.lower === 'identical'),
  );
  if (same < 0) return undefined;
  const subjectStart = tokens[1]?.lower === 'both' ? 2 : 1;
  const joint = tokens.findIndex(
    (token, index) =>
      index > subjectStart && index < same && token.lower === 'and' && !token.quoted && !withinName(sentence, index),
  );
  if (joint < 0) {
    // `Is the capital of X the same as that of Y?`
    const as = tokens.findIndex((token, index) => index > same && token.lower === 'as');
    const subject = nounPhraseAt(tokens, 1, same);
    if (as < 0 || !subject) return undefined;
    let right = spanText(sentence, as + 1, length);
    const head = spanText(sentence, subject.headStart, subject.headEnd);
    const leftText = spanText(sentence, subject.start, Math.min(subject.end, same)).replace(/\s+the$/i, '');
    if (subject.complements.length === 0) {
      // `Does X have the same currency as Y?`
      const property = propertyNoun(sentence, same);
      if (!property) return undefined;
      const ask = (text: string): Side => ({ text, question: `What is the ${property} of ${text}?` });
      return { asks: 'same', left: ask(leftText), right: ask(right), direction: 1 };
    }
    const property = propertyNoun(sentence, same);
    if (property && property !== head) {
      const ask = (text: string): Side => ({ text, question: `What is the ${property} of ${text}?` });
      return { asks: 'same', left: ask(leftText), right: ask(right), direction: 1 };
    }
    right = right.replace(/^(that|the one) of /i, `the ${head} of `);
    return {
      asks: 'same',
      left: { text: leftText, question: `What is ${leftText}?` },
      right: { text: right, question: `What is ${right}?` },
      direction: 1,
    };
  }
  let rightEnd = same;
  for (let index = joint + 1; index < same; index++) {
    const { lower, quoted } = tokens[index]!;
    if (quoted) continue;
    if (
      (VERBS.has(lower) && !withinCapitals(sentence, index)) ||
      lower === 'both' ||
      (['in', 'from', 'on', 'of'].includes(lower) && ['the', 'same'].includes(tokens[index + 1]?.lower ?? '')) ||
      (['a', 'the', 'both'].includes(lower) && index + 1 >= same - 1)
    ) {
      rightEnd = index;
      break;
    }
  }
  const whole = nounPhraseAt(tokens, joint + 1, same);
  if (
    whole &&
    whole.complements.some(({ kind }) => kind === 'relative' || kind === 'reduced-relative') &&
    whole.end > rightEnd
  )
    rightEnd = whole.end;
  if (tokens[rightEnd - 1]?.text === ',') rightEnd--;
  const left = spanText(sentence, subjectStart, joint).replace(/,$/, '');
  const right = spanText(sentence, joint + 1, rightEnd);
  if (!left || !right) return undefined;
  const noun = propertyNoun(sentence, same);
  if (!noun) return undefined;
  const verbs = tokens.slice(rightEnd, same).map((token) => token.lower);
  const ask = (subject: string): Side => {
    const text = unquote(subject);
    if (verbs.includes('born')) return { text, question: `In which ${noun} was ${text} born?` };
    if (verbs.includes('die')) return { text, question: `In which ${noun} did ${text} die?` };
    if (verbs.includes('located') || verbs.includes('situated') || verbs.includes('lie') || verbs.includes('in'))
      return { text, question: `In which ${noun} is ${text} located?` };
    if (verbs.includes('from') || verbs.includes('originate') || verbs.includes('come'))
      return { text, question: `Which ${noun} is ${text} from?` };
    if (verbs.includes('belong')) return { text, question: `To which ${noun} does ${text} belong?` };
    if (verbs.includes('part')) return { text, question: `What is the ${noun} of ${text}?` };
    if (noun.startsWith('number of ')) return { text, question: `How many ${noun.slice(10)} does ${text} have?` };
    if (noun.includes(' of ')) return { text, question: `In which ${noun} is ${text}?` };
    return { text, question: `What is the ${noun} of ${text}?` };
  };
  return { asks: 'same', left: ask(distributed(left, right)), right: ask(right), direction: 1 };
}

/** `the capitals of X and Y` -> nothing to do; `films X and Y` keep their class word on the left side only, which is fine. */
const distributed = (left: string, _right: string): string =>
  left.replace(
    /^(the )?(films|movies|bands|cities|countries|villages|songs|albums|people|elements|directors of films|towns|stations|schools|rivers|lakes)\s+/i,
    '',
  );

function propertyNoun(sentence: Sentence, same: number): string | undefined {
  const { tokens, length } = sentence;
  const start = ['the', 'a'].includes(tokens[same + 1]?.lower ?? '') ? same + 2 : same + 1;
  if (start >= length) return undefined;
  const skip = tokens[start]?.lower === 'same' ? start + 1 : start;
  const phrase = nounPhraseAt(tokens, skip, length);
  if (!phrase) return undefined;
  // `the same region of the world`, but not `the same currency in 2010`.
  const of = phrase.complements[0]?.kind === 'of' ? phrase.complements[0].end : phrase.headEnd;
  return spanText(sentence, phrase.headStart, of);
}

const withinCapitals = (sentence: Sentence, index: number): boolean => sentence.tokens[index]!.capital;
/** `Trinidad and Tobago`: both neighbours capitalised and another conjunction follows. */
function withinName(sentence: Sentence, index: number): boolean {
  const { tokens, length } = sentence;
  if (!tokens[index - 1]?.capital || !tokens[index + 1]?.capital) return false;
  for (let other = index + 1; other < length; other++) {
    if (tokens[other]!.lower === 'and' && !tokens[other]!.quoted)
      return tokens.slice(index + 1, other).every((token) => token.capital);
    if (!tokens[other]!.capital) return false;
  }
  return false;
}

/** `How old was X when he died?`, `How long did X live?`: from birth to death. */
function lifespan(sentence: Sentence): Comparison | undefined {
  const { tokens, length, questionWord } = sentence;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  const age = lower[0] === 'at' && lower[1] === 'what' && lower[2] === 'age';
  if (questionWord !== 'how' && !age) return undefined;
  const aux = lower.findIndex((word, index) => index > 0 && ['was', 'did'].includes(word));
  if (aux < 0 || aux > 4 || (!age && !['old', 'long', 'many'].includes(lower[1]!)) || lower.includes('after'))
    return undefined;
  const subject = nounPhraseAt(tokens, aux + 1, length);
  if (!subject) return undefined;
  const rest = lower.slice(subject.headEnd).join(' ');
  const living =
    ['live', 'become', 'get'].some((word) => rest.split(' ').includes(word)) &&
    (lower[1] !== 'many' || lower[2] === 'years');
  if (!living && !/\b(died|die|death)\b/.test(rest)) return undefined;
  const end = lower.findIndex(
    (word, index) => index > aux && ['live', 'become', 'get', 'when', 'die', 'died', 'at'].includes(word),
  );
  const text = spanText(sentence, subject.start, end > subject.start ? Math.min(end, subject.end) : subject.end);
  return {
    asks: 'difference',
    left: { text, question: `When was ${text} born?` },
    right: { text, question: `When did ${text} die?` },
    direction: 1,
  };
}

/** `How many years after X did Y become independent?` */
function yearsApart(sentence: Sentence): Comparison | undefined {
  const { tokens, length } = sentence;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  if (lower[0] !== 'how' || lower[1] !== 'many' || lower[2] !== 'years') return undefined;
  const at = lower.findIndex((word, index) => index >= 3 && index <= 4 && (word === 'after' || word === 'before'));
  const aux = lower.findIndex((word, index) => index > at && ['did', 'was'].includes(word));
  if (at < 0 || aux < 0) return undefined;
  const first = nounPhraseAt(tokens, at + 1, aux);
  const second = nounPhraseAt(tokens, aux + 1, length);
  if (!first || !second || second.end >= length) return undefined;
  const predicate = spanText(sentence, second.end, length);
  const ask = (text: string): Side => ({ text, question: `When ${lower[aux]} ${text} ${predicate}?` });
  return {
    asks: 'difference',
    left: ask(spanText(sentence, first.start, first.end)),
    right: ask(spanText(sentence, second.start, second.end)),
    direction: 1,
  };
}

const SUMS = new Set(['sum', 'total', 'combined', 'together', 'altogether', 'joint']);

function arithmeticQuestion(sentence: Sentence): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  if (opening === 'yes-no') return undefined;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  const difference = lower.indexOf('difference');
  const sum = lower.findIndex((word) => SUMS.has(word));
  if (difference < 0 && sum < 0) return undefined;
  const between = lower.indexOf('between');
  const joint = lower.lastIndexOf('and');
  if (joint < 0) return undefined;
  const asks = difference >= 0 ? 'difference' : 'sum';
  if (difference >= 0 && between < 0) return undefined;
  // `difference in population between X and Y`, `difference between the populations of X and Y`, `combined population of X and Y`
  const right = spanText(sentence, joint + 1, length).replace(/\s+(combined|together|altogether|in total)$/i, '');
  if (difference >= 0 && lower[difference + 1] === 'in' && between > difference) {
    const noun = spanText(sentence, difference + 2, between);
    const left = spanText(sentence, between + 1, joint);
    return {
      asks,
      left: { text: left, question: `What is the ${noun} of ${left}?` },
      right: { text: right, question: `What is the ${noun} of ${right}?` },
      direction: 1,
    };
  }
  const start = difference >= 0 ? between + 1 : nounAfterSum(sentence, sum);
  const phrase = nounPhraseAt(tokens, start, joint);
  const of = lower.indexOf('of', start);
  if (!phrase || of < 0 || of > joint) return undefined;
  const noun = singular(spanText(sentence, phrase.headStart, of));
  const left = spanText(sentence, of + 1, joint);
  const rightSide =
    /^(the |that )/i.test(right) && right.toLowerCase().includes(' of ')
      ? right.replace(/^that of/i, `the ${noun} of`)
      : `the ${noun} of ${right.replace(/^of /i, '')}`;
  return {
    asks,
    left: { text: left, question: `What is the ${noun} of ${left}?` },
    right: { text: right, question: `What is ${rightSide}?` },
    direction: 1,
  };
}

function nounAfterSum(sentence: Sentence, sum: number): number {
  const { tokens } = sentence;
  let start = sum + 1;
  while (tokens[start] && ['of', 'the', 'total', 'combined'].includes(tokens[start]!.lower)) start++;
  return start;
}

const singular = (noun: string): string =>
  noun
    .replace(/^the /i, '')
    .replace(/ies$/, 'y')
    .replace(/([^s])s$/, '$1');
