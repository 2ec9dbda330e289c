import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { RouterEventSchema } from '../../src/graph/events.ts';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';
import { makeStore, runCli, runCliHere, temporaryDirectory } from './run-cli.ts';

let world: string;
let store: string;

beforeAll(async () => {
  world = mkdtempSync(join(tmpdir(), 'r1-cli-world-'));
  store = await makeStore(world);
  mkdirSync(join(world, 'damaged'));
  writeFileSync(
    join(world, 'damaged', 'store.sqlite'),
    'this is no database, but it is long enough to be read as one. '.repeat(100),
  );
  // A store that opens: only the pages of its points are overwritten.
  cpSync(store, join(world, 'half-damaged'), { recursive: true });
  const half = join(world, 'half-damaged', 'store.sqlite');
  const bytes = readFileSync(half);
  for (let page = 4096 * 4; page < bytes.length; page += 4096) bytes.fill(0xee, page, page + 200);
  writeFileSync(half, bytes);
  writeFileSync(join(world, 'broken.png'), 'no picture');
  writeFileSync(join(world, 'huge.png'), Buffer.alloc(11 * 1024 * 1024));
  writeFileSync(join(world, 'notes.jsonl'), '{"id": "a", "text": "A note."}\n');
  writeFileSync(join(world, 'typo.json'), '{"polcy": "probe"}');
});
afterAll(() => rmSync(world, { recursive: true, force: true }));

