/** What a newcomer does first: `init`, `chat`, `doctor`. None of it needs a terminal, and every mistake is one line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createAsker } from '../../src/cli/init/asker.ts';
import { findModels } from '../../src/cli/init/find-models.ts';
import { describeTitles, planKnowledgeBases } from '../../src/cli/init/plan.ts';
import { makeStore, runCliHere, temporaryDirectory } from './run-cli.ts';

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** No model of this machine is found from here. */
const ALONE = { OLLAMA_HOST: 'http://127.0.0.1:1', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };

/** A handbook, and a spreadsheet beside it. */
function ownFiles(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'handbook'));
  writeFileSync(join(directory, 'handbook', 'travel.md'), '# Travel policy\n\nTrains are booked in second class.\n');
  writeFileSync(join(directory, 'handbook', 'leave.md'), '# Holidays\n\nEverybody has 30 days of leave.\n');
  writeFileSync(join(directory, 'prices.csv'), 'item,price\nbicycle,400\nhelmet,40\n');
  return directory;
}

/** Answers GET of these paths with JSON. */
async function serveJson(answers: Readonly<Record<string, unknown>>, keys: unknown[] = []): Promise<string> {
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    const answer = answers[request.url ?? ''];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('init', () => {
  test('makes knowledge bases, describes them, writes the configuration and says the next command', async () => {
    const directory = ownFiles();
    const { exitCode, stdout, stderr } = await runCliHere(['init', 'handbook', 'prices.csv', '--model', 'none'], {
      directory,
    });
    expect({ exitCode, stderr: stderr.includes('r1-router:') }).toEqual({ exitCode: 0, stderr: false });
    expect(stdout).toMatch(/knowledge bases {2}handbook, prices\nmodel {12}none\n/);
    expect(stdout).toMatch(/Next: r1-router chat\n/);
    const config = JSON.parse(readFileSync(join(directory, 'r1-router.config.json'), 'utf8'));
    expect(config).toEqual({ stores: { own: { directory: './r1-router-store' } }, store: 'own' });
    const list = await runCliHere(['kb', 'list', '--json'], { directory });
    expect(JSON.parse(list.stdout)).toMatchObject([
      { name: 'handbook', modality: 'text', documents: 2, description: 'Texts of handbook: Travel policy; Holidays.' },
      { name: 'prices', modality: 'table', documents: 1 },
    ]);
    const asked = await runCliHere(['ask', 'How many days of leave are there?', '--json'], { directory });
    expect(JSON.parse(asked.stdout).evidence[0]).toMatchObject({ knowledgeBase: 'handbook' });
  });

  test('takes a model that is there, with the address of its server', async () => {
    const directory = temporaryDirectory();
    const address = await serveJson({ '/v1/models': { data: [{ id: 'text-embed-1' }, { id: 'small-chat' }] } });
    const argv = ['init', '--base-url', `${address}/v1`, '--config', 'own.json'];
    const { exitCode, stdout } = await runCliHere(argv, { directory, environment: { OLLAMA_HOST: ALONE.OLLAMA_HOST } });
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(directory, 'own.json'), 'utf8'))).toEqual({
      models: { default: { model: 'openai:small-chat', baseUrl: `${address}/v1` } },
    });
    expect(stdout).toContain('those of the atlas that ships');
    expect(stdout).toContain('r1-router chat --config own.json');
  });

  test('shows the key to the server that was named, and to no other', async () => {
    const keys: unknown[] = [];
    const address = await serveJson({ '/v1/models': { data: [{ id: 'small-chat' }] } }, keys);
    const environment = { OPENAI_API_KEY: 'secret' };
    const found = { model: 'openai:small-chat', baseUrl: `${address}/v1` };
    expect(await findModels({ environment, folders: [], usual: [`${address}/v1`] })).toContainEqual(
      expect.objectContaining(found),
    );
    expect(keys).toEqual([undefined]);
    await findModels({ environment, folders: [], baseUrl: `${address}/v1` });
    expect(keys).toEqual([undefined, 'Bearer secret']);
  });

  test('goes without a model where none is found, and says so', async () => {
    const directory = temporaryDirectory();
    const { exitCode, stderr } = await runCliHere(['init'], { directory, environment: ALONE });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/No language model was found/);
    expect(JSON.parse(readFileSync(join(directory, 'r1-router.config.json'), 'utf8'))).toEqual({});
  });

  test('a GGUF file is named from where the configuration lies', async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'models'));
    writeFileSync(join(directory, 'models', 'tiny.gguf'), '');
    const { stdout } = await runCliHere(['init', '--config', 'models/router.json'], { directory, environment: ALONE });
    expect(JSON.parse(readFileSync(join(directory, 'models', 'router.json'), 'utf8'))).toEqual({
      models: { default: { model: 'gguf:tiny.gguf' } },
    });
    expect(stdout).toMatch(/a file, run in this process/);
  });

  const mistakes: [string, string[], RegExp][] = [
    ['a path that is not there', ['init', 'none', '--model', 'none'], /none: cannot be read .*; give a file or folder/],
    ['a folder of nothing that is read', ['init', '.', '--model', 'none'], /there is no file of a kind that is read/],
    ['a server as store', ['init', '--store', 'http://127.0.0.1:6333'], /--store: init fills a directory/],
    ['a model without provider', ['init', '--model', 'gpt'], /model "gpt": write it as provider:name/],
    ['an address that is none', ['init', '--base-url', 'here'], /--base-url: "here" is no address/],
    ['a server without models', ['init', '--base-url', 'http://127.0.0.1:1/v1'], /no server at .* says which models/],
  ];
  test.each(mistakes)('%s is refused, and nothing is written', async (_name, argv, message) => {
    const { exitCode, stderr, written } = await runCliHere(argv, { environment: ALONE });
    expect({ exitCode, written }).toEqual({ exitCode: 2, written: [] });
    expect(stderr).toMatch(/^r1-router: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  test('a configuration that is there is written over only with --force', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'r1-router.config.json'), '{"seed": 7}');
    const refused = await runCliHere(['init', '--model', 'none'], { directory });
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/is there already; --force/) });
    expect((await runCliHere(['init', '--model', 'none', '--force'], { directory })).exitCode).toBe(0);
    expect(readFileSync(join(directory, 'r1-router.config.json'), 'utf8')).toBe('{}\n');
  });

  test('a folder of several kinds becomes a knowledge base of each; lists beside pictures are their captions', async () => {
    const directory = ownFiles();
    expect(await planKnowledgeBases([directory], { name: 'all' })).toMatchObject([
      { name: 'all texts', modality: 'text', files: 2 },
      { name: 'all tables', modality: 'table', paths: [join(directory, 'prices.csv')] },
    ]);
    writeFileSync(join(directory, 'bicycle.png'), PICTURE);
    expect(await planKnowledgeBases([directory], { name: 'all' })).toMatchObject([
      { name: 'all pictures', modality: 'text-image', paths: [directory] },
      { name: 'all texts', files: 2 },
    ]);
    expect(
      describeTitles(
        'table',
        'x',
        Array.from({ length: 9 }, (_, i) => `t${i}`),
      ),
    ).toBe('Tables of x: t0; t1; t2; t3; t4; t5; t6; t7 and others.');
  });

  test('at a terminal it asks; an answer that is no choice is asked again', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const answers = ['', 'own words', '9', '2'];
    const output = new PassThrough();
    output.on('data', (prompt: Buffer) => {
      if (prompt.toString().endsWith(': ')) input.write(`${answers.shift()}\n`);
    });
    const asker = createAsker({ input, output });
    expect(await asker.ask('What', 'usual')).toBe('usual');
    expect(await asker.ask('What', 'usual')).toBe('own words');
    expect(await asker.choose('Which', ['a', 'b'], 'a')).toBe('b');
    asker.close();
  });
});

