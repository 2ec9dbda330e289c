/**
 * The pages against the code: what README, ARCHITECTURE and docs point at, import and type on the command line must be there.
 * Whether their sentences are true is for people to read; figures are made anew by the commands that stand beside them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as evaluation from '../../src/eval/index.ts';
import * as root from '../../src/index.ts';
import * as offline from '../../src/offline/index.ts';
import * as server from '../../src/server/index.ts';
import * as fakes from '../../src/test/index.ts';
import * as contract from '../../src/tools/contract/index.ts';
import * as tools from '../../src/tools/index.ts';
import * as localQdrant from '../../src/tools/stores/local-qdrant/index.ts';
import * as train from '../../src/train/index.ts';
import { runCliHere } from '../cli/run-cli.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = ['README.md', 'ARCHITECTURE.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Contents of the fenced blocks of one language, or of all. */
function codeBlocks(text: string, language?: RegExp): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, written = '']) => language === undefined || language.test(written))
    .map(([, , code = '']) => code);
}

test.each(PAGES)('$name: every file and heading it points at is there', ({ name, text }) => {
  const anchors = (page: string) =>
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const missing = targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? join(ROOT, name) : join(dirname(join(ROOT, name)), file);
    if (!existsSync(path)) return true;
    return anchor !== undefined && !anchors(readFileSync(path, 'utf8')).includes(anchor);
  });
  expect(missing).toEqual([]);
});

test.each(PAGES)('$name: what its examples import from the package is exported', ({ text }) => {
  const doors: Record<string, object> = {
    'r1-router': root,
    'r1-router/tools': tools,
    'r1-router/offline': offline,
    'r1-router/train': train,
    'r1-router/eval': evaluation,
    'r1-router/server': server,
    'r1-router/contract': contract,
    'r1-router/test': fakes,
    'r1-router/local-qdrant': localQdrant,
  };
  const missing: string[] = [];
  for (const code of codeBlocks(text, /^ts$/)) {
    for (const [, names = '', door = ''] of code.matchAll(/^import \{([^}]*)\} from '(r1-router[^']*)';/gm)) {
      for (const name of names.split(',').map((written) => written.trim().replace(/ as .*$/, ''))) {
        if (name === '' || name.startsWith('type ')) continue; // types are gone at run time
        if (!(name in (doors[door] ?? {}))) missing.push(`${name} from ${door}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test('the oldest Node is the same in the package, at the start of the command line and in the README', () => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const [, major, minor] = /OLDEST = \[(\d+), (\d+)\]/.exec(read('src/cli/main.ts')) ?? [];
  expect(engines.node).toBe(`>=${major}.${minor}`);
  expect(read('README.md')).toContain(`Node ${major}.${minor} or newer`);
});

describe('the command line', () => {
  const helps = new Map<string, Promise<string>>();
  const help = (...command: string[]) => {
    const key = command.join(' ');
    const known = helps.get(key) ?? runCliHere([...command, '--help']).then(({ stdout }) => stdout);
    helps.set(key, known);
    return known;
  };
  /** Names of the commands that a help lists. */
  const listed = (text: string) =>
    [...(text.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);

  /** `r1-router kb search notes "a | b" --k 5 | head` as words, up to a pipe; quoted parts are one word. */
  function invocations(text: string): string[][] {
    const code = [
      ...codeBlocks(text),
      ...[...text.matchAll(/`((?:npx )?r1-router [^`]*)`/g)].map(([, line = '']) => line),
    ];
    return code
      .join('\n')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((line) => {
        const [, rest] = /^\s*(?:\$ )?(?:\S+=\S+ )*(?:echo .*\| *)?(?:npx )?r1-router (.*)$/.exec(line) ?? [];
        if (rest === undefined) return [];
        const words = rest.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
        const end = words.findIndex((word) => ['|', '&&', '#', '>'].includes(word));
        return [end < 0 ? words : words.slice(0, end)];
      });
  }

  test.each(PAGES)('$name: its commands and options exist', async ({ text }) => {
    const wrong: string[] = [];
    const commands = listed(await help());
    for (const [command = '', ...rest] of invocations(text)) {
      if (!/^[a-z]/.test(command) || command.includes('|')) continue; // `r1-router COMMAND`, `list|show`
      if (!commands.includes(command)) {
        wrong.push(command);
        continue;
      }
      const own = await help(command);
      const [sub = ''] = rest;
      const inner = listed(own).includes(sub) ? await help(command, sub) : own;
      // The default of `eval` is `eval run`, and its options are listed there.
      const all = command === 'eval' && inner === own ? await help('eval', 'run') : inner;
      for (const option of rest.filter((word) => word.startsWith('--'))) {
        const [flag = ''] = option.split('=');
        if (!new RegExp(`(^|[\\s,])${flag}(?![\\w-])`, 'm').test(all)) wrong.push(`${command} ${sub} ${flag}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