describe('bad input is one line that names the fix, exit code 2, and nothing written', () => {
  /** `process`: the whole program, its end included; the others in this process. */
  const cases: [string, () => string[], RegExp, { stdin?: string; process?: true }?][] = [
    ['an empty question', () => ['ask', '   '], /question: it is empty; write it/, { process: true }],
    ['an empty question on standard input', () => ['ask', '-'], /question: it is empty/, { stdin: '' }],
    [
      'a question of 1 MB',
      () => ['ask', '-'],
      /question: more than 65536 characters; at most 8000 are accepted, shorten it/,
      { stdin: 'why '.repeat(262_144), process: true },
    ],
    [
      'a long question',
      () => ['ask', 'a'.repeat(9000), '--store', store],
      /question: 9000 characters are more than the 8000 allowed; shorten/,
    ],
    ['no question', () => ['ask'], /missing required argument 'question'; see --help/],
    ['a missing image', () => ['ask', 'What?', '--image', 'none.png'], /image none\.png: no such file; give the path/],
    [
      'a broken image',
      () => ['ask', 'What?', '--image', join(world, 'broken.png')],
      /not a readable image; give a PNG/,
    ],
    [
      'a huge image',
      () => ['ask', 'What?', '--image', join(world, 'huge.png')],
      /more than 10 MB; send a smaller image/,
    ],
    [
      'an unknown knowledge base',
      () => ['ask', 'What?', '--store', store, '--kb', 'text'],
      /Unknown knowledge base "text".*figures, texts/,
    ],
    [
      'a store that is not there',
      () => ['ask', 'What?', '--store', join(world, 'none')],
      /there is no store at .*none; check the path, or fill one there with r1-router ingest/,
      { process: true },
    ],
    [
      'a damaged store',
      () => ['ask', 'What?', '--store', join(world, 'damaged')],
      /damaged .*; restore it from a copy or delete it/,
    ],
    [
      'a search of a store that is damaged within',
      () => ['kb', 'search', 'texts', 'Iceland', '--store', join(world, 'half-damaged')],
      /damaged .*; restore it from a copy or delete it/,
    ],
    [
      'an unknown policy',
      () => ['ask', 'What?', '--store', store, '--policy', 'prob'],
      /unknown policy "prob"; did you mean "probe"\?/,
    ],
    [
      'a policy at a path that is not there',
      () => ['ask', 'What?', '--store', store, '--policy', './first'],
      /policy \.\/first: there is no such directory; give the folder that r1-router train filled/,
    ],
    [
      'a policy in a folder that holds none',
      () => ['ask', 'What?', '--store', store, '--policy', world],
      /there is no trained policy in it \(no config\.json\)/,
    ],
    [
      'a file of questions beside the atlas',
      () => ['eval', '--dataset', 'atlas:test', '--file', join(world, 'notes.jsonl')],
      /--file: it names the file of a set of the paper, and not of atlas:test; leave --dataset or --file out/,
    ],
    [
      'pictures of the atlas from elsewhere',
      () => ['eval', '--images', world],
      /--images: the atlas has its own; leave it out/,
    ],
    [
      'a file of questions beside kept runs',
      () => ['eval', '--runs', world, '--policy', 'scorer', '--file', join(world, 'notes.jsonl')],
      /--file: --runs judges by the questions that were kept; leave one of them out/,
    ],
    [
      'a fixed policy of no knowledge base',
      () => ['ask', 'What?', '--store', store, '--policy', 'fixed:figure'],
      /no knowledge base "figure"; did you mean "figures"\?/,
    ],
    [
      'a chat model that is not named',
      () => ['ask', 'What?', '--store', store, '--policy', 'chat-model'],
      /needs a model; add --model provider:name/,
    ],
    [
      'a model without provider',
      () => ['ask', 'What?', '--store', store, '--model', 'gpt-4o'],
      /model "gpt-4o": write it as provider:name/,
    ],
    [
      'an unknown provider',
      () => ['ask', 'What?', '--store', store, '--model', 'opnai:gpt-4o'],
      /unknown provider "opnai"; did you mean "openai"\?/,
    ],
    [
      'a provider that is not installed',
      () => ['ask', 'What?', '--store', store, '--model', 'groq:llama'],
      /not installed; run: npm install @langchain\/groq/,
    ],
    [
      'a misspelt configuration key',
      () => ['ask', 'What?', '--config', join(world, 'typo.json')],
      /typo\.json: polcy: unknown key; did you mean "policy"\?/,
    ],
    ['a misspelt option', () => ['ask', 'What?', '--seeed', '1'], /unknown option '--seeed'; did you mean --seed\?/],
    ['a seed that is no number', () => ['ask', 'What?', '--seed', 'x'], /--seed.*Give a whole number\.$/],
    [
      'two forms of output',
      () => ['ask', 'What?', '--json', '--stream'],
      /'--json' cannot be used with option '--stream'/,
    ],
    ['an unknown command', () => ['aks', 'What?'], /unknown command 'aks'; did you mean ask\?/, { process: true }],
    [
      'an unknown knowledge base to show',
      () => ['kb', 'show', 'text', '--store', store],
      /Unknown knowledge base "text"/,
    ],
    [
      'a change of the atlas',
      () => ['kb', 'set', 'text', '--cost', '2'],
      /the atlas that ships cannot be changed; name your store/,
    ],
    [
      'a new knowledge base of a name that none can have',
      () => ['ingest', join(world, 'notes.jsonl'), '--kb', 'a/b', '--modality', 'text', '--description', 'Notes.'],
      /Knowledge base name: choose 1 to 63 letters/,
    ],
    ['a removal without --yes', () => ['kb', 'delete', 'texts', '--store', store], /nothing is removed without --yes/],
    ['a server on a port that is none', () => ['serve', '--port', '99999'], /--port.*whole number from 0 to 65535/],
  ];
  test.each(cases)('%s', async (_name, argv, message, { stdin, process } = {}) => {
    const { exitCode, stdout, stderr, written } = await (process ? runCli : runCliHere)(argv(), { stdin });
    expect(stderr).toMatch(/^r1-router: [^\n]+\n$/);
    expect(stderr.trimEnd()).toMatch(message);
    expect({ exitCode, stdout, written }).toEqual({ exitCode: 2, stdout: '', written: [] });
  });
});

