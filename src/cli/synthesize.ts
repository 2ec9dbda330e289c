/**
 * `r1-router synthesize`: questions from a user's own knowledge bases, or from a file of questions, with the runs of a teacher, filtered. Killed or
 * interrupted, the same command goes on where it was, to the same bytes.
 */
import type { Command } from 'commander';
import { withInterrupt } from './interrupt.ts';
import { addEncoderOption, addStoreOptions, knowledgeBaseOption, wholeNumber } from './run-options.ts';
import { addSpendingOptions } from './spending-options.ts';
import type { SynthesizeFlags } from './synthesize/run.ts';

export function register(program: Command): void {
  const command = program
    .command('synthesize')
    .description('make questions to train on from your knowledge bases')
    .requiredOption('--out <file>', 'JSONL file of the questions; beside it a log and a report')
    .option('--questions <file>', 'questions that are there already: a JSONL file, atlas:train, or one of the six sets')
    .option('--file <file>', 'JSONL file of the set that --questions names')
    .addOption(knowledgeBaseOption())
    .option('--images <folder>', 'where the files of the pictures are, for questions that show one')
    .option('--model <provider:name>', 'chat model that writes the questions and walks them through the graph')
    .option('--limit <n>', 'questions to keep', wholeNumber({ least: 1 }), 500)
    .option('--cap <n>', 'questions to keep of one kind', wholeNumber({ least: 1 }))
    .option('--wordings <n>', 'wordings of one fact at most', wholeNumber({ least: 1, most: 20 }), 3)
    .option(
      '--samples <n>',
      'runs of the model for each question, the best kept',
      wholeNumber({ least: 1, most: 50 }),
      2,
    )
    .option(
      '--validation <percent>',
      'share of the questions kept for validation',
      wholeNumber({ least: 0, most: 90 }),
      20,
    )
    .option('--seed <n>', 'seed of every random choice', wholeNumber(), 1)
    .option('--json', 'print the counts as one JSON object');
  addEncoderOption(addStoreOptions(addSpendingOptions(command)))
    .addHelpText(
      'after',
      `
Examples:
  $ r1-router synthesize --store ./store --out questions.jsonl
  $ r1-router synthesize --store ./store --model openai:gpt-4o-mini --tokens 500000 --out questions.jsonl
  $ r1-router synthesize --store ./store --questions mine.jsonl --out questions.jsonl`,
    )
    .action((flags: SynthesizeFlags) =>
      withInterrupt(async (signal) => {
        const { runSynthesis } = await import('./synthesize/run.ts');
        await runSynthesis(flags, signal);
      }),
    );
}
