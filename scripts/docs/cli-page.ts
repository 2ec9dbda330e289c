/** docs/reference/cli.md from the command line's own help: every command with its arguments, options, defaults and examples. */

import { Command, type Option } from 'commander';
import { commands } from '../../src/cli/commands.ts';
import { cell } from './cell.ts';

const HEAD = `# Commands

<!-- Made by \`npm run docs\` from the command line's own help; do not edit by hand. -->

\`r1-router COMMAND --help\` prints the same. Inside a clone it is \`npx r1-router …\`. Flags win over the
[configuration file](config.md).

| exit code | meaning |
|---|---|
| 0 | done (an abstention is an answer) |
| 1 | a part failed: a store, a model, the machine. Also where no search of a question was answered |
| 2 | the input must change: a flag, a file, the question, a key, a damaged store |
| 130 | interrupted; the run was ended in order. A second Ctrl-C ends it at once |

What goes wrong is one line on stderr that names what to change. \`R1_ROUTER_DEBUG=1\` adds the stack and the causes. Without \`--store\`, a
command takes the store of the configuration, else \`./r1-router-store\` where it is there, else the atlas; \`--store atlas\` is always the
atlas. Colours are off where the output is no terminal, or \`NO_COLOR\` is set.`;

/** Every command, registered as the command line does it. */
export async function wholeProgram(): Promise<Command> {
  const program = new Command('r1-router').helpCommand(false);
  for (const { load } of commands) (await load()).register(program, commands);
  return program;
}

/** Commander's own words for an option: description, choices and default. */
function optionRow(command: Command, option: Option): string {
  const help = command.createHelp();
  return `| ${cell(`\`${help.optionTerm(option)}\``)} | ${cell(help.optionDescription(option))} |`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a command adds below its help. */
function addedText(command: Command): string {
  let text = '';
  const writeOut = (written: string) => {
    text += written;
  };
  command.configureOutput({ writeOut }).outputHelp();
  const last = command.createHelp().formatHelp(command, command.createHelp());
  return text.startsWith(last) ? text.slice(last.length).trim() : '';
}

function section(command: Command, path: readonly string[], depth: number): string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const inner = help.visibleCommands(command).filter((sub) => sub.name() !== 'help');
  const lines = [`${'#'.repeat(depth)} ${path.join(' ')}`, '', `${sentence(help.commandDescription(command))}.`, ''];
  const written = help.commandUsage(command).replace(/\s+/g, ' ');
  if (inner.length === 0) lines.push('```text', written, '```', '');
  const argumentsOf = help.visibleArguments(command);
  if (argumentsOf.length > 0) {
    lines.push('| argument | |', '|---|---|');
    for (const argument of argumentsOf)
      lines.push(`| \`${help.argumentTerm(argument)}\` | ${cell(help.argumentDescription(argument))} |`);
    lines.push('');
  }
  if (options.length > 0) {
    lines.push('| option | |', '|---|---|', ...options.map((option) => optionRow(command, option)), '');
  }
  const added = addedText(command);
  if (added !== '') lines.push('```text', added, '```', '');
  return [...lines, ...inner.flatMap((sub) => section(sub, [...path, sub.name()], depth + 1))];
}

export async function cliPage(): Promise<string> {
  const program = await wholeProgram();
  const sections = program.commands.flatMap((command) => section(command, [command.name()], 2));
  return `${[HEAD, '', ...sections].join('\n').trimEnd()}\n`;
}
