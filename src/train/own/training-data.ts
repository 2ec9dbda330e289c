/**
 * The questions of a training on people's own knowledge bases. Gold steps are looked for where none are given; a question whose evidence cannot be found is
 * left out and counted. Rows that name no split are shared out here, so that questions of one document stay together.
 */
import { readFile } from 'node:fs/promises';
import { userError } from '../../common/errors.ts';
import { mapConcurrent } from '../../common/map-concurrent.ts';
import { keyedRandom } from '../../common/random.ts';
import { loadDataset } from '../../eval/datasets/load.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { clustersOf } from '../synthesis/accepted.ts';
import type { TrainConfig } from '../trainer/train-config.ts';
import type { TrainingData } from '../trainer/training-data.ts';
import { goldByWords } from './gold-by-words.ts';
import { inOtherWords } from './other-words.ts';

/** Fewer teach nothing that a rule does not know. */
const LEAST_TRAIN = 20;
const LEAST_VALIDATION = 5;
const VALIDATION_SHARE = 0.2;

/** In the place of a file, where only what people asked is learnt from. */
const NO_FILE = 'runs';

export interface OwnQuestionCounts {
  read: number;
  /** Gold steps were given, or nothing is to be found. */
  given: number;
  /** Evidence found by the answer's words. */
  found: number;
  /** No knowledge base gives a passage with the answer. */
  missing: number;
  /** Yes, no and the like: the words tell nothing. */
  unjudgeable: number;
}

export interface OwnTrainingData extends TrainingData {
  counts: OwnQuestionCounts;
}

export interface OwnTrainingDataOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  images: ImageStore;
  signal?: AbortSignal;
  onQuestion?: (done: number, of: number) => void;
  /** Questions beside those of the file: such as people asked. */
  asked?: readonly Question[];
}

/** Throws `too-few-questions` with what was left out and why, and what `loadDataset` throws. */
export async function ownTrainingData(
  { data, seed }: Pick<TrainConfig, 'data' | 'seed'>,
  { knowledgeBases, images, signal, onQuestion, asked = [] }: OwnTrainingDataOptions,
): Promise<OwnTrainingData> {
  const given = data.questions === NO_FILE ? [] : (await loadDataset({ file: data.questions })).questions;
  const questions = [...given, ...asked];
  checkNames(data.questions, questions, knowledgeBases);
  const counts: OwnQuestionCounts = { read: questions.length, given: 0, found: 0, missing: 0, unjudgeable: 0 };
  let done = 0;
  const usable = await mapConcurrent(questions, { concurrency: 4, signal }, async (given) => {
    const hash = given.image === undefined ? undefined : await images.put(await readFile(given.image));
    const image = hash === undefined ? undefined : await images.get(hash);
    const gold = await goldByWords(given, { knowledgeBases, signal, ...(image && { image }) });
    onQuestion?.(++done, questions.length);
    if (!gold.found) {
      counts[gold.reason]++;
      return undefined;
    }
    if (gold.question === given) counts.given++;
    else counts.found++;
    return { question: gold.question, image: hash };
  });
  const found = usable.filter((question) => question !== undefined);
  const splits = splitOf(found, seed);
  const shuffled = (split: 'train' | 'validation', limit: number | undefined): TrainingQuestion[] => {
    const both = [...splits[split], ...otherWordings(splits[split], data.loose, seed)];
    return keyedRandom('training-data', seed, split).shuffle(both).slice(0, limit);
  };
  const result = { train: shuffled('train', data.train), validation: shuffled('validation', data.validation), counts };
  if (result.train.length < LEAST_TRAIN || result.validation.length < LEAST_VALIDATION) {
    throw tooFew(data.questions, result);
  }
  return result;
}

function splitOf(
  questions: readonly TrainingQuestion[],
  seed: number,
): Record<'train' | 'validation', TrainingQuestion[]> {
  const named = questions.some(({ question }) => question.split !== undefined);
  const clusters = clustersOf(
    questions.map(({ question }) => question.steps?.flatMap(({ documents }) => documents.slice(0, 1)) ?? []),
  );
  const splits: Record<'train' | 'validation', TrainingQuestion[]> = { train: [], validation: [] };
  for (const [place, one] of questions.entries()) {
    const drawn = keyedRandom('own-split', seed, clusters[place]!).next() < VALIDATION_SHARE ? 'validation' : 'train';
    const split = one.question.split ?? (named && !isAsked(one) ? undefined : drawn);
    // What is kept for a test is neither learnt nor chosen by.
    if (split === 'train' || split === 'validation') splits[split].push(one);
  }
  return splits;
}

const OTHER = '/other-';
/** Whether it is one of the training's own making, and the id of the question that it was made from. */
export const isOtherWording = ({ question }: TrainingQuestion): boolean => question.id.includes(OTHER);
export const plainId = (id: string): string => id.split(OTHER)[0]!;

/** So many other wordings of one question. */
const OTHERS = 2;

/** Of the first `share` of the questions two more each, in other words. Their evidence is the same. */
function otherWordings(questions: readonly TrainingQuestion[], share: number, seed: number): TrainingQuestion[] {
  return questions.slice(0, Math.round(share * questions.length)).flatMap(({ question, image }) =>
    Array.from({ length: OTHERS }, (_, turn) => {
      const random = keyedRandom('other-words', seed, question.id, turn);
      const id = `${question.id}${OTHER}${turn + 1}`;
      return { question: { ...question, id, question: inOtherWords(question.question, random) }, image };
    }),
  );
}

/** The question of a run has its run's id and names no split. */
const isAsked = ({ question }: TrainingQuestion): boolean =>
  question.split === undefined && /^[0-9a-f-]{36}$/.test(question.id);

function checkNames(
  file: string,
  questions: readonly Question[],
  knowledgeBases: readonly SearchableKnowledgeBase[],
): void {
  const names = new Set(knowledgeBases.map(({ name }) => name));
  const stranger = questions.flatMap(({ steps = [] }) => steps).find(({ knowledgeBase }) => !names.has(knowledgeBase));
  if (stranger) {
    throw userError(
      'training-data',
      `${file}: its gold steps name the knowledge base "${stranger.knowledgeBase}", which the store does not have; it has ${[...names].join(', ')}`,
    );
  }
}

function tooFew(file: string, { train, validation, counts }: OwnTrainingData) {
  const { read, missing, unjudgeable } = counts;
  const left = [
    ...(missing > 0 ? [`of ${missing} no knowledge base gives a passage with the answer`] : []),
    ...(unjudgeable > 0 ? [`${unjudgeable} have answers like yes or no, which show no evidence`] : []),
  ];
  return userError(
    'too-few-questions',
    `${file}: ${train.length} questions to train on and ${validation.length} to validate with, of ${read} read; at least ${LEAST_TRAIN} and ${LEAST_VALIDATION} are needed${left.length > 0 ? ` (${left.join('; ')})` : ''}; make more with r1-router synthesize, or add gold steps`,
  );
}
