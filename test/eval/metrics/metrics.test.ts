import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  abstentionScore,
  answerLength,
  confusionMatrix,
  evidenceRecall,
  evidenceRecallBySteps,
  exactMatch,
  firstStepAccuracy,
  hitAt,
  mean,
  ndcgAt,
  percentile,
  perStepAccuracy,
  recallAt,
  reciprocalRank,
  regret,
  tokenF1,
} from '../../../src/eval/metrics/index.ts';

describe('answers', () => {
  test('exact match after normalisation', () => {
    expect(exactMatch('The Eiffel Tower!', ['eiffel tower'])).toBe(1);
    expect(exactMatch('Eiffel', ['eiffel tower'])).toBe(0);
    expect(exactMatch('', [''])).toBe(0);
    expect(exactMatch('1,050 ', [{ range: [900, 1100] }])).toBe(1);
    expect(exactMatch('1050 m', [{ range: [900, 1100] }])).toBe(0);
  });
  test('token F1 is 1 for the same words, lower for more of them', () => {
    expect(tokenF1('a tower of Eiffel', ['eiffel of tower'])).toBe(1);
    expect(tokenF1('yes or no', ['no', 'yes'])).toBe(0.5);
    expect(tokenF1('it is 950 m', [{ range: [900, 1100] }])).toBeCloseTo(2 / 5);
    expect(tokenF1('', ['x'])).toBe(0);
  });
  test('length of an abstention is 0', () => {
    expect([answerLength(null), answerLength(' two  words ')]).toEqual([0, 2]);
  });
  test('abstention precision and recall', () => {
    const rows = [
      { answerable: true, abstained: true },
      { answerable: false, abstained: true },
      { answerable: false, abstained: false },
      { answerable: true, abstained: false },
    ];
    expect(abstentionScore(rows)).toEqual({ precision: 0.5, recall: 0.5, abstentions: 2, unanswerable: 2 });
    expect(abstentionScore([])).toMatchObject({ precision: null, recall: null });
  });
});

describe('rankings', () => {
  const gold = new Set(['b', 'd']);
  const ranking = ['a', 'a', 'b', 'c', 'd'];
  test('repeated documents count once', () => {
    expect(hitAt(ranking, gold, 2)).toBe(1);
    expect(hitAt(ranking, gold, 1)).toBe(0);
    expect(recallAt(ranking, gold, 2)).toBe(0.5);
    expect(reciprocalRank(ranking, gold)).toBe(1 / 2);
    expect(ndcgAt(ranking, gold, 4)).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3)), 12);
    expect(recallAt(ranking, new Set(), 5)).toBeNull();
  });
  test('all stay in [0, 1], and grow with k where they should', () => {
    const id = fc.constantFrom(...'abcdefgh');
    fc.assert(
      fc.property(fc.array(id), fc.uniqueArray(id, { minLength: 1 }), fc.nat(8), (documents, goldIds, k) => {
        const goldSet = new Set(goldIds);
        const values = [
          recallAt(documents, goldSet, k + 1),
          ndcgAt(documents, goldSet, k + 1),
          reciprocalRank(documents, goldSet),
        ];
        for (const value of values) expect(value! >= 0 && value! <= 1 + 1e-12).toBe(true);
        expect(recallAt(documents, goldSet, k + 2)!).toBeGreaterThanOrEqual(recallAt(documents, goldSet, k + 1)!);
        expect(hitAt(documents, goldSet, k + 1)).toBe(recallAt(documents, goldSet, k + 1)! > 0 ? 1 : 0);
      }),
    );
  });
});

describe('evidence and routing', () => {
  test('evidence recall after each step; any document of a need is enough', () => {
    const needs = [['a', 'b'], ['c'], []];
    expect(evidenceRecallBySteps([['x'], ['b', 'x'], ['c']], needs)).toEqual([0, 0.5, 1]);
    expect(evidenceRecall([], needs)).toBe(0);
    expect(evidenceRecall([['x']], [])).toBeNull();
  });
  test('routing accuracy counts the stop', () => {
    expect(firstStepAccuracy(['image'], ['image', 'table'])).toBe(1);
    expect(firstStepAccuracy([], [])).toBe(1);
    expect(perStepAccuracy(['image', 'table'], ['image', 'table'])).toBe(1);
    expect(perStepAccuracy(['image'], ['image', 'table'])).toBeCloseTo(1 / 3);
    expect(perStepAccuracy(['image', 'table', 'text'], ['image', 'table'])).toBe(0.5);
  });
  test('confusion matrix', () => {
    expect(confusionMatrix([{ route: ['text'], gold: ['image', 'text'] }])).toEqual({
      labels: ['image', 'text', 'stop'],
      counts: [
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 0],
      ],
    });
  });
  test('regret against the best knowledge base', () => {
    expect(
      regret([
        { chosen: 'a', values: { a: 0, b: 1 } },
        { chosen: 'b', values: { a: 0, b: 1 } },
        { chosen: 'a', values: {} },
      ]),
    ).toEqual({ regret: 0.5, oracle: 1, achieved: 0.5 });
    expect(regret([])).toBeNull();
  });
});

test('means skip what is undefined, percentiles interpolate', () => {
  expect(mean([1, null, 3])).toBe(2);
  expect(mean([null])).toBeNull();
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(percentile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8);
  expect(percentile([], 0.5)).toBeNull();
});
