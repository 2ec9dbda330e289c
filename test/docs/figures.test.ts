/** No figure is copied by hand: what stands between marks is what its source says, and no interval is written on two pages. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filled, madeFigures } from '../../scripts/docs/figures.ts';
import { allPages, ROOT } from '../../scripts/docs/pages.ts';

const PAGES = allPages();
const made = await madeFigures();

test.each(PAGES)('$name: its figures are those of their source (npm run docs)', ({ text }) => {
  expect(filled(text, made) === text, 'make them anew: npm run docs').toBe(true);
});

test('every figure and table of the source is used', () => {
  const all = PAGES.map(({ text }) => text).join('\n');
  const unused = Object.keys(made.inline).filter((name) => !all.includes(`<!--=${name}-->`));
  expect(unused).toEqual([]);
  for (const name of Object.keys(made.tables)) expect(all).toContain(`<!-- ${name}:start -->`);
});

test('no measured interval is written by hand on two pages', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const { name, text } of PAGES) {
    const byHand = text
      .replace(/<!-- ([\w-]+):start -->[\s\S]*?<!-- \1:end -->/g, '')
      .replace(/^```[\s\S]*?^```$/gm, '');
    for (const [figure] of byHand.matchAll(/-?\d+\.\d+%? \[-?\d+\.\d+%?, -?\d+\.\d+%?\]/g)) {
      const before = seen.get(figure);
      if (before !== undefined && before !== name && !/^-?0\.0 /.test(figure))
        twice.push(`${figure}: ${before}, ${name}`);
      seen.set(figure, name);
    }
  }
  expect(twice).toEqual([]);
});

test('the table of README has an interval in every measured cell, and the untrained router beside the trained one', () => {
  const rows = made.tables
    .numbers!.trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows.length).toBeGreaterThanOrEqual(6);
  for (const [name, ...cells] of rows) {
    expect(name).toMatch(/\(\d[\d,]*\)$/);
    for (const cell of cells) expect(cell).toMatch(/^(\d+\.\d \[\d+\.\d, \d+\.\d\]|not measured|none)/);
  }
});

test('a mark without a figure is an error', () => {
  expect(() => filled('<!--=nobody-measured-this-->7<!--/-->', made)).toThrow('nobody-measured-this');
});

test('the pictures are there and small', () => {
  const sizes = ['terminal.svg', 'page.png'].map((file) => statSync(join(ROOT, 'docs/pictures', file)).size);
  expect(Math.min(...sizes)).toBeGreaterThan(2_000);
  expect(sizes.reduce((a, b) => a + b)).toBeLessThan(300_000);
});
