/** The questions of a training: loaded, split, their images put where the graph looks for them. */
import { readFile } from 'node:fs/promises';
import { userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import { loadAtlas } from '../../eval/datasets/atlas.ts';
import { loadDataset } from '../../eval/datasets/load.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import type { TrainConfig } from './train-config.ts';

export interface TrainingData {
  train: TrainingQuestion[];
  validation: TrainingQuestion[];
}

/** Puts each question's image into the store; an image that cannot be read is an error of the data, not of a run. */
export async function withImages(questions: readonly Question[], images: ImageStore): Promise<TrainingQuestion[]> {
  const prepared: TrainingQuestion[] = [];
  for (const question of questions) {
    const image = question.image === undefined ? undefined : await images.put(await readFile(question.image));
    prepared.push({ question, image });
  }
  return prepared;
}

async function questionsOf(source: string, split: 'train' | 'validation' | 'test'): Promise<Question[]> {
  if (source === 'atlas') return (await loadAtlas(split)).questions;
  return (await loadDataset({ file: source, split })).questions;
}

/** The train and validation splits, in an order drawn by the seed. Throws `training-data` where gold steps are missing. */
export async function loadTrainingQuestions({
  data,
  seed,
}: Pick<TrainConfig, 'data' | 'seed'>): Promise<{ train: Question[]; validation: Question[] }> {
  const take = async (split: 'train' | 'validation', limit: number | undefined) => {
    const questions = keyedRandom('training-data', seed, split).shuffle(await questionsOf(data.questions, split));
    return limit === undefined ? questions : questions.slice(0, limit);
  };
  const [train, validation] = [await take('train', data.train), await take('validation', data.validation)];
  if (!train.some(({ steps }) => steps?.length)) {
    throw userError(
      'training-data',
      `${data.questions}: no question of the train split has gold steps; add "steps" to its rows`,
    );
  }
  return { train, validation };
}

/** The same, with the images put into the store. */
export async function loadTrainingData(
  config: Pick<TrainConfig, 'data' | 'seed'>,
  images: ImageStore,
): Promise<TrainingData> {
  const { train, validation } = await loadTrainingQuestions(config);
  return { train: await withImages(train, images), validation: await withImages(validation, images) };
}
