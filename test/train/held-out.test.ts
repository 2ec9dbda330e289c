import { describe, expect, it } from 'vitest';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { type Question, QuestionSchema } from '../../src/eval/datasets/question.ts';
import { holdOutTemplates } from '../../src/train/trainer/held-out.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { loadTrainingQuestions } from '../../src/train/trainer/training-data.ts';

const question = (id: string, template?: string): Question =>
  QuestionSchema.parse({ id, question: 'What?', answers: ['that'], ...(template !== undefined && { template }) });
const templates = (questions: readonly Question[]) => new Set(questions.map(({ template }) => template));
const load = (data: object, seed = 1) => loadTrainingQuestions(parseTrainConfig({ seed, data }));

describe('templates held out of train', () => {
  const splits = {
    train: ['a', 'b', 'c', 'd', 'e', undefined].map((template, index) => question(`t${index}`, template)),
    validation: ['a', 'b', 'c', 'd', 'e', 'f', undefined].map((template, index) => question(`v${index}`, template)),
  };

  it('are in validation alone, beside those that train never had', () => {
    const { train, validation } = holdOutTemplates(splits, 0.4);
    expect(train).toHaveLength(4);
    expect(validation).toHaveLength(3);
    for (const template of templates(validation)) expect(templates(train)).not.toContain(template);
    expect(templates(validation)).toContain('f');
    expect(templates(train)).toContain(undefined);
  });

  it('leave the splits alone where there are none to hold out', () => {
    expect(holdOutTemplates(splits, 0)).toEqual(splits);
    expect(holdOutTemplates(splits, 0.1)).toEqual(splits);
    const plain = { train: [question('t')], validation: [question('v')] };
    expect(holdOutTemplates(plain, 0.9)).toEqual(plain);
  });
});

describe('the validation of a training on the atlas', () => {
  it('holds templates that train lacks and natural wordings, half and half', async () => {
    const { train, validation } = await load({ validation: 100 });
    const natural = validation.filter(({ id }) => id.startsWith('natural/'));
    expect([validation.length, natural.length]).toEqual([100, 50]);
    const taught = templates(train);
    for (const { template } of validation) expect(taught).not.toContain(template);
  });

  it('holds out the same templates whatever the seed, and none of the test split', async () => {
    const heldOut = async (seed: number) =>
      templates((await load({ natural: false, validation: 500 }, seed)).validation);
    expect(await heldOut(2)).toEqual(await heldOut(1));
    const { train, validation } = await load({ validation: 1000 });
    const tested = (await loadAtlas('test')).questions;
    const ids = new Set(tested.map(({ id }) => id));
    const unseen = templates(tested.filter((row) => row.unseen?.template));
    for (const { id, template } of [...train, ...validation]) {
      expect(ids).not.toContain(id);
      expect(unseen).not.toContain(template);
    }
  });

  it('leaves the other wordings of what is held out aside as well', async () => {
    const { train, validation } = await load({ wordings: 'atlas', validation: 500 });
    const taught = templates(train.filter(({ id }) => id.includes('/words-')));
    expect(taught.size).toBeGreaterThan(10);
    for (const template of templates(validation)) expect(taught).not.toContain(template);
  });

  it('is the whole split where nothing is held out', async () => {
    const { train, validation } = await load({ heldOut: 0, natural: false, validation: 1000 });
    expect([train.length, validation.length]).toEqual([3344, 573]);
  });
});