describe('ask', () => {
  const QUESTION = 'What is the capital of Iceland?';

  test('shows the steps, the answer and its sources in 80 columns without colours', async () => {
    const { exitCode, stdout, stderr, written } = await runCli(['ask', QUESTION, '--store', store]);
    expect({ exitCode, stderr, written }).toEqual({ exitCode: 0, stderr: '', written: [] });
    expect(stdout).toMatch(/step 1 ─+/);
    expect(stdout).toMatch(/answer ─+\n +Reykjavik \[1\]/);
    expect(stdout).toMatch(/\[1\] figures {2}Capitals of the north/);
    expect(stdout).toMatch(/1 step · \d+ search(es)? · \d+ reads? · /);
    expect(stdout).not.toContain('\u001B');
  });

  /** Ids and timings are the only things that may differ. */
  function withoutIdsAndTimings(stdout: string): string {
    return stdout
      .replace(/"timings": \{[^}]*\}/g, '')
      .replace(/"[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"/g, '""');
  }

  test('does not hang where LangSmith does not answer', async () => {
    const environment = {
      LANGSMITH_TRACING: 'true',
      LANGSMITH_API_KEY: 'none',
      LANGSMITH_ENDPOINT: 'http://127.0.0.1:9',
    };
    const { exitCode, stdout, stderr } = await runCli(['ask', QUESTION, '--store', store], { environment });
    expect(stdout).toMatch(/Reykjavik \[1\]/);
    expect(stderr).toMatch(/^r1-router: LangSmith does not take the traces; check LANGSMITH_ENDPOINT.*$/m);
    expect(exitCode).toBe(0);
  });

  test('--json prints one object; the same seed gives the same bytes', async () => {
    const argv = ['ask', '-', '--store', store, '--seed', '7', '--policy', 'random', '--json'];
    const [first, second] = [await runCli(argv, { stdin: QUESTION }), await runCliHere(argv, { stdin: QUESTION })];
    const output = RouterOutputSchema.parse(JSON.parse(first.stdout));
    expect(output.question).toBe(QUESTION);
    expect(output.steps.length).toBeGreaterThan(0);
    expect(withoutIdsAndTimings(first.stdout)).toBe(withoutIdsAndTimings(second.stdout));
  });

  test('--stream prints the events as lines', async () => {
    const { stdout } = await runCliHere(['ask', QUESTION, '--store', store, '--stream', '--kb', 'figures']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => RouterEventSchema.parse(JSON.parse(line)));
    expect(events[0]!.type).toBe('run-start');
    expect(events.at(-1)).toMatchObject({ type: 'answer-end', answer: 'Reykjavik' });
  });

  test('a configuration file in the working directory is used, and flags win over it', async () => {
    const directory = temporaryDirectory();
    const config = {
      stores: { own: { directory: store } },
      store: 'own',
      knowledgeBases: [{ name: 'figures' }],
      budgets: { maxSteps: 1 },
    };
    writeFileSync(join(directory, 'r1-router.config.json'), JSON.stringify(config));
    const run = await runCliHere(['ask', QUESTION, '--json'], { directory });
    const { steps, answer } = RouterOutputSchema.parse(JSON.parse(run.stdout));
    expect(answer).toBe('Reykjavik');
    expect(new Set(steps.flatMap(({ passages }) => passages.map(({ knowledgeBase }) => knowledgeBase)))).toEqual(
      new Set(['figures']),
    );
    const none = await runCliHere(['ask', QUESTION, '--json', '--max-steps', '0'], { directory });
    expect(JSON.parse(none.stdout)).toMatchObject({ answer: null, stopReason: 'max-steps', steps: [] });
  });

  describe('with a chat model', () => {
    /** An address that speaks just enough of the OpenAI protocol to be called. */
    async function modelServer(answer: (response: ServerResponse) => void) {
      const server = createServer((_request, response) => answer(response));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      const { port } = server.address() as AddressInfo;
      return { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: 'sk-test' };
    }
    const argv = () => ['ask', QUESTION, '--store', store, '--model', 'openai:some-model'];

    test.each([
      [404, /check the model's name and the provider's address/],
      [401, /check the provider's API key/],
    ])("a refusal with %i is the user's to mend", async (status, message) => {
      const environment = await modelServer((response) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end('{"error": {"message": "The provider\'s own words"}}');
      });
      const { exitCode, stderr } = await runCliHere(argv(), { environment });
      expect(stderr).toMatch(/^r1-router: policy "chat-model" failed: [^\n]+\n$/);
      expect(stderr).toMatch(message);
      expect(exitCode).toBe(2);
    });

    test('Ctrl-C ends the run and the call under way: exit code 130, one line', {
      skip: process.platform === 'win32',
    }, async () => {
      let closed = false;
      let interrupt = () => {};
      const environment = await modelServer((response) => {
        response.on('close', () => (closed = true));
        interrupt(); // the model has been asked and does not answer
      });
      const { exitCode, stdout, stderr, written } = await runCli(argv(), {
        environment,
        onStart: (child) => (interrupt = () => child.kill('SIGINT')),
      });
      expect({ exitCode, stderr, written }).toEqual({ exitCode: 130, stderr: 'r1-router: interrupted\n', written: [] });
      expect(stdout).toContain(QUESTION);
      await vi.waitFor(() => expect(closed).toBe(true));
    });
  });
});

