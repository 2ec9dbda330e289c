/** `r1-router environment serve` and `rollouts` as a user runs them: ports, keys, what is wrong in one line, and a kill. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/tools/open.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { runCli, temporaryDirectory } from '../../cli/run-cli.ts';
import { connect } from './served.ts';
import { startVllm } from './vllm-server.ts';

const QUESTION = {
  id: 'capital-0',
  question: 'What is the capital of Arland?',
  answers: ['Arland City'],
  steps: [
    {
      subQuestion: 'What is the capital of Arland?',
      knowledgeBase: 'table',
      documents: ['arland'],
      answer: 'Arland City',
    },
  ],
};

async function ownFolder(): Promise<string> {
  const directory = temporaryDirectory();
  const { store, close } = await openStore(join(directory, 'store'), { readOnly: false });
  const card = { name: 'table', description: 'Tables of capitals', modality: 'table' as const };
  const table = await createKnowledgeBase({ store, card });
  await table.ingest([
    { id: 'arland', title: 'Capitals', header: ['Country', 'Capital'], rows: [['Arland', 'Arland City']] },
  ]);
  await close();
  writeFileSync(join(directory, 'questions.jsonl'), `${JSON.stringify(QUESTION)}\n`);
  return directory;
}

/** Starts the server; its address once it listens. */
function serve(directory: string, ...more: string[]) {
  let child: ChildProcess | undefined;
  const listening = Promise.withResolvers<string>();
  const argv = ['environment', 'serve', '--store', 'store', '--questions', 'questions.jsonl', '--port', '0', ...more];
  const ended = runCli(argv, {
    directory,
    onStart: (started) => {
      child = started;
      let out = '';
      started.stdout?.on('data', (chunk) => {
        out += chunk;
        const address = /listening on (\S+)/.exec(out)?.[1];
        if (address) listening.resolve(address);
      });
      started.on('close', () => listening.reject(new Error(`it ended: ${out}`)));
    },
  });
  return { url: listening.promise, ended, kill: (signal: NodeJS.Signals) => void child!.kill(signal) };
}

describe('environment serve', () => {
  it('plays an episode, and ends it cleanly when it is stopped', async () => {
    const directory = await ownFolder();
    const server = serve(directory);
    const client = await connect(await server.url);
    await client.ask('reset', { question_id: 'capital-0' });
    const found = await client.ask('step', {
      type: 'call_tool',
      tool_name: 'search_table',
      arguments: { query: 'Arland' },
    });
    expect(found.data.observation.text).toContain('Arland City');
    expect(found.data.reward).toBeGreaterThan(0.5);
    server.kill('SIGTERM');
    expect((await client.next()).data).toMatchObject({ code: 'SESSION_ERROR' });
    expect(await client.closed).toBe(1001);
    expect((await server.ended).exitCode).toBe(0);
  });

  it('one that is killed closes its connections, and a new one begins the question anew', async () => {
    const directory = await ownFolder();
    const server = serve(directory);
    const client = await connect(await server.url);
    const first = await client.ask('reset', { question_id: 'capital-0', seed: 3 });
    server.kill('SIGKILL');
    expect(await client.closed).toBe(1006);
    await server.ended;
    const again = serve(directory);
    const other = await connect(await again.url);
    const begun = await other.ask('reset', { question_id: 'capital-0', seed: 3 });
    expect(begun.data.observation.messages).toEqual(first.data.observation.messages);
    again.kill('SIGTERM');
    expect((await again.ended).exitCode).toBe(0);
  });

  it('says what is wrong in one line', async () => {
    const directory = await ownFolder();
    for (const [argv, word] of [
      [['--questions', 'nowhere.jsonl'], 'nowhere.jsonl'],
      [['--questions', 'questions.jsonl', '--rewards', 'best'], 'paper, evidence, own'],
      [['--questions', 'questions.jsonl', '--split', 'test'], 'split test'],
      [[], '--questions'],
    ] as const) {
      const failed = await runCli(['environment', 'serve', '--store', 'store', ...argv], { directory });
      expect(failed.exitCode, failed.stderr).toBe(2);
      expect(failed.stderr).toContain(word);
      expect(failed.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('rollouts', () => {
  it('writes groups, goes on where it was, and names a server that is not there', async () => {
    const directory = await ownFolder();
    const { url, close } = await startVllm();
    const argv = [
      'rollouts',
      '--store',
      'store',
      '--questions',
      'questions.jsonl',
      '--group-size',
      '3',
      '--out',
      'out',
    ];
    const done = await runCli([...argv, '--model', url], { directory });
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/^out\/rollouts\.jsonl: \d+ rows of 1 groups\n$/);
    const rows = readFileSync(join(directory, 'out', 'rollouts.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(JSON.parse(rows[0]!)).toMatchObject({ question: 'capital-0', member: 0, token_ids: expect.any(Array) });
    const again = await runCli([...argv, '--model', url], { directory });
    expect(again.stderr).toContain('went on after 1 groups');
    const other = await runCli([...argv, '--model', url, '--seed', '2'], { directory });
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('another --out');
    await close();
    const gone = await runCli([...argv, '--model', url, '--out', 'elsewhere'], { directory });
    expect(gone.exitCode).toBe(1);
    expect(gone.stderr).toContain(url);
    const wrong = await runCli([...argv, '--model', 'tiny'], { directory });
    expect(wrong.exitCode).toBe(2);
  });
});
