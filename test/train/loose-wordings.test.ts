import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../src/common/random.ts';
import { looseWording } from '../../src/train/models/loose-wordings.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { loadTrainingQuestions } from '../../src/train/trainer/training-data.ts';

const QUESTION = 'What is the population of the country whose capital is Addis Ababa?';

describe('questions asked loosely', () => {
  it('keep names and what is asked for', () => {
    for (let seed = 0; seed < 20; seed++) {
      const loose = looseWording(QUESTION, keyedRandom('test', seed));
      expect(loose).toMatch(/population/);
      expect(loose).toMatch(/capital/);
      expect(loose).toMatch(/Addis Ababa/);
      expect(loose).not.toBe(QUESTION);
    }
  });

  it('invent no word, and are never empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), fc.nat(), (question, seed) => {
        const loose = looseWording(question, keyedRandom('test', seed));
        expect(loose.length).toBeGreaterThan(0);
        const own = loose.replace(/^(?:looking for |need: |question about |find )/, '');
        for (const word of own.match(/[\p{L}\p{N}]+/gu) ?? []) expect(question).toContain(word);
      }),
    );
  });

  it('stand beside the plain ones in the share that is wanted, the same for the same seed', async () => {
    const config = parseTrainConfig({ data: { train: 40, natural: false, validation: 10, loose: 0.25 } });
    const { train, validation } = await loadTrainingQuestions(config);
    const loose = train.filter(({ id }) => id.endsWith('/loose'));
    expect([train.length, loose.length, validation.length]).toEqual([50, 10, 13]);
    for (const { id, answers, steps } of loose) {
      expect(train.find((plain) => `${plain.id}/loose` === id)).toMatchObject({ answers, steps });
    }
    expect((await loadTrainingQuestions(config)).train).toEqual(train);
  });
});
