/** Options of the commands that put a chat model to work for long: where it is, and what it may take. */
import { type Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from './run-options.ts';

const amount = (text: string): number => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('Give an amount, such as 0.15.');
  return number;
};

export function addSpendingOptions(command: Command): Command {
  return command
    .option('--base-url <url>', 'address of the server of an openai: or ollama: model')
    .option('--threads <n>', 'threads of a gguf: model', wholeNumber({ least: 1, most: 256 }))
    .option('--tokens <n>', 'tokens to spend on models', wholeNumber({ least: 1 }))
    .option('--minutes <n>', 'time to spend; the same command goes on', wholeNumber({ least: 1 }))
    .option('--spend <amount>', 'money to spend on models; needs the two prices', amount)
    .option('--price-in <amount>', 'price of a million tokens that a model reads', amount)
    .option('--price-out <amount>', 'price of a million tokens that it writes', amount);
}
