/** Parses the command line, runs the command and turns whatever happens into an exit code. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { commands } from './commands.ts';
import { EXIT, reportFailure } from './failure.ts';
import { plainLine } from './terminal/plain-text.ts';
import { tracesSent } from './traces.ts';

/** Runs `r1-router` with these arguments; resolves to the exit code and throws nothing. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  quietBrokenPipe();
  const exitCode = await runCommand(argv);
  if (!(await tracesSent(argv[0]))) {
    process.stderr.write(
      'r1-router: LangSmith does not take the traces; check LANGSMITH_ENDPOINT, or unset LANGSMITH_TRACING\n',
    );
    // What is still trying would keep the process alive.
    process.stdout.write('', () => process.exit(exitCode));
  }
  // What still waits for a silent server must not keep a command alive that has failed; nothing is left to be written then.
  if (exitCode !== EXIT.success) setTimeout(() => process.exit(exitCode), 1_000).unref();
  return exitCode;
}

/** The command alone, for a process that goes on after it; resolves to the exit code. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(argv);
    await program.parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? EXIT.success);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.user;
    return reportFailure(error);
  }
}

async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command('r1-router')
    .description('Answers questions step by step, each step asking the knowledge base that fits.')
    .version(version(), '-V, --version')
    .helpCommand('help [command]', 'what a command does and takes')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .configureHelp({ helpWidth: 80 })
    .addHelpText('after', '\nTry: r1-router demo');

  // Only the file of the command at hand is imported; the others are their line in the help.
  const called = argv[0] === 'help' ? argv[1] : argv.find((argument) => !argument.startsWith('-'));
  for (const command of commands) {
    if (command.name === called) (await command.load()).register(program, commands);
    else program.command(command.name).description(command.description);
  }
  return program;
}

/** `error: unknown option '--seeed'\n(Did you mean --seed?)` on one line, in our own form. */
function oneLine(text: string): string {
  const [message, hint] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  const suggestion = hint === undefined ? '' : `; ${hint.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?')}`;
  const help = message?.endsWith('.') ? '' : '; see --help';
  return `r1-router: ${plainLine(`${message}${suggestion || help}`)}\n`;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** `r1-router ask ... | head -3` is no failure. */
function quietBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.success);
  });
}
