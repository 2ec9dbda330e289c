/**
 * Words and punctuation marks of a sentence as the Penn Treebank splits them, in the improved form that NLTK calls
 * `NLTKWordTokenizer` (what `nltk.word_tokenize` runs on each sentence). Double quotes come back as `` and ''. The rules are an
 * ordered list of rewritings that put spaces around what is a token of its own; a final split on spaces gives the tokens.
 * Not a sentence splitter: a full stop is cut off at the end of the text only.
 *
 * Source: the behaviour of NLTK 3.8 to 3.9.2, with which the reference system's scores were made, itself after R. MacIntyre's
 * tokenizer.sed (1995). NLTK 3.9.3 and later also split at en and em dashes ("20–25" is three tokens there and one here), and
 * 3.10.4 at more opening apostrophes. Character classes are Python's: digits are \p{Nd}, a word character is a letter, a number
 * or `_`, and no combining mark.
 */
import { pythonSplit } from './python-text.ts';

const WORD = '[\\p{L}\\p{N}_]';
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const CLOSERS = '[\\])}>"\'»”’ ]';
/** A place where a word begins or ends. JavaScript's own `\b` knows ASCII only. */
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;

type Rule = readonly [pattern: RegExp, replacement: string];

const OPENING_QUOTES: readonly Rule[] = [
  [/([«“‘„]|`+)/gu, ' $1 '],
  [/^"/gu, '``'],
  [/(``)/gu, ' $1 '],
  [/([ ([{<])("|'{2})/gu, '$1 `` '],
  // An apostrophe before a word of one letter, such as the French l'a, stands alone; before a clitic ('s, 'd) it does not.
  [new RegExp(`(')(?!re|ve|ll|m|t|s|d|n)(${WORD})(?!${WORD})`, 'giu'), '$1 $2'],
];

const PUNCTUATION: readonly Rule[] = [
  [new RegExp(`([^.])(\\.)(${CLOSERS}*)${SPACE}*$`, 'u'), '$1 $2 $3 '],
  [/([:,])(\P{Nd})/gu, ' $1 $2'],
  // Python's `$` also stands before a last newline.
  [/([:,])(?=\n?$)/gu, ' $1 '],
  [/\.{2,}/gu, ' $& '],
  [/[;@#$%&]/gu, ' $& '],
  [new RegExp(`([^.])(\\.)([\\])}>"']*)${SPACE}*$`, 'u'), '$1 $2$3 '],
  [/[?!]/gu, ' $& '],
  [/([^'])' /gu, "$1 ' "],
  [/\*/gu, ' $& '],
  [/[\][(){}<>]/gu, ' $& '],
  [/--/gu, ' -- '],
];

const CLOSING_QUOTES: readonly Rule[] = [
  [/([»”’])/gu, ' $1 '],
  [/''/gu, " '' "],
  [/"/gu, " '' "],
  [new RegExp(`${SPACE}+`, 'gu'), ' '],
  [/([^' ])('[sS]|'[mM]|'[dD]|') /gu, '$1 $2 '],
  [/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /gu, '$1 $2 '],
];

/** Words written as one that the Treebank counts as two. */
const FUSED: readonly Rule[] = [
  ...[
    ['can', 'not'],
    ['d', "'ye"],
    ['gim', 'me'],
    ['gon', 'na'],
    ['got', 'ta'],
    ['lem', 'me'],
    ['more', "'n"],
  ].map(([first, second]): Rule => [new RegExp(`${EDGE}(${first})(${second})${EDGE}`, 'giu'), ' $1 $2 ']),
  [new RegExp(`${EDGE}(wan)(na)(?=${SPACE})`, 'giu'), ' $1 $2 '],
  [new RegExp(` ('t)(is)${EDGE}`, 'giu'), ' $1 $2 '],
  [new RegExp(` ('t)(was)${EDGE}`, 'giu'), ' $1 $2 '],
];

/** Nothing but plain words, decimal numbers and spaces: no rule but the fused words can apply. */
const PLAIN = /^(?:[A-Za-z0-9 \u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u4e00-\u9fff]|\.(?=[0-9]))*$/;
const MAY_BE_FUSED = /cannot|gimme|gonna|gotta|lemme|wanna/i;

/** Splits one sentence (or any text) into Treebank tokens, in order. */
export function treebankTokens(sentence: string): string[] {
  if (PLAIN.test(sentence) && !MAY_BE_FUSED.test(sentence)) return pythonSplit(sentence);
  let text = applied(PUNCTUATION, applied(OPENING_QUOTES, sentence));
  text = applied(FUSED, applied(CLOSING_QUOTES, ` ${text} `));
  return pythonSplit(text);
}

function applied(rules: readonly Rule[], text: string): string {
  for (const [pattern, replacement] of rules) text = text.replace(pattern, replacement);
  return text;
}
