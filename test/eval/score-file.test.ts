import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scoreFile } from '../../src/eval/score-file.ts';
import { sharedDataOrSkip } from './support/shared-data.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-router-score-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function scored(lines: readonly string[], options = {}) {
  const path = join(folder, 'answers.jsonl');
  await writeFile(path, lines.join('\n'));
  return scoreFile(path, options);
}

test('rows come back as they were, with four fields more', async () => {
  const { rows, broken } = await scored([
    '{"dataset": "webqa", "prediction": "It is Nutbush!", "answer": ["Nutbush"], "note": {"x": 1.0}, "big": 12345678901234567890}',
    '{"prediction": "28", "answer": [{"wikidata": 28.0, "range": [25.2, 30.8]}]}',
    '{"prediction": null, "answer": "x"}',
  ]);
  expect(broken).toEqual([]);
  expect(JSON.stringify(rows[0])).toBe(
    '{"dataset":"webqa","prediction":"It is Nutbush!","answer":["Nutbush"],"note":{"x":1.0},"big":12345678901234567890,"precision":0.3333333333333333,"recall":1,"f1":0.5,"em":0}',
  );
  expect(rows[1]).toMatchObject({ precision: 1, recall: 1, f1: 1, em: 1 });
  expect(rows[2]).toMatchObject({ precision: 0, recall: 0, f1: 0, em: 0 });
});

test('numbers as golds are spelt as Python spells them', async () => {
  const { rows } = await scored([
    '{"prediction": "2.0", "answer": [2.0]}',
    '{"prediction": "2", "answer": [2.0]}',
    '{"prediction": "2", "answer": 2}',
    '{"prediction": "1000.0", "answer": 1e3}',
    '{"prediction": "true", "answer": true}',
  ]);
  expect(rows.map(({ recall }) => recall)).toEqual([1, 0, 1, 1, 1]);
});

test('broken lines are named, skipped or fatal', async () => {
  const lines = [
    '{"prediction": "a", "answer": "a"}',
    '{"prediction": "a", "ans',
    '{"prediction": 3, "answer": "a"}',
    '{"prediction": "a"}',
    '{"dataset": "squad", "prediction": "a", "answer": "a"}',
    '{"prediction": "a", "answer": [{"range": [1]}]}',
    '{"prediction": "a", "answer": [{"range": [0, 1e12]}]}',
    '[1]',
  ];
  const { rows, broken } = await scored(lines, { onBrokenLine: 'skip' });
  expect(rows).toHaveLength(1);
  expect(broken.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(broken.map(({ message }) => message.split(/[:( ]/)[0])).toEqual([
    'not',
    'prediction',
    'answer',
    'dataset',
    'answer',
    'answer',
    'row',
  ]);
  await expect(scored(lines)).rejects.toMatchObject({
    code: 'broken-line',
    message: expect.stringContaining('.jsonl:2:'),
  });
  await expect(scored(['{}'], { onBrokenLine: 'skip' })).rejects.toMatchObject({ code: 'no-usable-rows' });
});

test('gives every reference vector its published score', async ({ skip }) => {
  const path = sharedDataOrSkip(skip, 'metric', 'f1-recall-golden.jsonl');
  const { rows } = await scoreFile(path);
  const expected = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(expected.length);
  rows.forEach(({ precision, recall, f1 }, index) => {
    for (const [name, value] of Object.entries({ precision, recall, f1 })) {
      expect(Math.abs(value - expected[index][name])).toBeLessThanOrEqual(1e-9);
    }
  });
});
