import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldAnswers, goldRoute, loadDataset, needsOf, REFERENCE_SETS } from '../../../src/eval/datasets/index.ts';
import { sharedDataOrSkip } from '../support/shared-data.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-router-datasets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, lines: readonly unknown[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

describe('generic rows', () => {
  test('question and answers are enough', async () => {
    const path = await file('small.jsonl', [
      { question: 'Who wrote Dracula?', answers: 'Bram Stoker' },
      { question: 'And then?', answers: [], answerable: false, id: 7 },
    ]);
    const { name, questions } = await loadDataset({ file: path });
    expect(name).toBe('small');
    expect(questions).toMatchObject([
      { id: '1', answers: ['Bram Stoker'], answerable: true },
      { id: '7', answers: [], answerable: false },
    ]);
  });

  test('gold documents become needs, and one need in one knowledge base a route', async () => {
    const path = await file('gold.jsonl', [
      { question: 'a?', answers: ['x'], gold: { table: ['t1'], text: [['p1', 'p2']], image: [] } },
      { question: 'b?', answers: ['x'], gold: { image: ['i1'] } },
      { question: 'c?', answers: ['x'], route: 'image>table' },
      { question: 'd?', answers: ['x'], route: '' },
    ]);
    const { questions } = await loadDataset({ file: path });
    expect(questions.map(needsOf)).toEqual([[['t1'], ['p1', 'p2']], [['i1']], [], []]);
    expect(questions.map(goldRoute)).toEqual([undefined, ['image'], ['image', 'table'], []]);
  });

  test('broken lines are named with file and line, skipped or fatal as asked', async () => {
    const path = await file('broken.jsonl', [
      '\ufeff{"question": "ok?", "answers": ["yes"]}',
      '',
      '{"question": "half',
      { question: '', answers: ['x'] },
      { question: 'no answers', answers: [] },
      { id: '1', question: 'again', answers: ['x'] },
      { question: 'ok too?\r', answers: ['yes'] },
    ]);
    const { questions, broken } = await loadDataset({ file: path, onBrokenLine: 'skip' });
    expect(questions.map(({ id }) => id)).toEqual(['1', '7']);
    expect(broken.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
    expect(broken[0]!.message).toContain('not JSON');
    expect(broken[2]!.message).toMatch(/answers: .*answerable/);
    await expect(loadDataset({ file: path })).rejects.toMatchObject({
      code: 'broken-line',
      kind: 'user',
      message: expect.stringContaining(`${path}:3:`),
    });
  });

  test('an answer may be a number, and what is neither is named', async () => {
    const path = await file('numbers.jsonl', [
      { question: 'a?', answers: [1911, 'x'] },
      { question: 'b?', answers: 2.5 },
    ]);
    const { questions } = await loadDataset({ file: path });
    expect(questions.map(({ answers }) => answers)).toEqual([['1911', 'x'], ['2.5']]);
    const wrong = await file('wrong.jsonl', [{ question: 'a?', answers: [null] }]);
    await expect(loadDataset({ file: wrong })).rejects.toThrow(/wrong\.jsonl:1: answers: expected a list of accepted/);
  });

  test('a line separator within a text is no end of its line', async () => {
    const path = await file('separators.jsonl', [{ question: 'one\u2028two?', answers: ['a\u2029b'] }]);
    const { questions } = await loadDataset({ file: path });
    expect(questions).toMatchObject([{ question: 'one\u2028two?', answers: ['a\u2029b'] }]);
  });

  test('missing images are counted, found ones get a full path', async () => {
    await writeFile(join(folder, 'ship.png'), 'pixels');
    const path = await file('images.jsonl', [
      { question: 'a?', answers: ['x'], image: 'ship.png' },
      { question: 'b?', answers: ['x'], image: 'lost.png' },
    ]);
    const { questions, imagesMissing } = await loadDataset({ file: path });
    expect(questions.map(({ image }) => image)).toEqual([join(folder, 'ship.png'), undefined]);
    expect(imagesMissing).toBe(1);
  });

  test('no file, no questions, no such set', async () => {
    await expect(loadDataset({ file: join(folder, 'none.jsonl') })).rejects.toMatchObject({ code: 'file-not-found' });
    const path = await file('empty.jsonl', ['']);
    await expect(loadDataset({ file: path })).rejects.toMatchObject({ code: 'empty-dataset' });
    await expect(loadDataset({ file: path, set: 'squad' })).rejects.toMatchObject({ code: 'unknown-dataset' });
  });
});

describe('reference sets', () => {
  test('ranges, image ids and answers of every kind', async () => {
    const path = await file('infoseek.jsonl', [
      {
        data_id: 'infoseek_val_1',
        image_id: 'oven_1',
        question: 'How long?',
        answer: ['28'],
        answer_eval: [{ wikidata: 28.0, range: [25.2, 30.8] }],
      },
    ]);
    await writeFile(join(folder, 'oven_1.jpg'), 'pixels');
    const { questions, imagesMissing } = await loadDataset({ file: path, set: 'infoseek', images: folder });
    expect(questions).toEqual([
      {
        id: 'infoseek:infoseek_val_1',
        question: 'How long?',
        answers: [],
        answerRanges: [[25.2, 30.8]],
        answerable: true,
        template: 'how long',
        image: join(folder, 'oven_1.jpg'),
      },
    ]);
    expect(goldAnswers(questions[0]!)).toEqual([{ range: [25.2, 30.8] }]);
    expect(imagesMissing).toBe(0);
  });

  test.for(REFERENCE_SETS)('every published row of %s loads', async (set, { skip }) => {
    const path = sharedDataOrSkip(skip, 'questions', `${set}.jsonl`);
    const { questions, broken } = await loadDataset({ file: path, set, onBrokenLine: 'skip' });
    expect(broken).toEqual([]);
    expect(questions.length).toBeGreaterThan(300);
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
    if (set === 'infoseek') expect(questions.filter(({ answerRanges }) => answerRanges).length).toBeGreaterThan(100);
  });
});
