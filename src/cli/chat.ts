/**
 * `r1-router chat`: questions one after another, each understood after those before it. On a terminal it asks for them; of a pipe or a
 * file every line is a question. A question that fails is told, and the next one is asked.
 */
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import { userError } from '../common/errors.ts';
import type { Turn } from '../graph/policy.ts';
import { tellBuild } from './ask.ts';
import { EXIT, Interrupted, reportFailure } from './failure.ts';
import { withInterrupt } from './interrupt.ts';
import { addKeepOptions, addRunOptions, type RunFlags, readSettings } from './run-options.ts';
import { plainLine } from './terminal/plain-text.ts';

interface ChatFlags extends RunFlags {
  json?: boolean;
}

const PROMPT = '\n> ';
const HELP = `/image FILE   the next question is about this picture
/new          forget the questions so far
/quit         end, as Ctrl-D does
`;
/** Turns that a question is understood after; older ones say little of it and cost tokens. */
const TURNS_KEPT = 10;

export function register(program: Command): void {
  const command = program.command('chat').description('ask one question after another, in a terminal or from a pipe');
  addKeepOptions(addRunOptions(command))
    .addOption(new Option('--json', 'print one JSON object a question, each on its line'))
    .addHelpText(
      'after',
      `
In a chat:
${HELP.replace(/^/gm, '  ').trimEnd()}

Examples:
  $ r1-router chat --store ./my-store
  $ r1-router chat --model ollama:qwen3:4b --json < questions.txt`,
    )
    .action(chat);
}

async function chat(flags: ChatFlags): Promise<void> {
  const { settings, loaded } = await readSettings(flags);
  const { openRouter } = await import('../config/open-router.ts');
  const router = await openRouter(settings, loaded, { onBuild: tellBuild });
  try {
    await router.graph(); // so that a model that cannot be had is said before the first question
    const session = await createSession(router, { json: flags.json });
    const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
    if (interactive) tell(`${router.knowledgeBases.map(({ name }) => plainLine(name)).join(', ')}; /help says more\n`);
    const lines = createInterface({ input: process.stdin, ...(interactive && { output: process.stderr }) });
    if (interactive) lines.setPrompt(PROMPT);
    const prompt = () => interactive && lines.prompt();
    prompt();
    for await (const line of lines) {
      if ((await session.take(line)) === 'end') break;
      prompt();
    }
    lines.close();
  } finally {
    await router.close();
  }
}

type Router = Awaited<ReturnType<typeof import('../config/open-router.ts').openRouter>>;

async function createSession(router: Router, { json }: { json?: boolean }) {
  const { loadImage, runQuestion } = await import('./run-question.ts');
  let turns: Turn[] = [];
  let image: Awaited<ReturnType<typeof loadImage>> | undefined;

  async function command(line: string): Promise<'end' | undefined> {
    const [, name, argument = ''] = /^\/(\S*)\s*(.*)$/.exec(line) ?? [];
    switch (name) {
      case 'quit':
      case 'exit':
        return 'end';
      case 'new':
        turns = [];
        image = undefined;
        return undefined;
      case 'help':
        tell(HELP);
        return undefined;
      case 'image':
        image = await loadImage(argument);
        return undefined;
      default:
        throw userError('invalid-option', `/${name}: no such command; there are /image, /new, /help and /quit`);
    }
  }

  async function ask(question: string): Promise<void> {
    const asked = { question, conversation: turns, ...(image && { image }) };
    image = undefined;
    const form = json ? 'line' : 'text';
    const answer = await withInterrupt((signal) => runQuestion(router, asked, { form, signal }));
    turns = [...turns, { question, answer }].slice(-TURNS_KEPT);
  }

  return {
    /** One line of input. What fails is told and counts for the exit code; an interrupted question ends nothing but itself. */
    async take(line: string): Promise<'end' | undefined> {
      const text = line.trim();
      try {
        if (text === '') return undefined;
        if (text.startsWith('/')) return await command(text);
        await ask(text);
      } catch (error) {
        const exitCode = reportFailure(error);
        if (!process.stdin.isTTY) process.exitCode = exitCode;
        if (error instanceof Interrupted && !process.stdin.isTTY) {
          process.exitCode = EXIT.interrupted;
          return 'end';
        }
      }
      return undefined;
    },
  };
}

/** Beside the answers, which a program may read. */
function tell(text: string): void {
  process.stderr.write(text);
}
