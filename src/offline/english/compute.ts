/**
 * Questions that need no retrieval because the words and numbers in them are all there is to know: small sums, letters of a
 * word, orders of words and numbers. Anything that needs a fact of the world is not computed here.
 */

import { wordTable } from '../../common/word-table.ts';
import { type Token, tokenize } from './tokens.ts';
import { formatNumber, parseNumber } from './values.ts';

const ORDINALS = wordTable<number>({
  first: 0,
  second: 1,
  third: 2,
  fourth: 3,
  fifth: 4,
  sixth: 5,
  seventh: 6,
  eighth: 7,
  ninth: 8,
  tenth: 9,
  last: -1,
  final: -1,
});
const VOWELS = new Set('aeiou');

/** The answer, or undefined where the question is not one of these. */
export function compute(question: string): string | undefined {
  if (question.length > 400) return undefined;
  const tokens = tokenize(question).filter(
    (token) => token.kind !== 'punctuation' || '+-*/×÷%^=<>−'.includes(token.text),
  );
  const lower = tokens.map((token) => token.lower);
  return (
    letters(question, tokens, lower) ??
    wordOrder(question, lower) ??
    numberProperty(tokens, lower) ??
    arithmetic(question, lower)
  );
}

// --- Letters --------------------------------------------------------------------------------------------------------------

/** The word the question is about: the quoted one, or the one after `word`, `in`, `of`, or the subject of `have`. */
function subjectWord(question: string, tokens: readonly Token[], lower: readonly string[]): string | undefined {
  const quoted = /["“'‘]([^"”'’]{1,60})["”'’]/.exec(question);
  if (quoted) return quoted[1];
  for (const marker of ['word', 'name', 'term', 'string', 'phrase']) {
    const at = lower.lastIndexOf(marker);
    if (at < 0) continue;
    const next = lower[at + 1] === 'of' ? undefined : tokens[at + 1];
    if (
      next &&
      !['have', 'has', 'contain', 'contains', 'is', 'in', 'for', 'start', 'end', 'begin', 'with'].includes(next.lower)
    )
      return name(question, tokens, at + 1);
  }
  const have = lower.findIndex((word) =>
    ['have', 'has', 'contain', 'contains', 'start', 'begin', 'end'].includes(word),
  );
  const does = lower.indexOf('does');
  if (have > 0 && does >= 0 && have > does + 1) {
    const subject = clean(question.slice(tokens[does + 1]!.start, tokens[have - 1]!.end));
    return subject?.replace(/^(the )?(word|name)( of)? /i, '');
  }
  const from = Math.max(
    0,
    lower.findIndex((word) => word.startsWith('letter') || word.startsWith('vowel')),
  );
  const joint = lower.findIndex((word, index) => index > from && (word === 'in' || word === 'of'));
  if (joint > 0 && tokens[joint + 1]) return name(question, tokens, joint + 1);
  return undefined;
}

function name(question: string, tokens: readonly Token[], from: number): string | undefined {
  const start = ['the', 'word', 'name'].includes(tokens[from]!.lower) ? from + 1 : from;
  if (!tokens[start]) return undefined;
  let end = start + 1;
  if (tokens[start]!.capital) while (tokens[end]?.capital) end++;
  // What follows must be the end of the sentence; otherwise the phrase has yet to be looked up.
  const rest = tokens.slice(end);
  if (
    rest.length > 0 &&
    ![
      'have',
      'has',
      'contain',
      'contains',
      'backwards',
      'reversed',
      'is',
      'are',
      'start',
      'end',
      'begin',
      'spelled',
      'when',
    ].includes(rest[0]!.lower)
  )
    return undefined;
  return clean(question.slice(tokens[start]!.start, tokens[end - 1]!.end));
}

