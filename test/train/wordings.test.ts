import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { loadTrainingQuestions } from '../../src/train/trainer/training-data.ts';

describe('questions of a training in other words', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wordings-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const load = async (wordings: string, train = 50) =>
    (await loadTrainingQuestions(parseTrainConfig({ data: { wordings, train, validation: 10, heldOut: 0 } }))).train;

  it('stand beside the plain ones, with their answers and steps', async () => {
    const train = await load('atlas');
    const reworded = train.filter(({ id }) => id.includes('/words-'));
    expect(train.length - reworded.length).toBe(50);
    expect(reworded.length).toBeGreaterThan(600);
    const all = await loadTrainingQuestions(parseTrainConfig({ data: { validation: 10, heldOut: 0 } }));
    const known = new Map(all.train.map((question) => [question.id, question]));
    for (const { id, question, ...rest } of reworded) {
      const { id: _id, question: plain, ...own } = known.get(id.split('/words-')[0]!)!;
      expect(rest).toEqual(own);
      expect(question).not.toBe(plain);
    }
  });

  it('come in the same order for the same seed', async () => {
    expect(await load('atlas')).toEqual(await load('atlas'));
  });

  it('of a question that there is not: says which, and where', async () => {
    const file = join(folder, 'own.jsonl');
    await writeFile(file, '{"id":"atlas/nothing/0001","question":"What?"}\n');
    await expect(load(file)).rejects.toThrow(/own\.jsonl:1: no question of the train split has the id atlas\/nothing/);
    await writeFile(file, '{"id":"atlas/nothing/0001"}\n');
    await expect(load(file)).rejects.toThrow(/own\.jsonl:1: /);
    await expect(load(join(folder, 'none.jsonl'))).rejects.toThrow(/none\.jsonl/);
  });
});
