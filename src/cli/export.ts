/** `r1-router export`: gold trajectories, sampled rollouts, reward and settings for trainers elsewhere. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { userError } from '../common/errors.ts';
import { tellBuild } from './ask.ts';
import type { ExportedQuestions, Split } from './export/questions.ts';
import { withInterrupt } from './interrupt.ts';
import { addEncoderOption, addStoreOptions, readSettings, type StoreFlags, wholeNumber } from './run-options.ts';

const FORMATS = ['reference', 'easyr1', 'verl', 'trl', 'sft'] as const;
type Format = (typeof FORMATS)[number];

interface ExportFlags extends Omit<StoreFlags, 'config'> {
  to: Format;
  out: string;
  questions?: string;
  config?: string;
  limit?: number;
  rollouts?: string;
  ownNames?: boolean;
  tokenizer?: string;
}

export function trainerName(text: string): Format {
  const format = FORMATS.find((one) => one === text.toLowerCase());
  if (format === undefined) throw new InvalidArgumentError(`Give one of ${FORMATS.join(', ')}.`);
  return format;
}

export function register(program: Command): void {
  const command = program
    .command('export')
    .description("training data, reward and settings for the reference's fork, EasyR1, verl or TRL")
    .requiredOption('--to <trainer>', `one of ${FORMATS.join(', ')} (chat rows for any trainer)`, trainerName)
    .requiredOption('--out <dir>', 'folder that is written into')
    .option('--questions <file>', 'JSONL file of questions with gold steps (default: those of the atlas)')
    .option('--limit <n>', 'questions of each split at most', wholeNumber({ least: 1 }))
    .option('--rollouts <dir>', "a training's folder: its sampled decisions with their rewards, as rollouts.jsonl")
    .option('--tokenizer <dir>', "folder with the model's tokenizer.json: lengths are counted, not bounded")
    .option(
      '--own-names',
      'call knowledge bases by their own names; default: as the released checkpoints know them (Text Retriever, …)',
    );
  addEncoderOption(addStoreOptions(command))
    .addHelpText(
      'after',
      `
--config is the configuration of a training: which questions, how many, which settings.

Examples:
  $ r1-router export --to verl --limit 500 --out ./for-verl
  $ r1-router export --to trl --store ./store --questions questions.jsonl --out ./for-trl`,
    )
    .action((flags: ExportFlags) => withInterrupt((signal) => exportFor(flags, signal)));
}

async function exportFor(flags: ExportFlags, signal: AbortSignal): Promise<void> {
  const { to, out, limit, questions } = flags;
  if (to === 'reference' && flags.ownNames) {
    throw userError(
      'invalid-option',
      '--own-names: the reward of the fork knows three retrievers by name; leave it out, or export to easyr1',
    );
  }
  const [{ readTrainConfig }, { openConfiguredKnowledgeBases }, exporter, source, { writeCompanions }] =
    await Promise.all([
      import('./read-train-config.ts'),
      import('../config/knowledge-bases.ts'),
      import('../train/export/index.ts'),
      import('./export/questions.ts'),
      import('./export/companions.ts'),
    ]);
  const config = await readTrainConfig({ config: flags.config });
  const { settings, loaded } = await readSettings({ ...flags, config: undefined });
  const data =
    questions === undefined
      ? await source.questionsOfConfig(config, limit)
      : await source.questionsOfFile(questions, limit);
  await mkdir(out, { recursive: true });
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, {
    onBuild: tellBuild,
  });
  const { maxSteps, readLimit } = config.policy;
  const { ownNames, referenceNames } = await import('../graph/chat-model/protocols/naming.ts');
  const shared = { knowledgeBases, maxSteps, readLimit, naming: flags.ownNames ? ownNames : referenceNames };
  const meter = exporter.lengthMeter(await tokenCounter(flags.tokenizer));
  const counts: string[] = [];
  try {
    for (const split of ['train', 'validation'] as const) {
      const name = `${split}.${exporter.rowsEnding(to)}`;
      const rows = { data, split, to, signal, shared, onTurn: meter.add };
      counts.push(`${name} (${await writeSplit(join(out, name), rows)} rows)`);
    }
    if (flags.rollouts !== undefined) {
      counts.push(`rollouts.jsonl (${await writeRollouts(join(out, 'rollouts.jsonl'), flags.rollouts, shared)} rows)`);
    }
  } finally {
    await close();
  }
  const written = await writeCompanions(out, to, exporter.trainerSettings(to, config, meter.lengths()));
  process.stdout.write(`${out}: ${[...counts, ...written].join(', ')}\n`);
}

type Shared = Omit<import('../train/export/index.ts').ExportedRowsOptions, 'split' | 'images' | 'image' | 'signal'>;

async function writeSplit(
  file: string,
  {
    data,
    split,
    to,
    signal,
    shared,
    onTurn,
  }: {
    data: ExportedQuestions;
    split: Split;
    to: Format;
    signal: AbortSignal;
    shared: Shared;
    onTurn: Shared['onTurn'];
  },
): Promise<number> {
  const [{ exportedRows }, { withImages }, { memoryImageStore }, { createProgress }, { counting, writeRows }] =
    await Promise.all([
      import('../train/export/index.ts'),
      import('./export/questions.ts'),
      import('../graph/image-store.ts'),
      import('./terminal/progress.ts'),
      import('./export/write-rows.ts'),
    ]);
  const questions = data.of(split);
  // What is read again is read from the file; nothing piles up.
  const images = memoryImageStore({ maximumBytes: 64 * 1024 * 1024 });
  const progress = createProgress();
  try {
    const rows = exportedRows(to, withImages(questions, images), {
      ...shared,
      split,
      images: data.images,
      thoughts: data.thoughts,
      image: (hash) => images.get(hash),
      signal,
      onTurn,
      onQuestion: (done) => progress.update(done / questions.length, `${split} questions`),
    });
    const told = counting(rows, ({ unwritable }) => {
      if (unwritable > 0) process.stderr.write(`left out: ${unwritable} turns whose words hold tags of the protocol\n`);
    });
    return await writeRows(file, told);
  } finally {
    progress.end();
  }
}

async function writeRollouts(file: string, folder: string, shared: Shared): Promise<number> {
  const [{ readRecordStore }, { rolloutRows }, { counting, writeRows }] = await Promise.all([
    import('../train/rollouts/record-store.ts'),
    import('../train/export/index.ts'),
    import('./export/write-rows.ts'),
  ]);
  const store = await readRecordStore(join(folder, 'records'));
  const rows = counting(rolloutRows(store, shared), ({ severalSearches }) => {
    if (severalSearches === 0) return;
    const steps = severalSearches === 1 ? '1 step' : `${severalSearches} steps`;
    process.stderr.write(`left out: ${steps} with several searches at once, which the protocol cannot say\n`);
  });
  return writeRows(file, rows);
}

async function tokenCounter(folder: string | undefined): Promise<((text: string) => number) | undefined> {
  if (folder === undefined) return undefined;
  const { countTokensWith } = await import('./export/tokenizer.ts');
  return countTokensWith(folder);
}
