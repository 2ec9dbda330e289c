import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overOther, readTrained, trainedTable } from '../../bench/train/causal-lm/figures.ts';
import { type Learning, readLearning, rowsOf } from '../../bench/train/learning/figures.ts';
import { tables } from '../../bench/train/learning/pages.ts';
import { placeCurves, placeTable, readPlace } from '../../bench/train/learning/place-figures.ts';

const root = resolve(import.meta.dirname, '../..');
const learning = await readLearning();
const pages = Object.entries(tables(learning)).flatMap(([page, sections]) =>
  Object.entries(sections).map(([name, text]) => [page, name, text] as const),
);

const between = (page: string, name: string): string =>
  page.split(`<!-- ${name}:start -->\n`)[1]!.split(`<!-- ${name}:end -->`)[0]!;

describe('figures of what learning brings', () => {
  it.each(pages)('%s, %s: is what learning.json says (node bench/train/learning.ts none)', async (page, name, text) => {
    expect(between(await readFile(resolve(root, page), 'utf8'), name)).toBe(text);
  });

  it('of each part are what place.json says (node bench/train/learning/place.ts 0)', async () => {
    const [place, page] = [await readPlace(), await readFile(resolve(root, 'docs/research/training.md'), 'utf8')];
    expect(between(page, 'place')).toBe(placeTable(place));
    expect(between(page, 'place-curves')).toBe(placeCurves(place));
    for (const name of ['untrained', 'nothing', 'start', 'both']) expect(place.rows).toHaveProperty(name);
    for (const { validations, reward } of place.curves) expect(validations.at(-1)!.updates).toBe(reward.length);
  });

  it('of language models are what atlas.json says, and each Step-GRPO has its start beside it', async () => {
    const trained = await readTrained();
    const page = await readFile(resolve(root, 'docs/research/training.md'), 'utf8');
    expect(between(page, 'causal-lm-atlas')).toBe(trainedTable(trained));
    const configs = trained.map(({ config }) => config);
    for (const name of ['atlas-large', 'atlas-small', 'smollm2']) {
      const file = resolve(root, `bench/train/causal-lm/${name}.json`);
      expect(configs, name).toContainEqual(JSON.parse(await readFile(file, 'utf8')));
    }
    for (const { rows } of trained)
      for (const { name, seed, curve } of rows.filter((row) => row.name === 'step-grpo')) {
        expect(overOther(rows, name, 'start')!.seeds).toBeGreaterThan(0);
        expect(rows.some((row) => row.name === 'start' && row.seed === seed)).toBe(true);
        expect(curve.length).toBeGreaterThan(0);
      }
  });

  it('stand beside what nothing learnt gives, in every set', () => {
    for (const { policies } of Object.values(learning.sets)) {
      expect(policies).toHaveProperty('untrained');
      for (const name of ['scorer', 'probe']) expect(policies[name]!.over).toHaveProperty('untrained');
    }
    expect(Object.keys(learning.sets)).toEqual(expect.arrayContaining(['unseen', 'blind', 'dev', 'real']));
  });

  it('are compared question by question', () => {
    const one = { right: [1, 0], answers: [1, 0.5], searches: [1, 3], reads: [5, 5], first: [1, null] };
    const other = { ...one, answers: [0, 0.5] };
    const rows = rowsOf(new Map(Object.entries({ scorer: one, untrained: other })), ['untrained']);
    expect(rows.scorer).toMatchObject({ answers: { mean: 0.75 }, first: 1, over: { untrained: { mean: 0.5 } } });
    expect(rows.untrained!.over).toEqual({});
    const made: Learning = { sets: { unseen: { questions: 2, policies: rows } }, own: null };
    expect(tables(made)['models/scorer/README.md']!.unseen).toContain('untrained: the rule, nothing learnt | 25.0 [');
  });
});
