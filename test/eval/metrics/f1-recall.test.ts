import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerTokens, f1Recall, type Gold, rangeNumbers } from '../../../src/eval/metrics/f1-recall.ts';
import { pythonFloatText, pythonRoundThousandths, pythonSplit } from '../../../src/eval/metrics/python-text.ts';
import { sharedDataOrSkip } from '../support/shared-data.ts';

interface Vector {
  prediction: string;
  golds: Gold[];
  precision: number;
  recall: number;
  f1: number;
}

function expectScore({ prediction, golds, precision, recall, f1 }: Vector): void {
  const score = f1Recall(prediction, golds);
  const difference = Math.max(
    Math.abs(score.precision - precision),
    Math.abs(score.recall - recall),
    Math.abs(score.f1 - f1),
  );
  if (!(difference <= 1e-9))
    expect({ prediction, golds, ...score }).toEqual({ prediction, golds, precision, recall, f1 });
}

const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

test('agrees on 400 generated answers with a Python rendering of the same steps on nltk 3.9.1', () => {
  const vectors = lines(join(import.meta.dirname, '../fixtures/f1-recall.jsonl')).map(
    (line) => JSON.parse(line) as Vector,
  );
  expect(vectors).toHaveLength(400);
  expect(vectors.filter(({ f1 }) => f1 > 0).length).toBeGreaterThan(100);
  for (const vector of vectors) expectScore(vector);
});

describe('against the reference scorer', () => {
  test('all vectors to 1e-9', ({ skip }) => {
    const path = sharedDataOrSkip(skip, 'metric', 'f1-recall-golden.jsonl');
    const vectors = lines(path).map((line) => {
      const { answer, ...row } = JSON.parse(line) as Vector & { answer: unknown };
      const golds = (Array.isArray(answer) ? answer : [answer]).map((gold) =>
        typeof gold === 'object' ? (gold as Gold) : String(gold),
      );
      return { ...row, golds };
    });
    expect(vectors.length).toBeGreaterThan(1500);
    for (const vector of vectors) expectScore(vector);
  });
});

describe('quirks kept on purpose', () => {
  test('a mark beside a space anywhere is deleted everywhere, else it becomes a space', () => {
    expect(answerTokens('a-b c-d')).toEqual(['a', 'b', 'c', 'd']);
    expect(answerTokens('a-b - c-d')).toEqual(['ab', 'cd']);
    expect(answerTokens('a-b; 1,000')).toEqual(['ab', '1000']);
  });
  test('only the first 32 full stops go, those before a digit stay', () => {
    expect(answerTokens('3.14 U.S.A.')).toEqual(['3.14', 'usa']);
    expect(answerTokens(`${'.'.repeat(33)}x`)).toEqual(['.x']);
  });
  test('number words, articles but for a, contractions', () => {
    expect(answerTokens('The none of an a two')).toEqual(['0', 'of', 'a', '2']);
    expect(answerTokens("dont oclock somebody'd")).toEqual(['do', "n't", "o'clock", 'somebodyd']);
  });
  test('the first of several golds with equal F1 wins, and an empty prediction scores 0', () => {
    expect(f1Recall('yes or no', ['no', 'yes'])).toEqual({ precision: 1 / 3, recall: 1, f1: 0.5 });
    for (const nothing of ['', '  ', 'the', '?!'])
      expect(f1Recall(nothing, ['x', ''])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(f1Recall('x', [])).toEqual({ precision: 0, recall: 0, f1: 0 });
  });
});

describe('number ranges', () => {
  test('steps by width, floats as Python prints them, then whole numbers', () => {
    expect(rangeNumbers(0.5, 0.5)).toEqual(['0.5', '0.501', '0']);
    expect(rangeNumbers(1, 2).slice(0, 3)).toEqual(['1.0', '1.01', '1.02']);
    expect(rangeNumbers(1, 2).slice(-2)).toEqual(['1', '2']);
    expect(rangeNumbers(100, 150).slice(0, 2)).toEqual(['100.0', '101.0']);
    expect(f1Recall('about 27.9 km', [{ range: [25.2, 30.800000000000004] }])).toEqual({
      precision: 1 / 3,
      recall: 1,
      f1: 0.5,
    });
    expect(f1Recall('31', [{ range: [25.2, 30.8] }]).recall).toBe(0);
  });
  test('a range without bounds is refused', () => {
    expect(() => f1Recall('5', [{ range: [0, 1e9] }])).toThrow(/1,000,000/);
    expect(() => f1Recall('5', [{ range: [Number.NaN, 1] }])).toThrow(/1,000,000/);
  });
});

describe("Python's habits", () => {
  test.each([
    [1, '1.0'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0, '-0.0'],
    [25.200000000000003, '25.200000000000003'],
  ])('str(%d)', (value, text) => {
    expect(pythonFloatText(value)).toBe(text);
  });
  test('round(x, 3) takes a tie to the even digit', () => {
    expect([0.0625, 0.1875, -0.0625, 2.6755, 1.0005].map(pythonRoundThousandths)).toEqual([
      0.062, 0.188, -0.062, 2.675, 1,
    ]);
  });
  test('split() knows the ASCII separators and not the byte order mark', () => {
    expect(pythonSplit('\u2003a\x1cb\x85c\ufeffd ')).toEqual(['a', 'b', 'c\ufeffd']);
  });
});
