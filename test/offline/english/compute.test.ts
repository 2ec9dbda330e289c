import { describe, expect, it } from 'vitest';
import { compute } from '../../../src/offline/english/compute.ts';
import { parseDate, parseNumber } from '../../../src/offline/english/values.ts';

describe('questions that need no retrieval', () => {
  it.each([
    ['What is 12 times 7?', '84'],
    ['What is (3 + 4) * 2?', '14'],
    ['Add 16 and 3.', '19'],
    ['What is 15% of 200?', '30'],
    ['Is 91 a prime number?', 'no'],
    ['Of the numbers 56 and 22, which is bigger?', '56'],
    ['How many letters are in the word "banana"?', '6'],
    ['How many times does the letter n appear in "banana"?', '2'],
    ['Reverse the word "planet".', 'tenalp'],
    ['Which is alphabetically first, "zebra" or "apple"?', 'apple'],
  ])('%s', (question, answer) => expect(compute(question)).toBe(answer));

  it.each([
    'What is the capital of Peru?',
    'How many letters does the capital of France have?',
    'What is the population of Lima?',
    'How many protons does gold have?',
    'What is the square root of all evil?',
    'What is 1 / 0?',
  ])('leaves alone: %s', (question) => expect(compute(question)).toBeUndefined());
});

describe('numbers and dates', () => {
  it.each([
    ['1,234,567', 1234567],
    ['3.5 million', 3.5e6],
    ['-12.04', -12.04],
    ['about 7,700 km²', 7700],
    ['none', undefined],
  ])('number %s', (text, value) => expect(parseNumber(text)).toBe(value));

  it('orders dates of any precision', () => {
    const dates = ['44 BC', '1899', '9 December 1899', 'January 1, 1900', '1900-02-03'].map((text) => parseDate(text)!);
    expect([...dates].sort((a, b) => a - b)).toEqual(dates);
  });
});
