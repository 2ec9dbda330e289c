/** The figures of docs/research/own-files.md are those of the bench's file. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ownTable, readFigures } from '../../../bench/train/own/figures.ts';

const page = resolve(import.meta.dirname, '../../../docs/research/own-files.md');

it('says what figures.json says (node bench/train/own-knowledge-bases.ts --write)', async () => {
  const figures = await readFigures();
  const whole = await readFile(page, 'utf8');
  expect(whole.split('<!-- own:start -->\n')[1]!.split('<!-- own:end -->')[0]).toBe(ownTable(figures));
  for (const { rows } of Object.values(figures))
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(['all-once', 'untrained']));
});
