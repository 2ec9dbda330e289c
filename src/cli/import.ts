/** `r1-router import`: a trainer's rows as questions of this package, or as the rows of another trainer. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { userError } from '../common/errors.ts';
import type { ExportedQuestion, ExportFormat } from '../train/export/index.ts';
import { trainerName } from './export.ts';
import { withInterrupt } from './interrupt.ts';

interface ImportFlags {
  from: ExportFormat;
  to?: ExportFormat;
  out: string;
  rename?: Map<string, string>;
}

export function register(program: Command): void {
  program
    .command('import')
    .description("a trainer's rows as questions with gold steps, or as another trainer's rows")
    .argument('<file>', "JSONL file of rows, as export writes them and the reference's authors publish them")
    .requiredOption('--from <trainer>', 'whose rows they are: reference, easyr1, verl, trl or sft', trainerName)
    .requiredOption('--out <file>', 'JSONL file of questions; with --to, the file of the other rows')
    .option('--to <trainer>', 'write the rows of this trainer, and no questions', trainerName)
    .addOption(
      new Option(
        '--rename <retriever=kb>',
        'what a knowledge base of the rows is called here; repeat for several (default: text, image, table)',
      ).argParser(renaming),
    )
    .addHelpText(
      'after',
      `
Example:
  $ r1-router import grpo_dataset_valid_new.jsonl --from reference --rename text=wiki --out questions.jsonl`,
    )
    .action((file: string, flags: ImportFlags) => withInterrupt((signal) => importRows(file, flags, signal)));
}

function renaming(text: string, others = new Map<string, string>()): Map<string, string> {
  const [from, to, ...rest] = text.split('=').map((part) => part.trim());
  if (!from || !to || rest.length > 0) throw new InvalidArgumentError('Give it as text=wiki.');
  return others.set(from, to);
}

async function importRows(file: string, { from, to, out, rename }: ImportFlags, signal: AbortSignal): Promise<void> {
  const [exporter, { readJsonl }, { writeRows }] = await Promise.all([
    import('../train/export/index.ts'),
    import('./read-jsonl.ts'),
    import('./export/write-rows.ts'),
  ]);
  await mkdir(dirname(resolve(out)), { recursive: true });
  const read = () => abortable(exporter.questionsOfRows(readJsonl(file, exporter.rowSchema(from))), signal);
  // Whether the rows have a column of images must be known before the first is written.
  const images = to !== undefined && (await anyImage(read()));
  let unread = 0;
  async function* rows(): AsyncGenerator<object> {
    let first = 0;
    for await (const exported of read()) {
      if (to !== undefined) {
        yield* exporter.rowsOf(to, exported, { first, images });
        first += exported.turns.length;
        continue;
      }
      const question = exporter.importedQuestion(exported, rename);
      if (question) yield question;
      else unread++;
    }
  }
  const count = await writeRows(out, rows());
  if (unread > 0) process.stderr.write(`left out: ${unread} questions whose prompts do not say what is asked\n`);
  if (count === 0) {
    throw userError('empty-file', `${file}: no question could be read from its rows; check --from`);
  }
  process.stdout.write(`${out}: ${count} ${to === undefined ? 'questions' : 'rows'}\n`);
}

async function anyImage(questions: AsyncIterable<ExportedQuestion>): Promise<boolean> {
  for await (const { question } of questions) if (question.image !== undefined) return true;
  return false;
}

async function* abortable(
  questions: AsyncIterable<ExportedQuestion>,
  signal: AbortSignal,
): AsyncGenerator<ExportedQuestion> {
  for await (const question of questions) {
    signal.throwIfAborted();
    yield question;
  }
}
