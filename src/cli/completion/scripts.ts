/**
 * Completion scripts, made from the commands themselves. Everything stands in the script: a shell that had to start Node for every press of
 * the tab key would be slow. Where nothing of ours fits, files are completed.
 */
import type { Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof SHELLS)[number];

interface Word {
  word: string;
  description: string;
}

/** A command with what may come after it. */
export interface CompletionNode {
  /** `kb search`; empty for the program itself. */
  path: string;
  commands: Word[];
  options: (Word & { choices: string[] })[];
}

/** The command itself and all below it. */
export function completionTree(command: Command, path = ''): CompletionNode[] {
  const below = [...command.commands];
  const options = [...command.options].filter(({ hidden, long }) => !hidden && long !== undefined);
  return [
    {
      path,
      commands: below.map((sub) => ({ word: sub.name(), description: oneLine(sub.description()) })),
      options: [...options.map(optionWord), { word: '--help', description: 'what it does and takes', choices: [] }],
    },
    ...below.flatMap((sub) => completionTree(sub, `${path} ${sub.name()}`.trim())),
  ];
}

export function completionScript(shell: CompletionShell, nodes: readonly CompletionNode[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(nodes);
    case 'zsh':
      return zshScript(nodes);
    case 'fish':
      return fishScript(nodes);
    default:
      return shell satisfies never;
  }
}

function optionWord({ long, description, argChoices = [] }: Option) {
  return { word: long!, description: oneLine(description), choices: [...argChoices] };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** In single quotes, for all three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Shell code that walks the words typed so far and leaves the command that they name in `path`. */
function walk(nodes: readonly CompletionNode[], indent: string): string {
  const paths = nodes.filter(({ path }) => path !== '');
  return paths
    .map(({ path }) => {
      const before = path.split(' ').slice(0, -1).join(' ');
      return `${indent}${quoted(`${before}:${path.split(' ').at(-1)}`)}) path=${quoted(path)} ;;`;
    })
    .join('\n');
}

function choiceCases(
  nodes: readonly CompletionNode[],
  line: (key: string, choices: readonly string[]) => string,
): string {
  return nodes
    .flatMap(({ path, options }) =>
      options
        .filter(({ choices }) => choices.length > 0)
        .map(({ word, choices }) => line(quoted(`${path}:${word}`), choices)),
    )
    .join('\n');
}

function bashScript(nodes: readonly CompletionNode[]): string {
  const words = nodes.map(({ path, commands, options }) => {
    const list = (entries: readonly Word[]) => quoted(entries.map(({ word }) => word).join(' '));
    return `    ${quoted(path)}) commands=${list(commands)} options=${list(options)} ;;`;
  });
  return `# r1-router: completion for bash
_r1_router() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' commands='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path:\${COMP_WORDS[i]}" in
${walk(nodes, '      ')}
    esac
  done
  COMPREPLY=()
  case "$path:$prev" in
${choiceCases(nodes, (key, choices) => `    ${key}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur")); return ;;`)}
  esac
  case "$path" in
${words.join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $commands ]]; then COMPREPLY=($(compgen -W "$commands" -- "$cur"))
  fi
}
complete -o default -F _r1_router r1-router
`;
}

function zshScript(nodes: readonly CompletionNode[]): string {
  const described = (entries: readonly Word[]) =>
    entries.map(({ word, description }) => quoted(`${word}:${description}`)).join(' ');
  const cases = nodes.map(
    ({ path, commands, options }) =>
      `    (${quoted(path)}) commands=(${described(commands)}) options=(${described(options)}) ;;`,
  );
  return `#compdef r1-router
# r1-router: completion for zsh
_r1_router() {
  local path='' word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path:$word" in
${walk(nodes, '      ')}
    esac
  done
  case "$path:$words[CURRENT-1]" in
${choiceCases(nodes, (key, choices) => `    ${key}) compadd -- ${choices.map(quoted).join(' ')}; return ;;`)}
  esac
  case "$path" in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then _describe option options
  elif (( $#commands )); then _describe command commands
  else _files
  fi
}
compdef _r1_router r1-router
`;
}

function fishScript(nodes: readonly CompletionNode[]): string {
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const where = `-n ${fishQuoted(`__r1_router_at ${fishQuoted(path)}`)}`;
    return [
      ...commands.map(
        ({ word, description }) => `complete -c r1-router ${where} -f -a ${word} -d ${fishQuoted(description)}`,
      ),
      ...options.map(({ word, description, choices }) => {
        const values = choices.length === 0 ? '' : ` -x -a ${fishQuoted(choices.join(' '))}`;
        return `complete -c r1-router ${where} -l ${word.slice(2)} -d ${fishQuoted(description)}${values}`;
      }),
    ];
  });
  return `# r1-router: completion for fish
function __r1_router_at
    set -l path ''
    for word in (commandline -opc)[2..]
        switch "$path:$word"
${nodes
  .filter(({ path }) => path !== '')
  .map(({ path }) => {
    const before = path.split(' ').slice(0, -1).join(' ');
    return `            case ${fishQuoted(`${before}:${path.split(' ').at(-1)}`)}\n                set path ${fishQuoted(path)}`;
  })
  .join('\n')}
        end
    end
    test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
}
