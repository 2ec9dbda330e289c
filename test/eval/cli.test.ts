import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEvaluation } from '../../src/eval/runner/run-evaluation.ts';
import { runCli, runCliHere } from '../cli/run-cli.ts';
import { images, knowledgeBases, methods, questions } from './support/small-world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-router-eval-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = (...args: string[]) => runCliHere(['eval', ...args], { directory: folder });

describe('eval score', () => {
  test('rows out, complaints on standard error, exit 2 where a broken line is fatal', async () => {
    const file = join(folder, 'answers.jsonl');
    await writeFile(
      file,
      '{"dataset":"webqa","prediction":"Paris.","answer":["paris"],"k":1.50}\nnonsense\n{"prediction":"x","answer":"y"}\n',
    );
    const { exitCode, stdout, stderr } = await runCli(['eval', 'score', file, '--json'], { directory: folder });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      '{"dataset":"webqa","prediction":"Paris.","answer":["paris"],"k":1.50,"precision":1,"recall":1,"f1":1,"em":1}\n' +
        '{"prediction":"x","answer":"y","precision":0,"recall":0,"f1":0,"em":0}\n',
    );
    expect(stderr).toContain(`${file}:2: not JSON`);
    const fatal = await cli('score', file, '--json', '--on-broken-line', 'fail');
    expect(fatal).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(`${file}:2:`) });
    const table = await cli('score', file);
    expect(table.stdout).toMatch(/^webqa +1 +100\.0 \[100\.0,100\.0\]/m);
    expect(Math.max(...table.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await cli('score', join(folder, 'none.jsonl'))).toMatchObject({ exitCode: 2 });
  });
});

describe('eval rescore', () => {
  test('makes the report from the log alone', async () => {
    const evaluation = join(folder, 'evaluation');
    await runEvaluation({
      folder: evaluation,
      dataset: { name: 'w', questions },
      methods: methods(),
      images,
      counterfactual: { knowledgeBases },
    });
    const text = await cli('rescore', evaluation);
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(/^good +100\.0 \[100\.0, 100\.0\]/m);
    expect(text.stderr).toContain('report.html');
    const first = JSON.parse((await cli('rescore', evaluation, '--json')).stdout);
    const second = JSON.parse((await cli('rescore', evaluation, '--json')).stdout);
    expect(first.content.methods).toHaveLength(4);
    expect(second).toEqual(first);
    expect(await cli('rescore', folder)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no evaluation'),
    });
  });
});

describe('eval run', () => {
  test('runs users\u2019 own questions on the atlas, and the same command again finds everything done', async () => {
    await writeFile(
      join(folder, 'own.jsonl'),
      '{"question":"What is the capital of Norway?","answers":["Oslo"]}\n{"question":"broken\n{"question":"What is the chemical symbol of gold?","answers":["Au"]}\n',
    );
    const args = ['--dataset', 'own.jsonl', '--on-broken-line', 'skip', '--compare', 'probe', 'fixed:table', '--json'];
    const first = await cli(...args);
    expect(first.stderr).toContain('own.jsonl:2: not JSON');
    expect(first.exitCode).toBe(0);
    const { content } = JSON.parse(first.stdout);
    expect(content.dataset).toMatchObject({ name: 'own', questions: 2, broken: 1 });
    expect(content.methods.map(({ name }: { name: string }) => name)).toEqual(['probe', 'fixed:table']);
    expect(content.methods[0].figures.accuracy.mean).toBe(1);
    const [evaluation] = await readdir(join(folder, 'runs/eval'));
    expect(evaluation).toMatch(/^own-[0-9a-f]{8}$/);
    expect(await readFile(join(folder, 'runs/eval', evaluation!, 'report.html'), 'utf8')).toContain(
      'What is the capital of Norway?',
    );
    const again = await runCli(['eval', ...args], { directory: folder });
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain('4/4 (100%)');
  });

  test('lists the methods with their papers', async () => {
    expect((await cli('--method', 'list')).stdout).toMatch(/^ircot +.*arXiv 2212\.10509/m);
  });

  test.each([
    [['--dataset', 'atlas:holdout'], /no split "holdout"/],
    [['--dataset', 'tabfact'], /--file/],
    [['--dataset', 'nothing.jsonl'], /no file "nothing.jsonl"/],
    [['--compare', 'probe'], /at least two/],
    [['--limit', '0'], /whole number of at least 1/],
    [['--price', 'x'], /--price.*number of at least 0/],
    [['--limit', '1', '--method', 'rag:table'], /unknown method "rag:table".*--method list/],
    [['--limit', '1', '--method', 'fixed'], /fixed:text/],
    [['--cache', 'c', '--seed', '1', '--seed', '2'], /one --seed/],
    [['--limit', '1', '--method', 'telepathy'], /unknown method "telepathy"/],
    [['--limit', '1', '--method', 'ircot'], /ircot.*chat model/],
  ])('%j is answered in one line and exit 2', async (args, message) => {
    const { exitCode, stderr } = await cli(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