test('models are looked for where an address says first, then at Ollama, then among files', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'b.gguf'), '');
  writeFileSync(join(directory, 'mmproj-b.gguf'), '');
  const served = await serveJson({ '/v1/models': { data: [{ id: 'served' }] } });
  const found = await findModels({ baseUrl: `${served}/v1`, folders: [directory], environment: {} });
  expect(found.map(({ model }) => model).filter((model) => !model.startsWith('ollama:'))).toEqual([
    'openai:served',
    `gguf:${join(directory, 'b.gguf')}`,
  ]);
});

describe('chat', () => {
  let store: string;
  beforeAll(async () => {
    const { mkdtempSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    store = await makeStore(mkdtempSync(join(tmpdir(), 'r1-chat-')));
  });

  test('every line of a pipe is a question; one that fails does not end the others', async () => {
    const stdin = 'What is the capital of Iceland?\n\n/nothing\nWhat is the capital of Norway?\n/quit\nWhat is left?\n';
    const { exitCode, stdout, stderr } = await runCliHere(['chat', '--store', store, '--json'], { stdin });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ question }) => question)).toEqual([
      'What is the capital of Iceland?',
      'What is the capital of Norway?',
    ]);
    expect(answers.map(({ answer }) => answer)).toEqual(['Reykjavik', 'Oslo']);
    expect(stderr).toBe('r1-router: /nothing: no such command; there are /image, /new, /help and /quit\n');
    expect(exitCode).toBe(2);
  });

  test('later questions are told of earlier ones until /new', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        seen.push(body);
        const message = { role: 'assistant', content: 'It is Oslo.' };
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            id: 'a',
            object: 'chat.completion',
            choices: [{ index: 0, message, finish_reason: 'stop' }],
          }),
        );
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const argv = ['chat', '--store', store, '--model', 'openai:m', '--base-url', address];
    await runCliHere(argv, { stdin: 'Capital of Norway?\nWhat about its people?\n/new\nAnd of Iceland?\n' });
    const about = (question: string) => seen.filter((body) => body.includes(question));
    expect(about('What about its people?').some((body) => body.includes('Capital of Norway?'))).toBe(true);
    expect(about('And of Iceland?').length).toBeGreaterThan(0);
    expect(about('And of Iceland?').every((body) => !body.includes('Capital of Norway?'))).toBe(true);
  });

  test('a model that is not there is told before any question', async () => {
    const { exitCode, stdout, stderr } = await runCliHere(['chat', '--store', store, '--model', 'groq:x'], {
      stdin: 'x',
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/not installed; run: npm install @langchain\/groq/);
  });
});

