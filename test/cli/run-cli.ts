/** Runs `r1-router` with an empty home directory and an empty working directory: in a process of its own, or faster in this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { runCommand } from '../../src/cli/program.ts';
import { guardOutput } from '../../src/cli/terminal/guarded-output.ts';
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

/** The real program: what a user sees of its start, its signals and its end. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { stdin, onStart } = options;
  const { directory, environment, written } = surroundings(options);
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd: directory,
    env: environment,
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
  return { exitCode, stdout, stderr, written: written() };
}

let running = false;

/**
 * The same command in this process, whose environment, directory and streams are lent to it: for what a command says and does where
 * neither its start nor its end is the matter. It saves a process, most of a second each. One at a time.
 */
export async function runCliHere(
  argv: readonly string[],
  options: Omit<CliOptions, 'onStart'> = {},
): Promise<CliResult> {
  if (running) throw new Error('runCliHere: one command at a time; await the one before');
  running = true;
  const { directory, environment, written } = surroundings(options);
  const output = { stdout: '', stderr: '' };
  const restore = lend(directory, environment, {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)], { objectMode: false }),
    stdout: collected((text) => (output.stdout += text)),
    stderr: collected((text) => (output.stderr += text)),
  });
  try {
    const exitCode = await runCommand(argv);
    return { exitCode, ...output, written: written() };
  } finally {
    restore();
    running = false;
  }
}

function surroundings(options: CliOptions) {
  const home = temporaryDirectory();
  const directory = options.directory ?? temporaryDirectory();
  const before = readdirSync(directory, { recursive: true }).length;
  const { PATH = '', SystemRoot = '', NODE_COMPILE_CACHE = '' } = process.env;
  const files = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' });
  return {
    directory,
    environment: {
      ...{ PATH, SystemRoot, NODE_COMPILE_CACHE, HOME: home, USERPROFILE: home, LOCALAPPDATA: home },
      ...options.environment,
    },
    written: () => [...files(home), ...files(directory).slice(before)],
  };
}

/** A stream as `main.ts` leaves the process' own, no terminal. */
function collected(take: (text: string) => void): NodeJS.WriteStream {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk.toString());
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  guardOutput(stream);
  return stream;
}

/** Gives the process another environment, directory and streams until it is called. */
function lend(
  directory: string,
  environment: NodeJS.ProcessEnv,
  streams: Record<'stdin' | 'stdout' | 'stderr', unknown>,
): () => void {
  const before = { directory: process.cwd(), environment: { ...process.env }, exitCode: process.exitCode };
  const own = Object.getOwnPropertyDescriptors(process);
  const setEnvironment = (values: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, values);
  };
  process.chdir(directory);
  process.exitCode = undefined;
  setEnvironment(environment);
  for (const [name, value] of Object.entries(streams))
    Object.defineProperty(process, name, { value, configurable: true, enumerable: true });
  return () => {
    for (const name of ['stdin', 'stdout', 'stderr'] as const) Object.defineProperty(process, name, own[name]);
    setEnvironment(before.environment);
    process.chdir(before.directory);
    process.exitCode = before.exitCode;
  };
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
