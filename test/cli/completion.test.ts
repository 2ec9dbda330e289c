/** What the shells themselves offer with the scripts that `completion` prints: each is run where it is installed. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runCliHere, temporaryDirectory } from './run-cli.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** Zsh completes for a terminal only, so one is made; `compadd` is told everything that it would offer. */
const ZSH_INSIDE = `
PROMPT=
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
last() { print -r -- 'offers end'; exit }
comppostfuncs=(last)
compadd() {
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    local -a offered
    builtin compadd -A offered "$@"
    (( $#offered )) && print -rl -- offer:$^offered
  fi
  builtin compadd "$@"
}
source ./script.zsh
print ready
`;
const ZSH_OUTSIDE = `
zmodload zsh/zpty
zpty inside zsh -f -i
zpty -w inside 'source ./inside.zsh'
typeset line
while zpty -r inside line && [[ $line != *ready* ]]; do :; done
zpty -w -n inside "$1"$'\\t'
while zpty -r inside line && [[ $line != *'offers end'* ]]; do print -rn -- $line; done
`;

/** What a shell would offer for the line, in a folder that holds one file, `notes.md`. */
const OFFERS: Record<Shell, (directory: string, line: string) => Promise<string[]>> = {
  async bash(directory, line) {
    const words = line.split(' ');
    const program = `source ./script.bash
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_r1_router
if (( \${#COMPREPLY[@]} )); then printf '%s\\n' "\${COMPREPLY[@]}"; else compgen -f -- '${words.at(-1)}'; fi`;
    return lines(await inShell(directory, 'bash', '--norc', '-c', program));
  },
  async zsh(directory, line) {
    writeFileSync(join(directory, 'inside.zsh'), ZSH_INSIDE);
    const said = await inShell(directory, 'zsh', '-f', '-c', ZSH_OUTSIDE, 'zsh', line);
    return [...said.matchAll(/offer:([^\r\n]+)/g)].map(([, word = '']) => word.trim());
  },
  async fish(directory, line) {
    const said = await inShell(directory, 'fish', '--no-config', '-c', `source ./script.fish; complete -C '${line}'`);
    return lines(said).map((offer) => offer.split('\t', 1)[0]!);
  },
};

const lines = (text: string) => text.split('\n').filter(Boolean);

async function inShell(directory: string, shell: Shell, ...argv: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: directory, TERM: 'dumb' };
  return (await promisify(execFile)(shell, argv, { cwd: directory, env, timeout: 60_000 })).stdout;
}

/** The script files of a shell are not listed: they are of this test. */
const OWN = /^(?:script|inside)\./;

describe.each(SHELLS)('%s', (shell) => {
  // What is called bash on Windows may be that of another system in it.
  const isThere = process.platform !== 'win32' && spawnSync(shell, ['--version']).status === 0;
  if (!isThere) console.info(`skipped: completion in ${shell}, which is not installed`);

  test.skipIf(!isThere).each<[what: string, line: string, offers: string[]]>([
    ['commands', 'r1-router in', ['ingest', 'init']],
    ['commands below a command', 'r1-router kb se', ['search', 'set']],
    ['options', 'r1-router ask --im', ['--image', '--image-at']],
    ['options of the command that is meant where none is named', 'r1-router eval --on-br', ['--on-broken-line']],
    ['the values of an option', 'r1-router ingest notes.md --modality te', ['text', 'text-image']],
    ['the values of an argument', 'r1-router completion ', ['bash', 'fish', 'zsh']],
    ['files, where an option wants one', 'r1-router ask --image ', ['notes.md']],
    ['files and no commands, where the option wants one', 'r1-router eval --file ', ['notes.md']],
    ['no command by a value that is called like one', 'r1-router eval --policy judge --lim', ['--limit']],
  ])('completes %s', async (_, line, offers) => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'notes.md'), '');
    writeFileSync(join(directory, `script.${shell}`), (await runCliHere(['completion', shell])).stdout);
    const offered = await OFFERS[shell](directory, line);
    expect(offered.filter((offer) => !OWN.test(offer)).sort()).toEqual(offers);
  });
});

test('an unknown shell is refused', async () => {
  const { exitCode, stderr } = await runCliHere(['completion', 'tcsh']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/Allowed choices are bash, zsh, fish/);
});