const clean = (text: string): string | undefined => {
  const trimmed = text.trim().replace(/^["“'‘]|["”'’]$/g, '');
  // A description has to be looked up before its letters can be counted.
  return /^(the(?! word | name [A-Z])|this|that|its|a|an) /i.test(trimmed) ||
    / of the | of a | whose | that | in /.test(trimmed)
    ? undefined
    : trimmed;
};

function letters(question: string, tokens: readonly Token[], lower: readonly string[]): string | undefined {
  const has = (...words: string[]): boolean => words.some((word) => lower.includes(word));
  const spelling = has(
    'letter',
    'letters',
    'vowel',
    'vowels',
    'consonant',
    'consonants',
    'character',
    'characters',
    'syllables',
  );
  const reversing = has('backwards', 'backward', 'reversed', 'reverse');
  if (!spelling && !reversing && !(has('uppercase', 'lowercase', 'capitals', 'capital') && has('letters')))
    return undefined;
  const word = subjectWord(question, tokens, lower);
  if (!word) return undefined;
  const characters = Array.from(word).filter((char) => /\p{L}/u.test(char));
  if (reversing) return [...characters].reverse().join('').toLowerCase();
  if (has('uppercase')) return word.toUpperCase();
  if (has('how', 'number', 'count', 'many')) {
    const single = singleLetter(question, tokens, lower);
    if (single) return String(characters.filter((char) => char.toLowerCase() === single).length);
    if (has('vowel', 'vowels')) return String(characters.filter((char) => VOWELS.has(char.toLowerCase())).length);
    if (has('consonant', 'consonants'))
      return String(characters.filter((char) => !VOWELS.has(char.toLowerCase())).length);
    return String(characters.length);
  }
  const ordinal =
    lower.find((item) => item in ORDINALS) ??
    (has('start', 'starts', 'begin', 'begins') ? 'first' : has('end', 'ends') ? 'last' : undefined);
  if (ordinal === undefined) return undefined;
  return characters.at(ORDINALS[ordinal]!)?.toUpperCase();
}

/** `how many times does the letter a occur in "banana"`. */
function singleLetter(question: string, tokens: readonly Token[], lower: readonly string[]): string | undefined {
  const at = lower.indexOf('letter');
  const after = tokens[at + 1];
  if (at >= 0 && after && after.text.length === 1) return after.lower;
  const quoted = /["“'‘](\p{L})["”'’]s?/u.exec(question);
  return quoted?.[1]?.toLowerCase();
}

function wordOrder(question: string, lower: readonly string[]): string | undefined {
  const longer =
    (lower.includes('longer') || lower.includes('shorter')) &&
    ['word', 'letters', 'name'].some((word) => lower.includes(word));
  if (!(longer || lower.some((word) => word.startsWith('alphabet'))) || !lower.includes('or')) return undefined;
  const match = /([\p{L}\p{N} '’"“”-]+?),? or ([^?]+)\??$/u.exec(
    question.slice(Math.max(question.lastIndexOf(','), question.lastIndexOf(':')) + 1).trim() || question,
  );
  if (!match) return undefined;
  const sides = [match[1]!, match[2]!].map((side) => side.trim().replace(/^["“]|["”]$/g, ''));
  if (longer) {
    const [first = 0, second = 0] = sides.map((side) => Array.from(side).filter((char) => /\p{L}/u.test(char)).length);
    if (first === second) return undefined;
    return first > second === lower.includes('longer') ? sides[0] : sides[1];
  }
  const ordered = [...sides].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en'));
  return lower.includes('last') || lower.includes('second') || lower.includes('after') || lower.includes('later')
    ? ordered[1]
    : ordered[0];
}

// --- Numbers ----------------------------------------------------------------------------------------------------------------

function numberProperty(tokens: readonly Token[], lower: readonly string[]): string | undefined {
  const numbers = tokens.filter((token) => token.kind === 'number').map((token) => parseNumber(token.text));
  const [value] = numbers;
  if (value === undefined) return undefined;
  if (numbers.length === 1 && lower.length <= 8 && lower[0] === 'is' && Number.isInteger(value)) {
    if (lower.includes('prime')) return isPrime(value) ? 'yes' : 'no';
    if (lower.includes('even')) return value % 2 === 0 ? 'yes' : 'no';
    if (lower.includes('odd')) return value % 2 !== 0 ? 'yes' : 'no';
  }
  const [a, b] = numbers;
  if (
    numbers.length === 2 &&
    a !== undefined &&
    b !== undefined &&
    lower.every((word) => NUMBER_TALK.has(word) || /^[-−\d]/.test(word))
  ) {
    const more = lower.some((word) => ['larger', 'bigger', 'greater', 'more', 'higher'].includes(word));
    const less = lower.some((word) => ['smaller', 'less', 'lower', 'fewer'].includes(word));
    if (more === less) return lower.includes('divisible') && b !== 0 ? (a % b === 0 ? 'yes' : 'no') : undefined;
    if (lower[0] === 'is') return (more ? a > b : a < b) ? 'yes' : 'no';
    return formatNumber(more ? Math.max(a, b) : Math.min(a, b));
  }
  return undefined;
}
const NUMBER_TALK = new Set(
  'is are which what numbers the two number out from choose pick between among larger bigger greater more smaller less lower higher fewer than or by the one of and divisible integer value'.split(
    ' ',
  ),
);

function isPrime(value: number): boolean {
  if (value < 2) return false;
  for (let divisor = 2; divisor * divisor <= value && divisor < 1e6; divisor++) if (value % divisor === 0) return false;
  return true;
}

const OPERATORS: readonly [pattern: RegExp, symbol: string][] = [
  [/\b(multiplied|times|multiply)( by)?\b|[×x*](?=\s*\d)/gi, '*'],
  [/\b(divided) by\b|÷/gi, '/'],
  [/\b(plus|added to)\b/gi, '+'],
  [/\bminus\b|−/gi, '-'],
  [/\b(to the power of|raised to)\b|\^/gi, '^'],
  [/\bmodulo\b|\bmod\b/gi, '%'],
];
const TALK = new Set(
  'what is are the result of value equals equal calculate compute please how much does make work out to answer a and you get if add whats'.split(
    ' ',
  ),
);

function arithmetic(question: string, lower: readonly string[]): string | undefined {
  if (!lower.some((word) => /\d/.test(word)) && !lower.some((word) => parseNumber(word) !== undefined))
    return undefined;
  const [first] = /\d+(\.\d+)?/.exec(question.replace(/,(?=\d{3})/g, '')) ?? [];
  const value = first === undefined ? undefined : Number(first);
  if (value !== undefined && lower.includes('square') && lower.includes('root'))
    return onlyNumbers(lower) === 1 ? formatNumber(Math.sqrt(value)) : undefined;
  if (
    value !== undefined &&
    (lower.includes('squared') || (lower.includes('square') && lower.includes('of') && lower.length <= 7))
  )
    return onlyNumbers(lower) === 1 ? formatNumber(value * value) : undefined;
  if (value !== undefined && lower.includes('half') && onlyNumbers(lower) === 1 && lower.length <= 7)
    return formatNumber(value / 2);
  if (
    value !== undefined &&
    (lower.includes('twice') || lower.includes('double')) &&
    onlyNumbers(lower) === 1 &&
    lower.length <= 7
  )
    return formatNumber(value * 2);
  let text = question.replace(/,(?=\d{3}(\D|$))/g, '');
  const percent = /(\d+(?:\.\d+)?)\s*(?:%|percent|per cent) of (\d+(?:\.\d+)?)/i.exec(text);
  if (percent) return formatNumber((Number(percent[1]) * Number(percent[2])) / 100);
  const pair =
    /\b(sum|product|difference|quotient)\b (?:of|between) (-?\d+(?:\.\d+)?) (?:and|from) (-?\d+(?:\.\d+)?)/i.exec(text);
  if (pair) {
    const [a, b] = [Number(pair[2]), Number(pair[3])];
    const kind = pair[1]!.toLowerCase();
    return formatNumber(
      kind === 'sum' ? a + b : kind === 'product' ? a * b : kind === 'difference' ? Math.abs(a - b) : a / b,
    );
  }
  // `Add 3 and 4`, `Subtract 3 from 10`, `Multiply 3 by 4`.
  const verb =
    /\b(add|subtract|multiply|divide)\s+(-?\d+(?:\.\d+)?)\s+(?:and|to|from|by|with)\s+(-?\d+(?:\.\d+)?)\W*$/i.exec(
      text,
    );
  if (verb) {
    const [a, b] = [Number(verb[2]), Number(verb[3])];
    const kind = verb[1]!.toLowerCase();
    if (kind === 'divide' && b === 0) return undefined;
    return formatNumber(kind === 'add' ? a + b : kind === 'subtract' ? b - a : kind === 'multiply' ? a * b : a / b);
  }
  for (const [pattern, symbol] of OPERATORS) text = text.replace(pattern, ` ${symbol} `);
  text = text.replace(/\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b/gi, (word) =>
    String(parseNumber(word)),
  );
  const words = text.match(/[a-z]+/gi) ?? [];
  if (!words.every((word) => TALK.has(word.toLowerCase()))) return undefined;
  const expression = text.match(/\d+(?:\.\d+)?|[-+*/^%()]/g);
  if (!expression || expression.length < 3 || expression.length > 60) return undefined;
  const result = evaluate(expression);
  return result === undefined ? undefined : formatNumber(result);
}

const onlyNumbers = (lower: readonly string[]): number => lower.filter((word) => /^[-−]?\d/.test(word)).length;

/** Precedence climbing over a flat list of numbers, operators and parentheses. */
function evaluate(parts: readonly string[]): number | undefined {
  let at = 0;
  const strength: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
  function operand(): number | undefined {
    const part = parts[at++];
    if (part === '-') {
      const value = operand();
      return value === undefined ? undefined : -value;
    }
    if (part === '(') {
      const value = chain(1);
      return parts[at++] === ')' ? value : undefined;
    }
    return part !== undefined && /\d/.test(part) ? Number(part) : undefined;
  }
  function chain(least: number): number | undefined {
    let left = operand();
    while (left !== undefined) {
      const operator = parts[at];
      const power = operator === undefined ? undefined : strength[operator];
      if (operator === undefined || power === undefined || power < least) break;
      at++;
      const right = chain(operator === '^' ? power : power + 1);
      if (right === undefined) return undefined;
      if (operator === '+') left += right;
      else if (operator === '-') left -= right;
      else if (operator === '*') left *= right;
      else if (operator === '/') left = right === 0 ? undefined : left / right;
      else if (operator === '%') left = right === 0 ? undefined : left % right;
      else left **= right;
    }
    return left;
  }
  const value = chain(1);
  return at === parts.length && value !== undefined && Number.isFinite(value) ? value : undefined;
}
