/** The questions of an export by split: the atlas', those of a training's configuration, or a file of the user's own. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { userError } from '../../common/errors.ts';
import { type Question, QuestionSchema } from '../../eval/datasets/question.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { TrainingQuestion } from '../../train/rollouts/roll-out.ts';
import { type Trajectory, TrajectorySchema } from '../../train/synthesis/trajectory.ts';
import type { TrainConfig } from '../../train/trainer/train-config.ts';
import { loadTrainingQuestions } from '../../train/trainer/training-data.ts';
import { readJsonl } from '../read-jsonl.ts';

export type Split = 'train' | 'validation';

export interface ExportedQuestions {
  of(split: Split): Question[];
  /** Whether any of them has an image. */
  images: boolean;
  /** What a teacher thought at each gold step of a question. */
  thoughts(training: TrainingQuestion): readonly (string | undefined)[];
}

export async function questionsOfConfig(config: TrainConfig, limit: number | undefined): Promise<ExportedQuestions> {
  const data = await loadTrainingQuestions(config);
  return exported({ train: data.train.slice(0, limit), validation: data.validation.slice(0, limit) });
}

const RowSchema = QuestionSchema.extend({ trajectory: TrajectorySchema.optional().catch(undefined) });

/** One in so many questions is for validation, where the file says of none. */
const HELD_OUT = 20;

/** Rows as `synthesize` writes them; throws `training-data` where none has gold steps. */
export async function questionsOfFile(file: string, limit: number | undefined): Promise<ExportedQuestions> {
  const splits: Record<Split, Question[]> = { train: [], validation: [] };
  const thoughts = new Map<string, (string | undefined)[]>();
  const unsplit: Question[] = [];
  for await (const { trajectory, ...row } of readJsonl(file, RowSchema)) {
    const question = row.image === undefined ? row : { ...row, image: resolve(dirname(file), row.image) };
    if (!row.steps) continue;
    if (trajectory) thoughts.set(row.id, thoughtsOf(question, trajectory));
    if (row.split === 'validation') splits.validation.push(question);
    else if (row.split !== 'test') unsplit.push(question);
  }
  const holdsOut = splits.validation.length === 0;
  for (const [index, question] of unsplit.entries()) {
    // Of fewer, the last; never the only one.
    const isLastOfFew = index === unsplit.length - 1 && index > 0 && index < HELD_OUT;
    const isHeldOut = holdsOut && (index % HELD_OUT === HELD_OUT - 1 || isLastOfFew);
    splits[isHeldOut ? 'validation' : 'train'].push(question);
  }
  if (splits.train.length === 0) {
    throw userError('training-data', `${file}: no question of the train split has gold steps; add "steps" to its rows`);
  }
  const cut = { train: splits.train.slice(0, limit), validation: splits.validation.slice(0, limit) };
  return exported(cut, thoughts);
}

function exported(
  splits: Record<Split, Question[]>,
  thoughts = new Map<string, (string | undefined)[]>(),
): ExportedQuestions {
  return {
    of: (split) => splits[split],
    images: Object.values(splits).some((questions) => questions.some(({ image }) => image !== undefined)),
    thoughts: ({ question }) => thoughts.get(question.id) ?? [],
  };
}

/** A teacher may have gone another way than the gold steps: a thought belongs to the search that it led to. */
function thoughtsOf({ steps = [] }: Question, trajectory: Trajectory): (string | undefined)[] {
  const asked = steps.map(({ subQuestion, knowledgeBase }) => {
    return trajectory.steps.find(({ searches: [search] }) => {
      return search?.subQuestion === subQuestion && search.knowledgeBase === knowledgeBase;
    })?.thought;
  });
  const last = trajectory.steps.at(-1);
  return [...asked, last?.searches.length === 0 ? last.thought : undefined];
}

/** With each image in the store while its question is written, and forgotten when room is needed. */
export async function* withImages(
  questions: readonly Question[],
  images: ImageStore,
): AsyncGenerator<TrainingQuestion> {
  for (const question of questions) {
    const image = question.image === undefined ? undefined : await images.put(await readFile(question.image));
    yield { question, image };
  }
}
