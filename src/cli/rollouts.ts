/** `r1-router rollouts`: groups of the graph's runs against a model's server, as rows for a trainer. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addEpisodeOptions } from './episode-options.ts';
import { withInterrupt } from './interrupt.ts';
import type { RolloutsFlags } from './rollouts/run.ts';
import { addEncoderOption, addStoreOptions, wholeNumber } from './run-options.ts';

function numberBetween(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
  };
}

export function register(program: Command): void {
  const rollouts = program
    .command('rollouts')
    .description('groups of runs against a model server (vLLM or any of OpenAI’s format), with tokens and advantages')
    .requiredOption('--model <url>', 'address of the server up to /v1, e.g. http://127.0.0.1:8000/v1');
  const command = addEpisodeOptions(rollouts)
    .requiredOption('--out <dir>', 'folder of the rows; the same command goes on in it')
    .option('--name <model>', 'the model, where the server has several (default: the first it lists)')
    .option('--group-size <n>', 'runs of each question', wholeNumber({ least: 2, most: 1024 }), 8)
    .option('--limit <n>', 'questions at most', wholeNumber({ least: 1 }))
    .option('--concurrency <n>', 'runs under way at once', wholeNumber({ least: 1, most: 4096 }), 32)
    .option('--temperature <n>', 'of the sampling', numberBetween(0, 2), 1)
    .option('--top-p <n>', 'of the sampling', numberBetween(0, 1), 1)
    .option('--max-tokens <n>', 'of a reply', wholeNumber({ least: 1 }), 1024)
    .addOption(
      new Option('--protocol <how>', 'how the model says what it wants')
        .choices(['tools', 'tags'] as const)
        .default('tools'),
    )
    .addOption(
      new Option('--naming <names>', 'with tags: what it is told the knowledge bases are called')
        .choices(['own', 'reference'] as const)
        .default('own'),
    )
    .addOption(
      new Option('--estimator <name>', 'of the advantages')
        .choices(['leave-one-out', 'paper'] as const)
        .default('leave-one-out'),
    )
    .option('--step-weight <w>', 'share of the step advantage against that of the run', numberBetween(0, 1), 1)
    .option('--seed <n>', 'seed of every random choice', wholeNumber(), 1)
    .option(
      '--iteration <n>',
      'training step that these runs belong to; with the seed it keys what they draw',
      wholeNumber(),
      0,
    );
  addEncoderOption(addStoreOptions(command))
    .addHelpText(
      'after',
      `
Example:
  $ r1-router rollouts --model http://127.0.0.1:8000/v1 --store ./store --questions questions.jsonl --group-size 8 --out ./rollouts
A key for the server is read from OPENAI_API_KEY.`,
    )
    .action((flags: RolloutsFlags) =>
      withInterrupt(async (signal) => {
        const { runRollouts } = await import('./rollouts/run.ts');
        await runRollouts(flags, signal);
      }),
    );
}
