/**
 * The frame of a question: what it opens with, where its auxiliary stands, and the verb at its end, which closes the noun
 * phrase before it (`Where was | the director of X | born`). Also tidies a question before it is taken apart: politeness is
 * cut off, `Name the capital of X` becomes `What is the capital of X`, and `Considering X, what is its Y` becomes one phrase.
 */
import {
  AUXILIARIES,
  BE,
  DEFINITE,
  DO,
  FUNCTION_WORDS,
  HAVE,
  INDEFINITE,
  isParticiple,
  MODALS,
  PREPOSITIONS,
  QUESTION_WORDS,
  SHOWN,
  VERBS,
} from './lexicon.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { finiteVerb as isFiniteVerb } from './phrase-head.ts';
import { type Token, textBetween, tokenize } from './tokens.ts';

/** Longer questions are cut to their last sentence, then to this many tokens, before they are taken apart. */
const LONGEST_QUESTION = 160;

export interface Sentence {
  text: string;
  tokens: Token[];
  /** Tokens before the final punctuation. */
  length: number;
  opening: 'yes-no' | 'question' | 'statement';
  /** The question word, lower case: `what`, `which`, ... */
  questionWord?: string;
  /** Token range of the asked thing, e.g. `which country`, `how many people`, `what`. */
  asked: { start: number; end: number };
  /** Index of the auxiliary after the asked thing, or -1. */
  auxiliary: number;
  /** Index of the verb that ends the clause of an inverted question, or `length`. */
  verb: number;
}

export function parseSentence(text: string): Sentence {
  const tokens = tokenize(text);
  let length = tokens.length;
  while (
    length > 0 &&
    tokens[length - 1]!.kind === 'punctuation' &&
    !['"', '”', ')', "'", '⟧'].includes(tokens[length - 1]!.text)
  )
    length--;
  const base = { text, tokens, length, asked: { start: 0, end: 0 }, auxiliary: -1, verb: length };
  if (length === 0) return { ...base, opening: 'statement' };
  const first = tokens[0]!.lower;
  if (AUXILIARIES.has(first)) {
    return {
      ...base,
      opening: 'yes-no',
      auxiliary: 0,
      verb: DO.has(first) ? finalVerb(tokens, 1, length, true) : length,
    };
  }
  const wordAt = questionWordAt(tokens, length);
  if (wordAt < 0) return { ...base, opening: 'statement' };
  const questionWord = tokens[wordAt]!.lower;
  let end = wordAt + 1;
  // `Which city of the country whose code is X | has ...`: the asked phrase may hold a clause with a verb of its own.
  if (questionWord === 'which' || questionWord === 'what') {
    const phrase = nounPhraseAt(tokens, wordAt, length);
    if (phrase && phrase.end < length && holdsClause(phrase)) end = phrase.end;
  }
  while (end < length && !AUXILIARIES.has(tokens[end]!.lower) && !startsPredicate(tokens, end, wordAt)) {
    if (tokens[end]!.text === ',') break;
    end++;
  }
  const auxiliary = end < length && AUXILIARIES.has(tokens[end]!.lower) ? end : -1;
  let verb = length;
  if (auxiliary >= 0) {
    const aux = tokens[auxiliary]!.lower;
    if (DO.has(aux) || MODALS.has(aux)) verb = finalVerb(tokens, auxiliary + 1, length, true);
    else if (
      HAVE.has(aux) &&
      length - auxiliary > 3 &&
      isParticiple(tokens[length - 1]!.lower) &&
      !tokens[length - 1]!.capital
    )
      verb = length - 1;
    else if (BE.has(aux) || HAVE.has(aux)) verb = finalVerb(tokens, auxiliary + 1, length, false);
  }
  return { ...base, opening: 'question', questionWord, asked: { start: wordAt, end }, auxiliary, verb };
}

function holdsClause(phrase: NounPhrase): boolean {
  return phrase.children.some(
    (child) => child.complements.some(({ kind }) => kind === 'relative') || holdsClause(child),
  );
}

/** `Which`, `In which`, `To what`, but not a question word deep inside a statement. */
function questionWordAt(tokens: readonly Token[], length: number): number {
  for (let index = 0; index < Math.min(length, 3); index++) {
    if (QUESTION_WORDS.has(tokens[index]!.lower)) return index;
    if (!PREPOSITIONS.has(tokens[index]!.lower) && tokens[index]!.lower !== 'as') break;
  }
  return -1;
}

