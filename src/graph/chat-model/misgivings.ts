/**
 * What speaks against an answer of a small model although its quote stands in a passage: such models copy a true sentence beside an
 * invented number, prove a question with its own words, and answer about another thing of the same make. Little of any language is known here.
 */

/** `texts`: everything that was shown, calculations included. */
export interface Doubted {
  question: string;
  answer: string;
  quote: string;
  texts: readonly string[];
}

export function isDoubtful({ question, answer, quote, texts }: Doubted): boolean {
  return (
    saysNothing(answer) ||
    isOfAnotherForm(question, answer) ||
    !numbersStand(answer, [question, ...texts]) ||
    wordsOf(quote).every((word) => wordsOf(question).includes(word)) ||
    modelsOf(question).some((name) => !texts.some((text) => squeezed(text).includes(name)))
  );
}

/** `No` of a telephone number, a name of an address: the words of "there is none" and of something beside it. */
function isOfAnotherForm(question: string, answer: string): boolean {
  if (E_MAIL.test(question) && !answer.includes('@')) return true;
  return /^(?:yes|no|none)\W*$/i.test(answer) && ASKS_WHAT.test(question);
}
const E_MAIL = /\be-?mail address/i;
const ASKS_WHAT = /(?:^|[.?!]\s+)(?:who|whom|whose|what|when|where|which|how|why)(?:['’]s)?\b/i;

/** Whether an answer is an abstention in words: it needs no better proof. */
export function saysNothing(answer: string): boolean {
  return NOTHING.has(
    answer
      .trim()
      .toLowerCase()
      .replace(/^\(|[.!)]+$/g, ''),
  );
}

/** Said where there is no answer, in place of null; the last of them stand so in our own prompts. */
const NOTHING: ReadonlySet<string> = new Set([
  'unknown',
  'n/a',
  'no row',
  'not specified',
  'not mentioned',
  'not given',
  'nothing was found',
  'nothing found',
  'the passages found did not say',
]);

/** Separators of thousands are no difference. */
function numbersStand(answer: string, texts: readonly string[]): boolean {
  const known = new Set(texts.flatMap(numbersIn));
  return numbersIn(answer).every((number) => known.has(number));
}

function numbersIn(text: string): string[] {
  return text.replace(/(\d)[,'\u00a0\u202f](?=\d{3}(?!\d))/gu, '$1').match(/\d+/g) ?? [];
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Names with a number of their own, as `Boeing 747` or `A320`, which one letter more or less makes another thing; years are none. */
function modelsOf(question: string): string[] {
  const pairs = [...question.matchAll(/(?<=\S\s+)(\p{Lu}[\p{L}-]*) (\d+)(?![\d.,:]*\d)/gu)].filter(
    ([, , number]) => !isYear(number!),
  );
  const joined = question.match(/\b\p{Lu}+-?\d+\b/gu) ?? [];
  return [...pairs.map(([pair]) => pair), ...joined].map(squeezed);
}

const isYear = (number: string): boolean => /^(1[5-9]|20)\d\d$/.test(number);

const squeezed = (text: string): string => text.toLowerCase().replace(/[\s_-]+/g, '');
