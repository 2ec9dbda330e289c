/**
 * What a question puts before itself goes back to its place: `In X, which city is the capital?` -> `Which city is the capital of
 * X?`, `As for X, what is its area?` -> `What is the area of X?`
 */
import { AUXILIARIES, BE, QUESTION_WORDS } from './lexicon.ts';
import { nounPhraseAt } from './noun-phrase.ts';
import { superlativeAt } from './quantities.ts';
import { type Token, textBetween, tokenize } from './tokens.ts';

/** Lead-ins that name what the question is about; the phrase follows. */
const TOPICS =
  /^(?:as for|as regards|as to|regarding|concerning|when it comes to|with regard to|with respect to|speaking of|talking about|considering|consider|given|take|think of|picture|suppose (?:you|we) (?:travel|go|are|live) (?:to|in)|imagine|look at|i am thinking of|i'm thinking of|i have in mind|let us take|let's take|there is|here is|here we have|we have|now to|now for|back to|my question is about|this is about|(?:i would|i'd) like to know something about|i want to know something about|let us talk about|let's talk about|talking of|about|suppose (?:you are|we are|i am) in|we are talking about|starting from) (?=\S)/i;
const PLACES = new Set(['in', 'within', 'inside', 'for', 'of', 'on', 'at', 'from', 'about']);
const COMMANDS = new Set(['give', 'name', 'state', 'tell', 'find', 'identify', 'list', 'specify']);

export interface Topic {
  /** The phrase that the question is about. */
  phrase: string;
  /** The question without it. */
  question: string;
}

/** `As for X, ...`, `Consider X. ...`: the topic and the question that points back at it. */
export function topicOf(text: string): Topic | undefined {
  const mind = /^with (.{4,200}?) in mind, (?=\S)/i.exec(text);
  if (mind) return { phrase: mind[1]!, question: text.slice(mind[0].length) };
  const lead = TOPICS.exec(text);
  if (!lead) return undefined;
  const rest = text.slice(lead[0].length);
  const tokens = tokenize(rest);
  const end = phraseEnd(tokens);
  if (end === undefined) return undefined;
  return { phrase: textBetween(rest, tokens, 0, end), question: rest.slice(tokens[end + 1]!.start) };
}

/** `X: what is its capital?`, `The country shown here – how large is it?` */
export function dislocated(text: string): Topic | undefined {
  const tokens = tokenize(text);
  const first = tokens[0];
  if (!first || QUESTION_WORDS.has(first.lower) || AUXILIARIES.has(first.lower) || PLACES.has(first.lower))
    return undefined;
  const end = phraseEnd(tokens);
  if (end === undefined) return undefined;
  const phrase = textBetween(text, tokens, 0, end);
  const question = text.slice(tokens[end + 1]!.start);
  if (!/\b(?:it|its|there|they|their|them|he|she|his|her)\b/i.test(question)) return undefined;
  return {
    phrase: first.capital && ['the', 'this', 'that', 'these'].includes(first.lower) ? small(phrase) : phrase,
    question,
  };
}

/** The mark after one noun phrase that fills the beginning, where a question or a command follows it. */
function phraseEnd(tokens: readonly Token[]): number | undefined {
  for (let index = 1; index < tokens.length - 2; index++) {
    const token = tokens[index]!;
    if (token.quoted || token.kind !== 'punctuation' || !',.:;–—-'.includes(token.text)) continue;
    if (!asks(tokens, index + 1)) continue;
    return nounPhraseAt(tokens, 0, index)?.end === index ? index : undefined;
  }
  return undefined;
}

function asks(tokens: readonly Token[], at: number): boolean {
  const { lower } = tokens[at]!;
  if (QUESTION_WORDS.has(lower) || AUXILIARIES.has(lower) || COMMANDS.has(lower)) return true;
  return PREPOSITIONAL.has(lower) && QUESTION_WORDS.has(tokens[at + 1]?.lower ?? '');
}
const PREPOSITIONAL = new Set([
  'over',
  'in',
  'into',
  'to',
  'of',
  'from',
  'by',
  'with',
  'on',
  'at',
  'for',
  'since',
  'under',
]);

/** The fronted phrase put back behind its question. */
export function unfronted(text: string): string | undefined {
  const tokens = tokenize(text);
  const preposition = tokens[0]?.lower ?? '';
  if (!PLACES.has(preposition) || QUESTION_WORDS.has(tokens[1]?.lower ?? '')) return undefined;
  const rest = text.slice(tokens[0]!.end).trimStart();
  const inside = tokenize(rest);
  const end = phraseEnd(inside);
  if (end === undefined) return undefined;
  const set = nounPhraseAt(inside, 0, end)!;
  // `Of the countries of Asia, which ...`, `Of X and Y, which ...` choose from a set.
  if (/[^s]s$/.test(inside[set.headEnd - 1]!.lower) && !set.name) return undefined;
  const phrase = textBetween(rest, inside, 0, end);
  const question = rest.slice(inside[end + 1]!.start).replace(/[?.!\s]+$/, '');
  if (/\b(?:it|its|there|they|their)\b/i.test(question)) return undefined;
  if (preposition === 'of' && / and /.test(phrase) && /\b(?:er|more|less|older|largest|which)\b/.test(question))
    return undefined;
  const words = tokenize(question);
  const role =
    preposition === 'for' || preposition === 'of' || isRole(words)
      ? 'of'
      : preposition === 'within'
        ? 'in'
        : preposition;
  const command = COMMANDS.has(words[0]?.lower ?? '') && words[1]?.lower === 'the';
  const asked = command ? `What is ${question.slice(words[1]!.start)}` : question;
  return `${asked.charAt(0).toUpperCase()}${asked.slice(1)} ${role} ${phrase}?`;
}

/** `which city is the capital`, `what is the official language`: a role, which something is `of`. */
function isRole(words: readonly Token[]): boolean {
  const be = words.findIndex((word) => BE.has(word.lower));
  if (be < 0 || words[be + 1]?.lower !== 'the') return false;
  const phrase = nounPhraseAt(words, be + 1, words.length);
  return (
    phrase?.end === words.length &&
    phrase.complements.length === 0 &&
    superlativeAt(words[be + 2]!.lower, words[be + 3]?.lower) === undefined
  );
}

const small = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