describe('doctor', () => {
  test('says what is there, and what to do about what is not', async () => {
    const { exitCode, stdout, written } = await runCliHere(['doctor', '--json'], { environment: ALONE });
    const { ok, sections } = JSON.parse(stdout) as {
      ok: boolean;
      sections: { title: string; findings: { code: string; message: string; fix?: string }[] }[];
    };
    expect({ exitCode, ok, written }).toEqual({ exitCode: 0, ok: true, written: [] });
    expect(sections.map(({ title }) => title)).toEqual([
      'node',
      'configuration',
      'store',
      'models',
      'server',
      'caches',
    ]);
    const finding = (code: string) => sections.flatMap(({ findings }) => findings).find((entry) => entry.code === code);
    expect(finding('node')?.message).toContain(process.versions.node);
    expect(finding('atlas')?.fix).toMatch(/r1-router init/);
    expect(finding('models-found')?.fix).toMatch(/--model/);
    expect(finding('cache')?.message).toMatch(/is empty$/);
  });

  test('finds what is wrong in the configuration, with the exit code of a fault', async () => {
    const directory = temporaryDirectory();
    const store = await makeStore(directory);
    writeFileSync(
      join(directory, 'r1-router.config.json'),
      JSON.stringify({
        stores: { own: { directory: './store' } },
        store: 'own',
        models: { default: 'groq:x', reader: { model: 'openai:m', baseUrl: 'http://127.0.0.1:1/v1' } },
      }),
    );
    const cache = join(directory, 'cache');
    mkdirSync(join(cache, 'models'), { recursive: true });
    writeFileSync(join(cache, 'models', 'a.onnx'), Buffer.alloc(2_500_000));
    const environment = { ...ALONE, R1_ROUTER_CACHE: cache };
    const { exitCode, stdout } = await runCliHere(['doctor'], { directory, environment });
    expect(exitCode).toBe(1);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain(`ok ${store}`);
    expect(text).toMatch(/ok texts: 3 documents, 3 passages, searchable/);
    expect(text).toMatch(
      /error default: groq:x, but the package @langchain\/groq is not installed; npm install @langchain\/groq/,
    );
    expect(text).toMatch(/error reader: model "openai:m": the server at http:\/\/127\.0\.0\.1:1\/v1 does not answer/);
    expect(text).toMatch(/ok models: 3 MB, encoders, fetched/);
    writeFileSync(join(directory, 'r1-router.config.json'), '{"polcy": 1}');
    const broken = await runCliHere(['doctor', '--json'], { directory, environment });
    expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false });
    expect(broken.stdout).toContain('did you mean');
  });
});