describe('kb', () => {
  const json = async (...argv: string[]) =>
    JSON.parse((await runCliHere(['kb', ...argv, '--store', store, '--json'])).stdout);

  test('list, show and search', async () => {
    expect(await json('list')).toMatchObject([
      { name: 'figures', modality: 'table', documents: 1 },
      { name: 'texts', modality: 'text', documents: 3, description: 'Short texts on countries of the north.' },
    ]);
    expect(await json('show', 'texts')).toMatchObject({
      name: 'texts',
      index: { sparse: {} },
      example: { title: expect.any(String) },
    });
    const [hit] = await json('search', 'texts', 'capital of Norway', '--k', '1');
    expect(hit).toMatchObject({ documentId: 'norway', rank: 0 });
    const { stdout } = await runCli(['kb', 'list', '--store', store]);
    expect(stdout).toContain('table, 1 documents');
  });

  test('a file of queries is answered line by line', async () => {
    const file = join(world, 'queries.jsonl');
    writeFileSync(file, '{"id": 1, "query": "capital of Norway"}\r\n\n{"id": "b", "query": "Helsinki"}\n');
    const { stdout, exitCode } = await runCliHere([
      'kb',
      'search',
      'texts',
      '--store',
      store,
      '--queries',
      file,
      '--k',
      '2',
      '--json',
    ]);
    const HitsSchema = z.strictObject({
      id: z.union([z.number(), z.string()]),
      hits: z.array(z.strictObject({ id: z.string(), score: z.number() })),
    });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => HitsSchema.parse(JSON.parse(line)));
    expect(lines.map(({ id, hits }) => [id, hits[0]!.id])).toEqual([
      [1, 'norway'],
      ['b', 'finland'],
    ]);
    expect(exitCode).toBe(0);

    writeFileSync(file, '{"id": 1, "query": "x"}\n{"id": 2}\n');
    const bad = await runCliHere(['kb', 'search', 'texts', '--store', store, '--queries', file]);
    expect(bad).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('queries.jsonl:2: query: it is empty'),
    });
  });

  test('set, export, import, delete and check', async () => {
    const own = await makeStore(temporaryDirectory());
    const run = (...argv: string[]) => runCliHere(['kb', ...argv]);
    expect((await run('set', 'texts', '--cost', '2.5', '--description', 'Other words.', '--store', own)).exitCode).toBe(
      0,
    );
    const file = join(temporaryDirectory(), 'texts.jsonl');
    expect((await run('export', 'texts', file, '--store', own)).stdout).toContain('3 passages');
    expect(await run('export', 'texts', file, '--store', own)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--force'),
    });
    const exported = readFileSync(file, 'utf8');
    expect((await run('delete', 'texts', '--yes', '--store', own)).exitCode).toBe(0);
    expect((await run('import', file, '--kb', 'again', '--store', own)).exitCode).toBe(0);
    const { stdout } = await run('list', '--json', '--store', own);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'again', cost: 2.5, description: 'Other words.' },
      { name: 'figures' },
    ]);
    expect(readFileSync(file, 'utf8')).toBe(exported);
    expect((await run('check', '--store', own)).stdout).toMatch(/ok +again: 3 documents, 3 passages, searchable/);
  });

  test('check of a server that is not there: exit code 1', async () => {
    const { exitCode, stdout } = await runCliHere(['kb', 'check', '--store', 'http://127.0.0.1:9', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, findings: [{ level: 'error', fix: expect.any(String) }] });
  });
});

