/** The questions of a training: loaded, split, their images put where the graph looks for them. */
import { readFile } from 'node:fs/promises';
import { userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import { loadAtlas } from '../../eval/datasets/atlas.ts';
import { loadDataset } from '../../eval/datasets/load.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import { looseWording } from '../models/loose-wordings.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import type { ServedRun } from '../runs/served-samples.ts';
import type { CausalLmTrainConfig } from './causal-lm-config.ts';
import type { CausalLmGrpoConfig } from './causal-lm-grpo-config.ts';
import { holdOutTemplates, naturalQuestions } from './held-out.ts';
import type { TrainConfig } from './train-config.ts';
import { inOtherWords } from './wordings.ts';

export interface TrainingData {
  train: TrainingQuestion[];
  validation: TrainingQuestion[];
  /** Runs that were served, with what people thought of them. */
  served?: readonly ServedRun[];
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

/** Of a scorer, or of a small language model. */
type TrainingSource = Pick<TrainConfig | CausalLmTrainConfig | CausalLmGrpoConfig, 'seed' | 'data'>;

/** The train questions and those that choose the policy, in an order drawn by the seed. Throws `training-data` where gold steps are missing. */
export async function loadTrainingQuestions({
  data,
  seed,
}: TrainingSource): Promise<{ train: Question[]; validation: Question[] }> {
  const { loose = 0, wordings, heldOut = 0, natural = false } = withDefaults(data);
  const all = await questionsOf(data.questions, 'train');
  const splits = holdOutTemplates({ train: all, validation: await questionsOf(data.questions, 'validation') }, heldOut);
  const take = (split: 'train' | 'validation', limit: number | undefined) => {
    const drawn = keyedRandom('training-data', seed, split).shuffle(splits[split]).slice(0, limit);
    return withLoose(drawn, loose, `${seed}/${split}`);
  };
  const plain = take('train', data.train);
  const reworded = wordings === undefined ? [] : await inOtherWords(wordings, all, splits.train);
  const both = [...plain, ...reworded];
  const train = reworded.length === 0 ? plain : keyedRandom('training-data', seed, 'wordings').shuffle(both);
  if (!train.some(({ steps }) => steps?.length)) {
    throw userError(
      'training-data',
      `${data.questions}: no question of the train split has gold steps; add "steps" to its rows`,
    );
  }
  const typed = natural === false ? [] : await naturalQuestions(natural);
  const drawn = keyedRandom('training-data', seed, 'natural')
    .shuffle(typed)
    .slice(0, Math.floor(data.validation / 2));
  return { train, validation: [...take('validation', data.validation - drawn.length), ...drawn] };
}

/** A small language model is validated at gold states: it takes the splits as they are. */
function withDefaults(data: TrainingSource['data']): Partial<TrainConfig['data']> {
  if (!('heldOut' in data)) return {};
  return { ...data, natural: data.natural ?? (data.questions === 'atlas' ? 'atlas' : false) };
}

/** Loose copies stand behind the plain questions, of the first `share` of them: their order was drawn already. */
function withLoose(questions: readonly Question[], share: number, seed: string): Question[] {
  const copies = questions.slice(0, Math.round(share * questions.length)).map((question) => ({
    ...question,
    id: `${question.id}/loose`,
    question: looseWording(question.question, keyedRandom('loose-wording', seed, question.id)),
  }));
  return [...questions, ...copies];
}

/** The same, with the images put into the store. */
export async function loadTrainingData(config: TrainingSource, images: ImageStore): Promise<TrainingData> {
  const { train, validation } = await loadTrainingQuestions(config);
  return { train: await withImages(train, images), validation: await withImages(validation, images) };
}
