/** `Which is larger, X or Y?`, `which of X, Y and Z ...`, `is X or Y older?`: the things between which the question lets choose. */

import { chainNoun, propertyAfter, sideQuestion } from './comparison-sides.ts';
import type { Comparison, Cue, Side } from './comparison-types.ts';
import { AUXILIARIES, QUESTION_WORDS } from './lexicon.ts';
import { nounPhraseAt } from './noun-phrase.ts';
import { type Sentence, spanText } from './sentence.ts';

interface Pair {
  left: string;
  right: string;
  /** Token range of the pair with its opening words. */
  start: number;
  end: number;
}

export function choice(sentence: Sentence, cue: Cue): Comparison | undefined {
  const pair = pairOf(sentence, cue);
  if (!pair) return undefined;
  const { tokens } = sentence;
  const property = propertyAfter(sentence, cue, pair.start <= cue.index ? sentence.length : pair.start);
  const noun = tokens[sentence.asked.end - 1];
  const askedNoun =
    sentence.questionWord === 'which' && noun && noun.lower !== 'which' && noun.lower !== 'one'
      ? noun.lower
      : undefined;
  const owner = chainNoun(sentence, cue, pair);
  const around = surrounding(sentence, cue);
  const side = (text: string): Side => {
    const plain = resolveOne(text, askedNoun).replace(/^that of /i, '');
    const subject = around ? `the ${around} in which ${plain} is located` : owner ? `the ${owner} of ${plain}` : plain;
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

/** `Which lies in the larger country, X or Y?`: the country around each is measured. */
function surrounding({ tokens }: Sentence, { index, gradable }: Cue): string | undefined {
  const noun = tokens[index + gradable.words]?.lower ?? '';
  const inside = tokens[index - 2]?.lower === 'in' && ['a', 'the'].includes(tokens[index - 1]!.lower);
  return inside && COUNTRIES.has(noun) ? noun : undefined;
}

const COUNTRIES = new Set(['country', 'nation', 'state']);

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

export const unquote = (text: string): string => (/^["“].*["”]$/.test(text) ? text.slice(1, -1) : text);

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
