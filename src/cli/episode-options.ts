/** Of the commands that let others' trainers run the graph on questions: `environment serve` and `rollouts`. */
import { type Command, Option } from 'commander';
import { userError } from '../common/errors.ts';
import type { ImageStore } from '../graph/image-store.ts';
import type { TrainingQuestion } from '../train/rollouts/roll-out.ts';
import { knowledgeBaseOption, type StoreFlags, wholeNumber } from './run-options.ts';

export interface EpisodeFlags extends StoreFlags {
  questions: string;
  images?: string;
  split?: 'train' | 'validation' | 'test';
  rewards: string;
  maxSteps?: number;
  readLimit?: number;
}

export function addEpisodeOptions(command: Command): Command {
  return command
    .requiredOption('--questions <file>', 'JSONL file of questions with gold steps, or atlas:train')
    .option('--images <folder>', 'where the files of the pictures are')
    .addOption(
      new Option('--split <name>', 'only questions of this split').choices(['train', 'validation', 'test'] as const),
    )
    .addOption(knowledgeBaseOption())
    .option('--rewards <name>', 'evidence, paper, own, or a .json file of weights', 'evidence')
    .option('--max-steps <n>', 'searching steps at most (default: 5)', wholeNumber({ least: 1, most: 50 }))
    .option(
      '--read-limit <n>',
      'passages of a search that are shown (default: 5)',
      wholeNumber({ least: 1, most: 50 }),
    );
}

/** The questions that the flags name, the first `limit` of them, with their pictures in the store. */
export async function askedQuestions(
  { questions: file, images: folder, split }: EpisodeFlags,
  { images, limit }: { images: ImageStore; limit?: number },
): Promise<TrainingQuestion[]> {
  const [{ namedDataset }, { withImages }] = await Promise.all([
    import('./eval/dataset.ts'),
    import('../train/trainer/training-data.ts'),
  ]);
  const { questions } = await namedDataset({ dataset: file, images: folder, onBrokenLine: 'fail' });
  const asked = questions.filter((one) => split === undefined || one.split === split).slice(0, limit);
  if (asked.length > 0) return withImages(asked, images);
  throw userError(
    'empty-dataset',
    `--questions ${file}: no question${split ? ` of the split ${split}` : ''}; choose another`,
  );
}