describe('serve', () => {
  test('answers with the key, and goes down when told to', { skip: process.platform === 'win32' }, async () => {
    const port = { url: '' };
    const result = runCli(['serve', '--port', '0', '--store', store], {
      environment: { R1_ROUTER_API_KEY: 'key-of-the-test' },
      onStart: (child) => {
        createInterface({ input: child.stdout! }).once('line', async (line) => {
          port.url = /http:\/\/\S+/.exec(line)![0];
          const ask = (headers: Record<string, string>, policy?: string) =>
            fetch(`${port.url}/v1/ask`, {
              method: 'POST',
              headers: { 'Content-Type': 'application/json', ...headers },
              body: JSON.stringify({ question: 'What is the capital of Norway?', policy }),
            });
          const key = { Authorization: 'Bearer key-of-the-test' };
          statuses.push((await ask({})).status, (await ask(key, 'none')).status);
          const answer = await ask(key, 'all');
          statuses.push(answer.status);
          answers.push(RouterOutputSchema.parse(await answer.json()).answer);
          child.kill('SIGTERM');
        });
      },
    });
    const statuses: number[] = [];
    const answers: (string | null)[] = [];
    const { exitCode, stdout, stderr, written } = await result;
    expect(statuses).toEqual([401, 400, 200]);
    expect(answers).toEqual(['Oslo']);
    expect(stdout).toMatch(
      /^listening on (http:\/\/127\.0\.0\.1:\d+) \(policy files; knowledge bases figures, texts\)\npage: \1\/\n$/,
    );
    expect({ exitCode, stderr, written }).toEqual({
      exitCode: 0,
      stderr: 'r1-router: finishing what is under way …\n',
      written: [],
    });
  });
});

