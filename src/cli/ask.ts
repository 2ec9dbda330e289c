/** `r1-router ask`: one question, answered step by step. */
import { type Command, Option } from 'commander';
import { withAbort } from '../common/abort.ts';
import { withInterrupt } from './interrupt.ts';
import { readQuestion } from './question.ts';
import { addKeepOptions, addRunOptions, type RunFlags, readSettings } from './run-options.ts';

interface AskFlags extends RunFlags {
  image?: string;
  json?: boolean;
  stream?: boolean;
}

export function register(program: Command): void {
  const command = program
    .command('ask')
    .description('answer a question step by step, with citations')
    .argument('<question...>', 'the question, in quotes or not, or - to read it from standard input')
    .option('--image <file>', 'picture that the question is about (PNG, JPEG or WebP)');
  addKeepOptions(addRunOptions(command))
    .addOption(new Option('--json', 'print one JSON object: answer, citations, steps, usage').conflicts('stream'))
    .option('--stream', 'print the events of the run as they come, one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  $ r1-router ask "What is the population of the capital of Peru?"
  $ r1-router ask "What is the capital of the country with this flag?" --image flag.png
  $ echo "Who wrote it?" | r1-router ask - --model openai:gpt-4o-mini --json`,
    )
    .action(ask);
}

async function ask(words: string[], flags: AskFlags): Promise<void> {
  await withInterrupt(async (signal) => {
    const question = await readQuestion(words.join(' '));
    const { settings, loaded } = await readSettings(flags);
    // Imported only now, so that a bad flag is answered at once.
    const [{ loadImage, runQuestion }, { openRouter }] = await Promise.all([
      import('./run-question.ts'),
      import('../config/open-router.ts'),
    ]);
    const image = flags.image === undefined ? undefined : await loadImage(flags.image);
    const router = await withAbort(() => openRouter(settings, loaded, { onBuild: tellBuild }), signal);
    try {
      const form = flags.json ? 'json' : flags.stream ? 'stream' : 'text';
      await runQuestion(router, { question, ...(image && { image }) }, { form, signal });
    } finally {
      await router.close();
    }
  });
}

export function tellBuild(directory: string): void {
  process.stderr.write(`indexing the atlas once, into ${directory} …\n`);
}
