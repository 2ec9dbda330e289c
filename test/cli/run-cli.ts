/** Runs the real `r1-router` in a process of its own, with an empty home directory and an empty working directory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/tools/open.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CliResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Files that the program left in its home or its working directory. */
  written: string[];
}

export interface CliOptions {
  stdin?: string;
  environment?: Record<string, string>;
  /** Called with the process once it has started. */
  onStart?: (child: ChildProcess) => void;
  /** Default: a new empty directory. */
  directory?: string;
}

export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { stdin, environment = {}, onStart } = options;
  const home = temporaryDirectory();
  const directory = options.directory ?? temporaryDirectory();
  const before = readdirSync(directory, { recursive: true }).length;
  const { PATH = '', SystemRoot = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd: directory,
    env: { PATH, SystemRoot, NODE_COMPILE_CACHE, HOME: home, USERPROFILE: home, LOCALAPPDATA: home, ...environment },
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {}); // a program that has seen enough closes its input
  child.stdin?.end(stdin);
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text) => (stderr += text));
  onStart?.(child);
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const files = (path: string) => readdirSync(path, { recursive: true }) as string[];
  return { exitCode, stdout, stderr, written: [...files(home), ...files(directory).slice(before)] };
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'r1-cli-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const COUNTRIES = [
  ['Iceland', 'Reykjavik', '139875'],
  ['Norway', 'Oslo', '717710'],
  ['Finland', 'Helsinki', '674500'],
] as const;

/** A store of two knowledge bases, small enough to be made anew. */
export async function makeStore(directory: string): Promise<string> {
  const location = join(directory, 'store');
  mkdirSync(location, { recursive: true });
  const { store, close } = await openStore(location, { readOnly: false });
  const texts = await createKnowledgeBase({
    store,
    card: { name: 'texts', description: 'Short texts on countries of the north.', modality: 'text', cost: 1 },
  });
  await texts.ingest(
    COUNTRIES.map(([country, capital]) => ({
      id: country.toLowerCase(),
      title: country,
      text: `${country} is a country in northern Europe. The capital of ${country} is ${capital}.`,
    })),
  );
  const tables = await createKnowledgeBase({
    store,
    card: { name: 'figures', description: 'Tables of capitals and their population.', modality: 'table', cost: 1 },
  });
  await tables.ingest([
    {
      id: 'cities',
      title: 'Capitals of the north',
      header: ['Country', 'Capital', 'Population'],
      rows: COUNTRIES.map((row) => [...row]),
    },
  ]);
  await close();
  return location;
}
