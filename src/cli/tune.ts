/** `r1-router tune`: better descriptions and instructions for a chat model, without training it. */
import type { Command } from 'commander';
import { withInterrupt } from './interrupt.ts';
import { addStoreOptions, knowledgeBaseOption, wholeNumber } from './run-options.ts';
import { addSpendingOptions } from './spending-options.ts';
import type { TuneFlags } from './tune/run.ts';

export function register(program: Command): void {
  const command = program
    .command('tune')
    .description('better what a chat model is told of your knowledge bases, without training')
    .requiredOption('--questions <file>', 'JSONL file of questions, such as r1-router synthesize writes')
    .requiredOption('--model <provider:name>', 'chat model that decides, reads and answers')
    .requiredOption('--out <file>', 'Markdown file: what to change, and the evidence for it')
    .option('--teacher <provider:name>', 'chat model that explains and proposes (default: the same)')
    .addOption(knowledgeBaseOption())
    .option('--rounds <n>', 'rounds', wholeNumber({ least: 1, most: 50 }), 3)
    .option('--batch <n>', 'questions compared a round', wholeNumber({ least: 1 }), 12)
    .option('--group <n>', 'runs of each question', wholeNumber({ least: 2, most: 64 }), 4)
    .option('--candidates <n>', 'candidates tried a round', wholeNumber({ least: 1, most: 20 }), 2)
    .option('--held-out <n>', 'questions that candidates are tested on', wholeNumber({ least: 8 }), 60)
    .option('--seed <n>', 'seed of every random choice', wholeNumber(), 1);
  addStoreOptions(addSpendingOptions(command)).action((flags: TuneFlags) =>
    withInterrupt(async (signal) => {
      const { runTuning } = await import('./tune/run.ts');
      await runTuning(flags, signal);
    }),
  );
}