/** `Which country | borders France`: a full verb right after the asked noun. */
function startsPredicate(tokens: readonly Token[], index: number, wordAt: number): boolean {
  const token = tokens[index]!;
  if (token.kind !== 'word' || token.capital || !VERBS.has(token.lower)) return false;
  if (index === wordAt + 1)
    return tokens[wordAt]!.lower === 'who' || tokens[wordAt]!.lower === 'what' || tokens[wordAt]!.lower === 'which';
  const next = tokens[index + 1];
  // `Which unit makes up ...`: a third person verb needs no hint from what follows.
  if (/[^su]s$/.test(token.lower) && isFiniteVerb(token.lower) && next?.kind === 'word') return true;
  return (
    next !== undefined &&
    (DEFINITE.has(next.lower) ||
      INDEFINITE.has(next.lower) ||
      PREPOSITIONS.has(next.lower) ||
      next.capital ||
      next.kind === 'number')
  );
}

/** Words that end `What is ... called` and its like. */
const NAMING = new Set([
  'called',
  'named',
  'known',
  'made',
  'used',
  'worth',
  'like',
  'located',
  'situated',
  'found',
  'classified',
  'spoken',
  'written',
  'born',
  'buried',
  'founded',
  'built',
  'released',
  'established',
  'abbreviated',
]);

function finalVerb(tokens: readonly Token[], from: number, length: number, base: boolean): number {
  for (let index = length - 1; index > from; index--) {
    const token = tokens[index]!;
    const before = tokens[index - 1]!;
    if (token.kind !== 'word' || token.capital || token.quoted) continue;
    if (!VERBS.has(token.lower) && (base || !isParticiple(token.lower))) continue;
    // `Does the country Kyoto is in | have ...`: after a clause that ends in its gap the verb is the question's.
    const stranded = base && token.lower === 'have' && index > from + 1;
    if (
      stranded &&
      (PREPOSITIONS.has(before.lower) || BE.has(before.lower) || !AUXILIARIES.has(before.lower)) &&
      index === length - 1
    )
      return index;
    if (stranded && (PREPOSITIONS.has(before.lower) || BE.has(before.lower))) return index;
    if (
      DEFINITE.has(before.lower) ||
      INDEFINITE.has(before.lower) ||
      (PREPOSITIONS.has(before.lower) && (base || !NAMING.has(token.lower))) ||
      before.kind === 'possessive'
    )
      continue;
    if (AUXILIARIES.has(before.lower) || QUESTION_WORDS.has(before.lower) || before.lower === 'that') continue;
    // `share a land | border`: an article shortly before makes it a noun.
    const article = tokens[index - 2];
    if (article && INDEFINITE.has(article.lower) && !before.capital) continue;
    if (base) {
      if (token.lower.endsWith('ed') || token.lower.endsWith('ing') || /[^s]s$/.test(token.lower)) continue;
      if (AUXILIARIES.has(token.lower) && token.lower !== 'have' && token.lower !== 'be') continue;
      return index;
    }
    // After `is` only a participle can end the clause, and `shown` ends nothing but a clause about the picture.
    if (!NAMING.has(token.lower) && (SHOWN.has(token.lower) || !isParticiple(token.lower))) continue;
    if (tokens[index + 1]?.lower === 'after' || tokens[index + 1]?.lower === 'by') continue;
    const tail = length - 1 - index;
    if (
      tail === 0 ||
      (tail <= 8 && PREPOSITIONS.has(tokens[index + 1]!.lower) && NAMING.has(token.lower)) ||
      (tail === 1 && (PREPOSITIONS.has(tokens[index + 1]!.lower) || tokens[index + 1]!.lower === 'as'))
    ) {
      return index;
    }
  }
  if (base) {
    // A verb that is not listed: the plain word right after a name.
    for (let index = length - 1; index > from + 1; index--) {
      const token = tokens[index]!;
      const before = tokens[index - 1]!;
      const named = before.capital || before.quoted || before.text === '⟧' || before.text === '”';
      if (named && token.kind === 'word' && !token.capital && !token.quoted && !FUNCTION_WORDS.has(token.lower))
        return index;
    }
  }
  return length;
}

export function tooLong(sentence: Sentence): boolean {
  return sentence.length > LONGEST_QUESTION;
}

export function spanText(sentence: Sentence, start: number, end: number): string {
  return textBetween(sentence.text, sentence.tokens, start, end);
}
