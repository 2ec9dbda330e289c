/**
 * Every command that the pages print, given to the command line's own parser: it must know the command, every option and argument, and
 * take the values. Requests by curl must go to routes that the server has; scripts that are run must be there. Nothing is run here:
 * tutorial.test.ts does that.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { wholeProgram } from '../../scripts/docs/cli-page.ts';
import { openApi } from '../../scripts/docs/http-page.ts';
import { allPages, codeBlocks, isGenerated, ROOT } from '../../scripts/docs/pages.ts';

const PAGES = allPages().filter((page) => !isGenerated(page));

/** Lines of the shell, continued ones as one; prompts and variables before a command are gone. */
function shellLines(text: string): string[] {
  const code = [
    ...codeBlocks(text, /^(?:sh|bash)?$/),
    ...[...text.matchAll(/`((?:npx )?r1-router [^`]*)`/g)].map(([, line = '']) => line),
  ];
  return code
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => line.split('&&'))
    .map((line) =>
      line
        .trim()
        .replace(/^\$ /, '')
        .replace(/^(?:\w+=("[^"]*"|\S+) +)+/, ''),
    );
}

/** The words of a line up to a pipe or a comment; quoted parts are one word. */
function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  const end = words.findIndex((word) => ['|', '#', '>', '&'].includes(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

/** `r1-router kb search notes "a | b" --k 5 | head` as arguments. Patterns such as `r1-router COMMAND` are none. */
function invocations(text: string): string[][] {
  return shellLines(text).flatMap((line) => {
    const [, rest] = /^(?:echo .*\| *)?(?:npx )?r1-router (.*)$/.exec(line) ?? [];
    const words = wordsOf(rest ?? '');
    const [command = ''] = words;
    return /^[a-z]/.test(command) && !command.includes('|') && !words.some((word) => /^…|\.\.\.$/.test(word))
      ? [words]
      : [];
  });
}

/** The parser without what the commands do. */
async function parser(): Promise<Command> {
  const program = await wholeProgram();
  const each = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(each);
  };
  each(program);
  return program;
}

describe('r1-router', () => {
  test.each(PAGES)('$name: its commands are understood', async ({ text }) => {
    const wrong: string[] = [];
    for (const words of invocations(text)) {
      if (words.length === 1) {
        // Named in a sentence, without what it takes.
        if (!(await parser()).commands.some((command) => command.name() === words[0])) wrong.push(words[0]!);
        continue;
      }
      await (await parser()).parseAsync(words, { from: 'user' }).catch((error: Error & { code?: string }) => {
        // In a sentence a command may stand without its arguments; never with an option or a value that is not known.
        const isNamed = ['commander.help', 'commander.missingMandatoryOptionValue', 'commander.missingArgument'];
        if (!isNamed.includes(error.code ?? '')) wrong.push(`${words.join(' ')}: ${error.message}`);
      });
    }
    expect(wrong).toEqual([]);
  });

  test('they are found on the pages', () => {
    const found = PAGES.flatMap(({ text }) => invocations(text)).filter((words) => words.length > 1);
    expect(found.length).toBeGreaterThan(70);
  });

  test('what is not understood is found', async () => {
    const program = await parser();
    await expect(program.parseAsync(['ask', 'x', '--polcy', 'y'], { from: 'user' })).rejects.toThrow('--polcy');
    await expect((await parser()).parseAsync(['asc', 'x'], { from: 'user' })).rejects.toThrow();
    await expect((await parser()).parseAsync(['serve', '--port', 'x'], { from: 'user' })).rejects.toThrow();
    expect(invocations('```sh\nA=1 B="2 3" npx r1-router ask "a | b" --json | head\n```')).toEqual([
      ['ask', 'a | b', '--json'],
    ]);
  });
});

test.each(PAGES)('$name: requests go to routes that there are', ({ text }) => {
  const routes = Object.keys(openApi().paths).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
  const asked = shellLines(text).filter((line) => line.startsWith('curl '));
  const wrong = asked.filter((line) => {
    const [, url = ''] = /(?:'|\s|^)((?:http:\/\/)?(?:127\.0\.0\.1|localhost)[^\s']*)/.exec(line) ?? [];
    const { pathname } = new URL(url.startsWith('http') ? url : `http://${url}`);
    return !routes.some((route) => route.test(pathname));
  });
  expect(wrong).toEqual([]);
});

test.each(PAGES)('$name: scripts of the clone that it runs are there', ({ text }) => {
  const missing = shellLines(text)
    .flatMap((line) => [...line.matchAll(/^(?:npx )?node (?:--[\w-]+ )*([\w./-]+\.(?:ts|mjs|js))/g)])
    .map(([, file = '']) => file)
    .filter((file) => !existsSync(join(ROOT, file)));
  expect(missing).toEqual([]);
});
