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

interface OptionWord extends Word {
  takesValue: boolean;
  choices: string[];
}

/** A command with what may come after it. */
export interface CompletionNode {
  /** `kb search`; empty for the program itself. */
  path: string;
  commands: Word[];
  options: OptionWord[];
  /** Of its arguments. */
  choices: string[];
}

const HELP: OptionWord = { word: '--help', description: 'what it does and takes', takesValue: false, choices: [] };

/** The command itself and all below it. */
export function completionTree(command: Command, path = ''): CompletionNode[] {
  const below = [...command.commands];
  return [
    {
      path,
      commands: below.map((sub) => ({ word: sub.name(), description: oneLine(sub.description()) })),
      options: [...optionWords(command), HELP],
      choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    },
    ...below.flatMap((sub) => completionTree(sub, `${path} ${sub.name()}`.trim())),
  ];
}

/** With those of the command below it that runs where none is named: `eval --limit 1` means `eval run --limit 1`. */
function optionWords(command: Command): OptionWord[] {
  // Commander tells it to nobody; the tests would see it renamed.
  const { _defaultCommandName: name } = command as { _defaultCommandName?: string | null };
  const unnamed = command.commands.find((sub) => sub.name() === name);
  const own = command.options.filter(({ hidden, long }) => !hidden && long !== undefined).map(optionWord);
  return [...own, ...(unnamed ? optionWords(unnamed) : [])];
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

function optionWord({ long, description, argChoices = [], required, optional }: Option): OptionWord {
  return { word: long!, description: oneLine(description), takesValue: required || optional, choices: [...argChoices] };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** In single quotes, for all three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Shell code that leaves the command which a word names in `place`. */
function walk(nodes: readonly CompletionNode[], indent: string): string {
  return steps(nodes)
    .map(({ step, path }) => `${indent}${quoted(step)}) place=${quoted(path)} ;;`)
    .join('\n');
}

/** `kb:search` leads from `kb` to `kb search`. */
function steps(nodes: readonly CompletionNode[]): { step: string; path: string }[] {
  return nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => ({
      step: path.replace(/^(?:(.*) )?(\S+)$/, (_, before = '', word) => `${before}:${word}`),
      path,
    }));
}

/** The options of each command that want a value, as `kb search:--k`. */
function valueKeys(nodes: readonly CompletionNode[]): string[][] {
  return nodes
    .map(({ path, options }) => options.filter(({ takesValue }) => takesValue).map(({ word }) => `${path}:${word}`))
    .filter((keys) => keys.length > 0);
}

/** For bash and zsh: whether the next word is the value of this one, and no command. */
function takesValue(nodes: readonly CompletionNode[]): string {
  return `_r1_router_takes_value() {
  case "$1" in
${valueKeys(nodes)
  .map((keys) => `    ${keys.map(quoted).join('|')}) return 0 ;;`)
  .join('\n')}
  esac
  return 1
}`;
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
  const words = nodes.map(({ path, commands, options, choices }) => {
    const first = [...commands.map(({ word }) => word), ...choices];
    const second = options.map(({ word }) => word);
    return `    ${quoted(path)}) words=${quoted(first.join(' '))} options=${quoted(second.join(' '))} ;;`;
  });
  return `# r1-router: completion for bash
${takesValue(nodes)}
_r1_router() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place='' words='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    _r1_router_takes_value "$place:\${COMP_WORDS[i-1]}" && continue
    case "$place:\${COMP_WORDS[i]}" in
${walk(nodes, '      ')}
    esac
  done
  COMPREPLY=()
  case "$place:$prev" in
${choiceCases(nodes, (key, choices) => `    ${key}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$cur")); return ;;`)}
  esac
  _r1_router_takes_value "$place:$prev" && return
  case "$place" in
${words.join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -o default -F _r1_router r1-router
`;
}

/** In zsh `path` and `words` are taken: the one is where programs are looked for, the other the line that is typed. */
function zshScript(nodes: readonly CompletionNode[]): string {
  const described = (entries: readonly Word[]) =>
    entries.map(({ word, description }) => quoted(`${word}:${description}`)).join(' ');
  const cases = nodes.map(({ path, commands, options, choices }) => {
    const values = choices.length === 0 ? '' : ` choices=(${choices.map(quoted).join(' ')})`;
    return `    (${quoted(path)}) commands=(${described(commands)}) options=(${described(options)})${values} ;;`;
  });
  return `#compdef r1-router
# r1-router: completion for zsh
${takesValue(nodes)}
_r1_router() {
  local place=''
  local -a commands options choices
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    _r1_router_takes_value "$place:$words[i-1]" && continue
    case "$place:$words[i]" in
${walk(nodes, '      ')}
    esac
  done
  case "$place:$words[CURRENT-1]" in
${choiceCases(nodes, (key, choices) => `    ${key}) compadd -- ${choices.map(quoted).join(' ')}; return ;;`)}
  esac
  if _r1_router_takes_value "$place:$words[CURRENT-1]"; then _files; return; fi
  case "$place" in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then _describe option options
  elif (( $#commands )); then _describe command commands
  elif (( $#choices )); then compadd -a choices
  else _files
  fi
}
compdef _r1_router r1-router
`;
}

function fishScript(nodes: readonly CompletionNode[]): string {
  const lines = nodes.flatMap(({ path, commands, options, choices: ofArguments }) => {
    const where = `-n ${fishQuoted(`__r1_router_at ${fishQuoted(path)}`)}`;
    return [
      ...commands.map(
        ({ word, description }) => `complete -c r1-router ${where} -f -a ${word} -d ${fishQuoted(description)}`,
      ),
      ...(ofArguments.length === 0
        ? []
        : [`complete -c r1-router ${where} -f -a ${fishQuoted(ofArguments.join(' '))}`]),
      ...options.map(({ word, description, takesValue, choices }) => {
        const values = choices.length > 0 ? ` -x -a ${fishQuoted(choices.join(' '))}` : takesValue ? ' -r -F' : '';
        return `complete -c r1-router ${where} -l ${word.slice(2)} -d ${fishQuoted(description)}${values}`;
      }),
    ];
  });
  return `# r1-router: completion for fish
function __r1_router_takes_value
    switch $argv[1]
${valueKeys(nodes)
  .map((keys) => `        case ${keys.map(fishQuoted).join(' ')}\n            return 0`)
  .join('\n')}
    end
    return 1
end
function __r1_router_at
    set -l place ''
    set -l before ''
    for word in (commandline -opc)[2..]
        if not __r1_router_takes_value "$place:$before"
            switch "$place:$word"
${steps(nodes)
  .map(
    ({ step, path }) => `                case ${fishQuoted(step)}\n                    set place ${fishQuoted(path)}`,
  )
  .join('\n')}
            end
        end
        set before $word
    end
    test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
}
