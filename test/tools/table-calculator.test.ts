import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculateTable, numberIn, unitOf, withoutUnit } from '../../src/tools/table-calculator.ts';

const BOATS = {
  header: ['Boat', 'Harbour', 'Length in m', 'Price (NOK)', 'Built'],
  rows: [
    ['Terna', 'North', '7.5', '180,000', '1888'],
    ['Makrell', 'North', '5', '42 000', '1930'],
    ['Skrei', 'South', '12', '1,250,000', '1961'],
    ['Lodd', 'South', '', '9800', '2004'],
  ],
};

describe('calculateTable', () => {
  it('filters by words, numbers and parts of a list', () => {
    expect(calculateTable(BOATS, { where: [{ column: 'Harbour', is: 'equal', value: 'south' }] }).values).toEqual([
      'Skrei',
      'Lodd',
    ]);
    expect(calculateTable(BOATS, { where: [{ column: 'Price (NOK)', is: 'more', value: 50_000 }] }).values).toEqual([
      'Terna',
      'Skrei',
    ]);
    expect(calculateTable(BOATS, { where: [{ column: 'Built', is: 'at-most', value: '1930' }] }).values).toEqual([
      'Terna',
      'Makrell',
    ]);
    expect(
      calculateTable(BOATS, { where: [{ column: 'Harbour', is: 'not-equal', value: 'South' }], give: 'count' }).values,
    ).toEqual(['2']);
  });

  it('sorts by the figure of a cell, however it is written, and leaves out rows without one', () => {
    const dearest = calculateTable(BOATS, { sort: { column: 'Price', direction: 'descending' }, take: 1 });
    expect(dearest).toEqual({ rows: [2], values: ['Skrei'] });
    const lengths = calculateTable(BOATS, {
      sort: { column: 'Length in m', direction: 'ascending' },
      column: 'Length in m',
    });
    expect(lengths.values).toEqual(['5', '7.5', '12']);
  });

  it('counts, sums and averages', () => {
    expect(calculateTable(BOATS, { give: 'count' }).values).toEqual(['4']);
    expect(calculateTable(BOATS, { give: 'sum', column: 'Length in m' }).values).toEqual(['24.5']);
    expect(
      calculateTable(BOATS, {
        give: 'mean',
        column: 'Built',
        where: [{ column: 'Harbour', is: 'equal', value: 'North' }],
      }).values,
    ).toEqual(['1909']);
    expect(calculateTable(BOATS, { give: 'mean', column: 'Boat' }).values).toEqual([]);
  });

  it('names the columns there are where one is not', () => {
    expect(() => calculateTable(BOATS, { column: 'Weight' })).toThrow(
      'no column "Weight"; it has "Boat", "Harbour", "Length in m"',
    );
  });

  it('gives the rows of a condition and of its opposite once each', () => {
    const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: -1000, max: 1000 }), (values, bound) => {
        const table = { header: ['n'], rows: values.map((value) => [String(value)]) };
        const rows = (is: 'more' | 'at-most') =>
          calculateTable(table, { where: [{ column: 'n', is, value: bound }] }).rows;
        expect([...rows('more'), ...rows('at-most')].sort((a, b) => a - b)).toEqual(values.map((_, index) => index));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('cells and headers', () => {
  it.each([
    ['41,000', 41_000],
    ['1 250 000', 1_250_000],
    ["1'250", 1250],
    ['€ 890', 890],
    ['EUR 12.5', 12.5],
    ['12,5 kg', 12.5],
    ['−3', -3],
    ['2,75', 2.75],
    ['n/a', undefined],
    ['room 4', undefined],
  ])('%s is the number %s', (cell, number) => {
    expect(numberIn(cell)).toBe(number);
  });

  it('reads the unit of a header', () => {
    expect([
      unitOf('Price (EUR)'),
      unitOf('Weight in kg'),
      unitOf('Speed [km/h]'),
      unitOf('Trip_min'),
      unitOf('Launched'),
    ]).toEqual(['EUR', 'kg', 'km/h', 'min', undefined]);
    expect([withoutUnit('Price (EUR)'), withoutUnit('Weight in kg'), withoutUnit('Duration_min')]).toEqual([
      'Price',
      'Weight',
      'Duration',
    ]);
  });
});