describe('--open', () => {
  /** An opener that writes down what it was given, and the folder that it lies in. */
  function opener(): { folder: string; opened: () => string | undefined } {
    const folder = temporaryDirectory();
    const note = join(folder, 'opened');
    for (const name of ['xdg-open', 'open']) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho "$1" > "${note}"\n`, { mode: 0o755 });
    }
    return { folder, opened: () => (existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined) };
  }

  /** What the page answers, asked as soon as its address is printed; then the command is ended. */
  async function pageOf(argv: readonly string[], PATH: string) {
    const answers: { settings: unknown }[] = [];
    const result = await runCli(argv, {
      environment: { PATH, R1_ROUTER_CACHE: temporaryDirectory() },
      onStart: (child) => {
        createInterface({ input: child.stdout! }).on('line', async (line) => {
          const [, url] = /^page: (http:\/\/\S+\/)$/.exec(line) ?? [];
          if (url === undefined) return;
          answers.push({ settings: await (await fetch(`${url}page.json`)).json() });
          child.kill('SIGTERM');
        });
      },
    });
    return { ...result, answers };
  }

  test('serve opens the page', { skip: process.platform === 'win32' }, async () => {
    const { folder, opened } = opener();
    const { exitCode, stdout, answers } = await pageOf(
      ['serve', '--port', '0', '--store', store, '--open', '--reports', folder],
      `${folder}:${process.env.PATH}`,
    );
    expect(exitCode).toBe(0);
    // The opener is a process of its own.
    await expect.poll(() => `page: ${opened()}`).toBe(stdout.trim().split('\n').at(-1));
    expect(answers).toMatchObject([{ settings: { examples: [], reports: true } }]);
  });

  test('demo ends at the page, where its questions can be asked', { skip: process.platform === 'win32' }, async () => {
    const { folder, opened } = opener();
    const { exitCode, stdout, answers } = await pageOf(['demo', '--open'], `${folder}:${process.env.PATH}`);
    expect(exitCode).toBe(0);
    expect(stdout.match(/^ {2}answer {4}.* ✓$/gm)).toHaveLength(3);
    await expect.poll(opened).toMatch(/^http:/);
    expect(stdout).toContain(`page: ${opened()}\n`);
    const picture = {
      question: expect.any(String),
      image: expect.stringMatching(/^data:image\/(png|jpeg|webp);base64,/),
    };
    expect(answers).toMatchObject([{ settings: { examples: [picture, picture, { question: expect.any(String) }] } }]);
  });

  test('where nothing opens browsers the address is told', { skip: process.platform === 'win32' }, async () => {
    const { exitCode, stderr } = await pageOf(
      ['serve', '--port', '0', '--store', store, '--open'],
      temporaryDirectory(),
    );
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^r1-router: no browser can be opened here; open http:\/\/127\.0\.0\.1:\d+\/ yourself\n/);
  });
});

test('help names every command', async () => {
  const { exitCode, stdout } = await runCli(['--help']);
  expect(exitCode).toBe(0);
  for (const name of ['ask', 'demo', 'kb', 'serve']) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

describe('start', () => {
  /** Packages whose files a run of the program loads. */
  async function packagesLoaded(argv: readonly string[]): Promise<string[]> {
    const hook = `
      import { registerHooks } from 'node:module';
      const seen = new Set();
      registerHooks({ load(url, context, next) {
        const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
        if (name) seen.add(name);
        return next(url, context);
      } });
      process.on('exit', () => process.stderr.write([...seen].join(' ')));`;
    const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
    const { stderr, exitCode } = await runCli(argv, { environment });
    expect(exitCode).toBe(0);
    return stderr.split(' ');
  }

  test('help imports no more than the parser', async () => {
    expect(await packagesLoaded(['--help'])).toEqual(['commander']);
  });

  test('ask leaves out what a question in words does not need', async () => {
    const loaded = await packagesLoaded(['ask', 'What is the capital of Iceland?', '--store', store]);
    expect(loaded).toContain('@langchain/langgraph');
    const heavy = ['sharp', '@qdrant/js-client-rest', 'express', 'onnxruntime-node', 'langchain', '@langchain/openai'];
    expect(loaded.filter((name) => heavy.includes(name))).toEqual([]);
  });
});

test('a model without a key is the user’s to mend', async () => {
  const { exitCode, stderr } = await runCliHere(['ask', 'Why?', '--model', 'openai:any']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^r1-router: .*OPENAI_API_KEY.*\n$/);
});

test('demo answers three questions of the atlas and says what was expected', async () => {
  // Where the package was not built, the atlas is indexed first, into a cache that is thrown away.
  const { exitCode, stdout } = await runCli(['demo'], { environment: { R1_ROUTER_CACHE: temporaryDirectory() } });
  expect(exitCode).toBe(0);
  expect(stdout.match(/^ {2}question {2}/gm)).toHaveLength(3);
  // What a newcomer sees first must be right; other seeds show that it is not always.
  expect(stdout.match(/^ {2}answer {4}.* ✓$/gm)).toHaveLength(3);
  // The path is as long as the clone's, so it may be wrapped anywhere.
  expect(stdout.replace(/\s+/g, '')).toMatch(/image\S+\.(png|jpg|webp)\(\d+x\d+\)/);
  const lines = stdout.split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  // One screen. The path of the clone may take a line more for each picture.
  expect(lines.length).toBeLessThanOrEqual(42);
  expect(stdout).toMatch(/^ {12}img 0\.\d\d · ways: image [01]\.\d\d, (table|text) /m);
});
