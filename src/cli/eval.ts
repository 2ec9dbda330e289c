/**
 * `r1-router eval`: runs methods on a set of questions and reports what they found, with intervals. `eval score` scores answers
 * made elsewhere, `eval rescore` makes a report anew from its log, `eval judge` asks a chat model about the answers.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { userError } from '../common/errors.ts';
import type { EvalRunFlags } from './eval/run.ts';
import type { EvalRunsFlags } from './eval/runs.ts';
import { withInterrupt } from './interrupt.ts';
import { addEncoderOption, addModelOptions, addStoreOptions, knowledgeBaseOption, wholeNumber } from './run-options.ts';

const collect = (value: string, others: string[] = []) => [...others, value];

export function register(program: Command): void {
  const evaluation = program.command('eval').description('measure methods on a set of questions');
  registerRun(evaluation);
  registerScore(evaluation);
  registerRescore(evaluation);
  registerJudge(evaluation);
}

function registerRun(evaluation: Command): void {
  const command = evaluation
    .command('run', { isDefault: true })
    .description('run methods on questions and report (the default)')
    .option(
      '--dataset <set>',
      'atlas:test (default), atlas:validation, atlas:train, a JSONL file, or a set of the paper',
    )
    .option('--file <file>', 'JSONL file: of a set of the paper, or without --dataset of questions of yours')
    .option('--images <folder>', 'pictures of the questions')
    .option(
      '--langsmith <dataset>',
      'as an experiment of LangSmith on a dataset of this name, made where there is none',
    )
    .option('--runs <dir>', 'runs that --keep-runs kept: what would --policy have done?')
    .option('--policy <dir>', 'with --runs: the policy to judge')
    .option('--temperature <n>', 'with --runs: how freely that policy would choose (default: 1)', temperature)
    .option('--method <name>', 'method to run; repeat for several (--method list shows all)', collect)
    .option('--compare <names...>', 'methods to run and compare pair by pair')
    .addOption(knowledgeBaseOption());
  addReportOptions(addModelOptions(addEncoderOption(addStoreOptions(command))))
    .option('--seed <n>', 'seed; repeat for several, whose spread is then reported (default: 0)', collectNumber)
    .option('--limit <n>', 'only the first so many questions', wholeNumber({ least: 1 }))
    .option('--sample <n>', 'so many questions at random, by the first seed', wholeNumber({ least: 1 }))
    .option('--concurrency <n>', 'runs at once', wholeNumber({ least: 1, most: 1000 }), 4)
    .option('--max-steps <n>', 'searching steps at most, for every method', wholeNumber({ least: 0, most: 50 }))
    .option('--no-regret', 'do not put every sub-question to every knowledge base afterwards')
    .option('--cache <folder>', 'keep responses of the chat model there and take them from there')
    .addOption(
      new Option('--on-broken-line <what>', 'skip broken lines of the file, or fail')
        .choices(['skip', 'fail'])
        .default('fail'),
    )
    .option(
      '--out <folder>',
      'where the evaluation lives (default: runs/eval/ and a name that follows from what is run)',
    )
    .addHelpText(
      'after',
      `
Killed or interrupted, the same command goes on where it was.

Examples:
  $ r1-router eval --compare probe all-once --limit 200
  $ r1-router eval --method default --dataset questions.jsonl --store ./my-store
  $ r1-router eval --dataset tabfact --file tabfact.jsonl --method probe --store ./my-store
  $ r1-router eval --runs ./kept --policy ./ours/policy --store ./store
  $ r1-router eval score answers.jsonl --json`,
    )
    .action((flags: EvalRunFlags & Partial<EvalRunsFlags>) =>
      withInterrupt(async (signal) => {
        if (flags.runs !== undefined) {
          refuseWithRuns(flags);
          const { evalRuns } = await import('./eval/runs.ts');
          return evalRuns({ ...flags, runs: flags.runs }, signal);
        }
        const { evalRun } = await import('./eval/run.ts');
        await evalRun(flags, signal);
      }),
    );
}

/** Kept runs are the questions. */
function refuseWithRuns({ dataset, file }: Pick<EvalRunFlags, 'dataset' | 'file'>): void {
  const given = dataset !== undefined ? '--dataset' : file !== undefined ? '--file' : undefined;
  if (given === undefined) return;
  throw userError('invalid-option', `${given}: --runs judges by the questions that were kept; leave one of them out`);
}

function registerScore(evaluation: Command): void {
  evaluation
    .command('score')
    .description('score answers made elsewhere, row by row')
    .argument('<file>', 'JSONL rows {"prediction": ..., "answer": ..., "dataset"?: ...}')
    .option('--json', 'print every row again with precision, recall, f1 and em')
    .addOption(
      new Option('--on-broken-line <what>', 'skip broken lines of the file, or fail')
        .choices(['skip', 'fail'])
        .default('skip'),
    )
    .action(async (file: string, flags: { json?: boolean; onBrokenLine: 'skip' | 'fail' }) => {
      const { evalScore } = await import('./eval/score.ts');
      await evalScore(file, flags);
    });
}

function registerRescore(evaluation: Command): void {
  addReportOptions(
    evaluation
      .command('rescore')
      .description('make the report of an evaluation anew from its log, offline')
      .argument('<folder>', 'folder of the evaluation'),
  ).action(async (folder: string, flags) => {
    const { showReport } = await import('./eval/show.ts');
    await showReport(folder, flags);
  });
}

function registerJudge(evaluation: Command): void {
  addReportOptions(
    evaluation
      .command('judge')
      .description('ask a chat model which answers are right')
      .argument('<folder>', 'folder of the evaluation')
      .requiredOption('--model <provider:name>', 'the judge')
      .option('--concurrency <n>', 'calls at once', wholeNumber({ least: 1, most: 1000 }), 4),
  ).action((folder: string, flags) =>
    withInterrupt(async (signal) => {
      const { evalJudge } = await import('./eval/judge.ts');
      await evalJudge(folder, flags, signal);
    }),
  );
}

function addReportOptions(command: Command): Command {
  return command
    .option('--json', 'print the report as one JSON object')
    .option('--all', 'print every table, not only the most looked at')
    .option('--price <dollars>', 'US dollars a million tokens of the chat model, for the price line', dollars)
    .option('--questions <n>', 'single questions shown on the HTML page', wholeNumber({ least: 0, most: 5000 }), 100);
}

function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 10) return value;
  throw new InvalidArgumentError('Give a number above 0, 10 at most.');
}

function dollars(text: string): number {
  const amount = Number(text);
  if (text.trim() !== '' && Number.isFinite(amount) && amount >= 0) return amount;
  throw new InvalidArgumentError('Give a number of at least 0.');
}

function collectNumber(text: string, others: number[] = []): number[] {
  return [...others, wholeNumber({ least: Number.MIN_SAFE_INTEGER })(text)];
}
