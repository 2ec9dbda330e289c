/** Questions to the person at the terminal. Without a terminal, or where nothing is to be asked, every answer is the default. */
import { createInterface } from 'node:readline/promises';
import { plainLine } from '../terminal/plain-text.ts';

export interface Asker {
  ask(question: string, usual: string): Promise<string>;
  /** By number or by name; anything else is asked again. */
  choose(question: string, choices: readonly string[], usual: string): Promise<string>;
  close(): void;
}

interface AskerOptions {
  /** Asks nothing. */
  silent?: boolean;
  input?: NodeJS.ReadableStream & { isTTY?: boolean };
  output?: NodeJS.WritableStream;
}

export function createAsker({ silent, input = process.stdin, output = process.stderr }: AskerOptions = {}): Asker {
  if (silent || input.isTTY !== true) {
    return { ask: async (_question, usual) => usual, choose: async (_question, _choices, usual) => usual, close() {} };
  }
  const lines = createInterface({ input, output });
  const ask = async (question: string, usual: string) => {
    const hint = usual === '' ? '' : ` [${plainLine(usual)}]`;
    return (await lines.question(`${question}${hint}: `)).trim() || usual;
  };
  return {
    ask,
    async choose(question, choices, usual) {
      output.write(`${question}\n${choices.map((choice, index) => `  ${index + 1}  ${plainLine(choice)}\n`).join('')}`);
      for (;;) {
        const answer = await ask('Which', usual);
        const chosen = choices.includes(answer) ? answer : choices[Number(answer) - 1];
        if (chosen !== undefined) return chosen;
      }
    },
    close: () => lines.close(),
  };
}
