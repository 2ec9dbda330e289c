/** `r1-router export`: gold trajectories, sampled rollouts, reward and settings for trainers elsewhere. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { messageOf, systemError } from '../common/errors.ts';
import { withInterrupt } from './interrupt.ts';
import { wholeNumber } from './run-options.ts';

const FORMATS = ['easyr1', 'verl', 'trl'] as const;
type Format = (typeof FORMATS)[number];

interface ExportFlags {
  to: Format;
  out: string;
  config?: string;
  limit?: number;
  rollouts?: string;
  ownNames?: boolean;
}

export function register(program: Command): void {
  program
    .command('export')
    .description('training data, reward and settings for EasyR1, verl or TRL')
    .requiredOption('--to <trainer>', `one of ${FORMATS.join(', ')}`, (text) => {
      const format = FORMATS.find((one) => one === text.toLowerCase());
      if (format === undefined) throw new InvalidArgumentError(`Give one of ${FORMATS.join(', ')}.`);
      return format;
    })
    .requiredOption('--out <dir>', 'folder that is written into')
    .option('--config <file>', 'configuration of a training: which questions, how many, which settings')
    .option('--limit <n>', 'questions of each split at most', wholeNumber({ least: 1 }))
    .option('--rollouts <dir>', "a training's folder: its sampled decisions with their rewards, as rollouts.jsonl")
    .option(
      '--own-names',
      'call knowledge bases by their own names; default: as the released checkpoints know them (Text Retriever, …)',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ r1-router export --to verl --limit 500 --out ./for-verl\nIt writes train.jsonl, validation.jsonl, settings.json and, but for EasyR1, reward.py.',
    )
    .action(exportFor);
}

async function exportFor({ to, out, config, limit, rollouts, ownNames }: ExportFlags): Promise<void> {
  await withInterrupt(async (signal) => {
    const [{ readTrainConfig }, { openKnowledgeBases }, { memoryImageStore }, { loadTrainingData }, exporter, naming] =
      await Promise.all([
        import('./read-train-config.ts'),
        import('../tools/open.ts'),
        import('../graph/image-store.ts'),
        import('../train/trainer/training-data.ts'),
        import('../train/export/index.ts'),
        import('../graph/chat-model/protocols/naming.ts'),
      ]);
    const settings = await readTrainConfig({ config });
    await mkdir(out, { recursive: true });
    const images = memoryImageStore();
    const data = await loadTrainingData(settings, images);
    const atlas = await openKnowledgeBases({
      onBuild: (directory) => process.stderr.write(`indexing the atlas once, into ${directory} …\n`),
    });
    const { createProgress } = await import('./terminal/progress.ts');
    const progress = createProgress();
    const counts: Record<string, number> = {};
    try {
      const { maxSteps, readLimit } = settings.policy;
      const shared = {
        knowledgeBases: atlas.knowledgeBases,
        maxSteps,
        naming: ownNames ? naming.ownNames : naming.referenceNames,
      };
      for (const split of ['train', 'validation'] as const) {
        const questions = data[split].slice(0, limit);
        const rows = exporter.exportedRows(to, questions, {
          ...shared,
          split,
          readLimit,
          image: (hash) => images.get(hash),
          signal,
          onQuestion: (done) => progress.update(done / questions.length, `${split} questions`),
        });
        counts[split] = await writeRows(join(out, `${split}.jsonl`), rows);
      }
      if (rollouts !== undefined) {
        const { readRecordStore } = await import('../train/rollouts/record-store.ts');
        const store = await readRecordStore(join(rollouts, 'records'));
        const rows = counting(exporter.rolloutRows(store, shared), ({ severalSearches }) => {
          if (severalSearches === 0) return;
          const steps = severalSearches === 1 ? '1 step' : `${severalSearches} steps`;
          process.stderr.write(`left out: ${steps} with several searches at once, which the protocol cannot say\n`);
        });
        counts.rollouts = await writeRows(join(out, 'rollouts.jsonl'), rows);
      }
    } finally {
      progress.end();
      await atlas.close();
    }
    const { writeFileAtomic } = await import('../common/atomic-file.ts');
    const trainer = exporter.trainerSettings(to, settings);
    await writeFileAtomic(join(out, 'settings.json'), `${JSON.stringify(trainer, null, 2)}\n`);
    if (to !== 'easyr1') await writeFileAtomic(join(out, 'reward.py'), exporter.REWARD_MODULE);
    const written = Object.entries(counts).map(([name, count]) => `${name}.jsonl (${count} rows)`);
    process.stdout.write(
      `${out}: ${[...written, 'settings.json', ...(to === 'easyr1' ? [] : ['reward.py'])].join(', ')}\n`,
    );
  });
}

/** The same rows; what they return is told at their end. */
async function* counting<Row, End>(rows: AsyncGenerator<Row, End>, onEnd: (end: End) => void): AsyncGenerator<Row> {
  onEnd(yield* rows);
}

/** As they come: the rows of a large set need not fit into memory. */
async function writeRows(file: string, rows: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  try {
    const handle = await open(file, 'w');
    try {
      for await (const row of rows) {
        await handle.appendFile(`${JSON.stringify(row)}\n`);
        count++;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EACCES' && code !== 'EISDIR') throw error;
    throw systemError('write-failed', `cannot write ${file}: ${messageOf(error)}`, error);
  }
  return count;
}
