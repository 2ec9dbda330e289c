/**
 * The tutorial, followed as it stands: every command is run in order in a new folder, what it prints is compared with the page, files
 * that the page asks for are saved, the server is asked, and the code is run.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../../scripts/docs/pages.ts';
import * as root from '../../src/index.ts';
import * as offline from '../../src/offline/index.ts';
import * as tools from '../../src/tools/index.ts';
import { runCli, runCliHere, temporaryDirectory } from '../cli/run-cli.ts';
import { FULL_VOLUME } from '../slow.ts';
import { compiledSnippet } from './run-snippet.ts';

const page = readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8');

interface Block {
  language: string;
  code: string;
  /** What stands between the block before and this one. */
  before: string;
}

function blocksOf(text: string): Block[] {
  let end = 0;
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ({ 0: whole, 1: language = '', 2: code = '', index }) => {
      const before = text.slice(end, index);
      end = index + whole.length;
      return { language, code, before };
    },
  );
}

const argumentsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!).slice(2);

/** Times differ from run to run. */
const timeless = (line: string): string => line.replace(/\d+(?:\.\d+)? (?:ms|s)\b/g, 'T').trimEnd();

/** Lines of the page that a command did not print, in their order; `…` stands for any number of lines. */
function notPrinted(expected: string, printed: string): string[] {
  const lines = printed.split('\n').map(timeless);
  const missing: string[] = [];
  let at = 0;
  let free = true;
  for (const line of expected.trimEnd().split('\n').map(timeless)) {
    if (line.trim() === '…') {
      free = true;
      continue;
    }
    const found = lines.indexOf(line, at);
    if (found < 0 || (!free && found !== at && line !== '')) missing.push(line);
    else at = found + 1;
    free = false;
  }
  return missing;
}

/** The server that the page starts, on a free port and without a browser; then the request of the page. */
async function served(directory: string, request: Block): Promise<void> {
  let url = '';
  const server = runCli(['serve', '--port', '0'], {
    directory,
    onStart(child) {
      onTestFinished(() => void child.kill());
      child.stdout!.on('data', (text: string) => {
        url ||= /page: (\S+)/.exec(String(text))?.[1] ?? '';
        if (url) void asked().finally(() => child.kill('SIGTERM'));
      });
    },
  });
  let reply: Record<string, unknown> = {};
  const asked = async (): Promise<void> => {
    const [, path, body] = /^curl http:\/\/127\.0\.0\.1:8484(\S+) .*-d '(.*)'$/m.exec(request.code)!;
    const headers = { 'Content-Type': 'application/json' };
    reply = (await (await fetch(new URL(path!, url), { method: 'POST', headers, body: body! })).json()) as typeof reply;
  };
  const { stdout, stderr } = await server;
  expect(reply.answer, stdout + stderr).toBe('City Cargo');
  expect(Object.keys(reply)).toEqual(expect.arrayContaining(['citations', 'evidence', 'steps', 'usage']));
}

it(
  'does what it says',
  async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'examples'));
    cpSync(join(ROOT, 'examples/bike-shop'), join(directory, 'examples/bike-shop'), { recursive: true });
    let printed = '';
    const ran: string[] = [];
    for (const block of blocksOf(page)) {
      const { language, code, before } = block;
      if (language === 'text') expect(notPrinted(code, printed), printed).toEqual([]);
      if (language === 'json' && /Save this as `([^`]+)`/.test(before))
        writeFileSync(join(directory, /Save this as `([^`]+)`/.exec(before)![1]!), code);
      if (language !== 'sh') continue;
      printed = '';
      if (code.startsWith('curl ')) await served(directory, block);
      for (const line of code
        .trim()
        .split('\n')
        .filter((written) => written.startsWith('npx r1-router '))) {
        const argv = argumentsOf(line);
        if (argv[0] === 'serve') continue; // where it is asked
        const { exitCode, stdout, stderr } = await runCliHere(argv, { directory });
        expect(exitCode, `${line}\n${stderr}`).toBe(0);
        printed += stdout;
        ran.push(argv[0]!);
      }
    }
    expect(ran).toEqual(expect.arrayContaining(['demo', 'ingest', 'kb', 'ask', 'eval', 'synthesize', 'train']));
    expect(readFileSync(join(directory, 'questions.report.md'), 'utf8')).toContain('## Refused');
    const again = await runCliHere(['ask', 'How much is the cargo bike?', '--json'], { directory });
    const { steps } = JSON.parse(again.stdout) as { steps: { policy: { name: string } }[] };
    expect(steps[0]!.policy.name).toBe('scorer'); // what the saved configuration names
    const code = blocksOf(page).find(({ language }) => language === 'ts')!.code;
    const doors = { 'r1-router': root, 'r1-router/offline': offline, 'r1-router/tools': tools };
    const absolute = code.replace('./r1-router-store', join(directory, 'r1-router-store').replaceAll('\\', '/'));
    expect(await compiledSnippet(absolute, doors)({})).toMatchObject({ answer: 'City Cargo' });
  },
  FULL_VOLUME,
);

it('sees what a page promises and a command did not print', () => {
  expect(notPrinted('a\n…\nc\n', 'a\nb\nc\n')).toEqual([]);
  expect(notPrinted('a 12 ms\nc\n', 'a 1.5 s\nb\nc\n')).toEqual(['c']);
  expect(notPrinted('…\nd\n', 'a\nb\n')).toEqual(['d']);
});
