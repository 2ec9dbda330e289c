/** Questions that need no retrieval: small sums, letters, days. */
import { byText } from '../facts.ts';
import { fill } from '../worder.ts';
import type { ExtraTemplate } from './types.ts';

const WORDS =
  'window garden bicycle lantern mountain river orchard pencil candle harbour kitchen whistle feather thunder meadow blanket pocket ladder cushion market holiday railway sandwich umbrella chimney saddle compass notebook balcony fountain'.split(
    ' ',
  );
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const number = (value: number) => [String(value), ...(NUMBER_WORDS[value] === undefined ? [] : [NUMBER_WORDS[value]!])];

export const NO_RETRIEVAL: ExtraTemplate[] = [
  {
    id: 'arithmetic-sum',
    answerable: true,
    quota: { train: 22, test: 8 },
    wordings: [
      'What is {a} plus {b}?',
      'How much is {a} + {b}?',
      'Add {a} and {b}.',
      'What do {a} and {b} make together?',
    ],
    make: (random, wording) => {
      const [a, b] = [2 + random.below(60), 2 + random.below(60)];
      return { question: fill(wording, { a, b }), answers: number(a + b), relation: 'sum' };
    },
  },
  {
    id: 'letter-count',
    answerable: true,
    quota: { train: 22, test: 8 },
    wordings: [
      'How many letters are in the word “{w}”?',
      'How many letters has the word {w}?',
      'Count the letters of “{w}”.',
      'How long is the word “{w}”, counted in letters?',
    ],
    make: (random, wording) => {
      const word = random.pick(WORDS);
      return { question: fill(wording, { w: word }), answers: number(word.length), relation: 'letter-count' };
    },
  },
  {
    id: 'greater-number',
    answerable: true,
    quota: { train: 16, test: 6 },
    wordings: [
      'Which number is greater, {a} or {b}?',
      'Which is the larger number: {a} or {b}?',
      'Of the numbers {a} and {b}, which is bigger?',
    ],
    make: (random, wording) => {
      const [a, b] = [10 + random.below(90), 10 + random.below(90)];
      return a === b
        ? undefined
        : { question: fill(wording, { a, b }), answers: [String(Math.max(a, b))], relation: 'greater-number' };
    },
  },
  {
    id: 'arithmetic-product',
    answerable: true,
    heldOut: true,
    quota: { train: 0, test: 8 },
    wordings: ['What is {a} times {b}?', 'Multiply {a} by {b}.', 'How much is {a} multiplied by {b}?'],
    make: (random, wording) => {
      const [a, b] = [2 + random.below(11), 2 + random.below(11)];
      return { question: fill(wording, { a, b }), answers: number(a * b), relation: 'product' };
    },
  },
  {
    id: 'next-day',
    answerable: true,
    heldOut: true,
    quota: { train: 0, test: 8 },
    wordings: [
      'Which day of the week comes {n} days after {d}?',
      'If today is {d}, what day is it in {n} days?',
      'What day follows {n} days after a {d}?',
    ],
    make: (random, wording) => {
      const [day, n] = [random.below(7), 2 + random.below(5)];
      return { question: fill(wording, { d: DAYS[day]!, n }), answers: [DAYS[(day + n) % 7]!], relation: 'next-day' };
    },
  },
  {
    id: 'alphabet-order',
    answerable: true,
    heldOut: true,
    quota: { train: 0, test: 8 },
    wordings: [
      'Which word comes first in the alphabet, “{a}” or “{b}”?',
      'In alphabetical order, which is first: “{a}” or “{b}”?',
      'Which stands earlier in a dictionary, “{a}” or “{b}”?',
    ],
    make: (random, wording) => {
      const [a, b] = [random.pick(WORDS), random.pick(WORDS)];
      return a === b
        ? undefined
        : { question: fill(wording, { a, b }), answers: [[a, b].sort(byText)[0]!], relation: 'alphabet-order' };
    },
  },
];
