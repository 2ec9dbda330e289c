/** The questions that the scorer's place is measured on, by set. */
import { resolve } from 'node:path';
import { loadAtlas } from '../../../src/eval/datasets/atlas.ts';
import { loadDataset } from '../../../src/eval/datasets/load.ts';
import type { Question } from '../../../src/eval/datasets/question.ts';
import { holdOutTemplates, naturalQuestions } from '../../../src/train/trainer/held-out.ts';
import type { PlaceSet } from './place-figures.ts';

export async function placeSets(): Promise<Record<PlaceSet, readonly Question[]>> {
  const { questions: train } = await loadAtlas('train');
  const { questions: validation } = await loadAtlas('validation');
  const { questions: test } = await loadAtlas('test');
  return {
    'held-out': holdOutTemplates({ train, validation }, 0.2).validation,
    dev: await naturalQuestions('atlas'),
    unseen: test.filter(({ unseen }) => unseen?.template === true),
    blind: (await loadDataset({ file: resolve(import.meta.dirname, '../natural/blind.jsonl') })).questions,
  };
}
