import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scoreEvaluation } from '../../../src/eval/report/report.ts';
import { progressText, startProgress } from '../../../src/eval/runner/progress.ts';
import { type RunEvaluationOptions, runEvaluation } from '../../../src/eval/runner/run-evaluation.ts';
import { selectQuestions } from '../../../src/eval/runner/sample.ts';
import { images, knowledgeBases, methods, questions } from '../support/small-world.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'r1-router-runner-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
function options(more: Partial<RunEvaluationOptions> = {}): RunEvaluationOptions {
  count += 1;
  return {
    folder: join(root, String(count)),
    dataset: { name: 'small-world', questions },
    methods: methods(),
    images,
    counterfactual: { knowledgeBases },
    ...more,
  };
}

test('a run of which every search failed is a failed run, not a right abstention', async () => {
  const down = knowledgeBases.map((base) => ({
    ...base,
    search: async () => {
      throw new Error('refused');
    },
  }));
  const run = options({
    dataset: { name: 'unanswerable', questions: questions.filter(({ answerable }) => !answerable) },
    methods: methods({ knowledgeBases: down }).slice(0, 1),
    counterfactual: undefined,
  });
  await runEvaluation(run);
  const [method] = (await scoreEvaluation(run.folder)).report.content.methods;
  expect(method!.figures.failed!.mean).toBe(1);
  expect(method!.figures.accuracy!.mean).toBe(0);
});

describe('figures of a world small enough to reason about', () => {
  test('good routing finds everything, bad routing half, and the report says how sure that is', async () => {
    const run = options();
    await runEvaluation(run);
    const { report } = await scoreEvaluation(run.folder);
    const { content, timings } = report;
    expect(content.dataset).toMatchObject({ questions: 90, answerable: 80, clusters: 20 });
    const [good, riversOnly, coin, failing] = content.methods;

    expect(good!.figures.accuracy).toMatchObject({ mean: 1, low: 1, high: 1, n: 90 });
    expect(good!.figures.evidenceRecall).toMatchObject({ mean: 1, n: 80 });
    expect(good!.figures.regret!.mean).toBe(0);
    expect(good!.figures.abstentionPrecision!.mean).toBe(1);
    expect(good!.figures.abstentionRecall!.mean).toBe(1);
    expect(good!.figures.hit1!.mean).toBe(1);
    expect(good!.figures.perStepRouting!.mean).toBe(1);
    expect(good!.evidenceBySteps.map(({ mean }) => mean)).toEqual([0.75, 1]);
    expect(good!.confusion).toEqual({
      labels: ['rivers', 'seas', 'stop'],
      counts: [
        [90, 0, 0],
        [0, 40, 0],
        [0, 0, 90],
      ],
    });
    // One search a gold step; the counterfactual searches are not the method's.
    expect(good!.figures.searches!.mean).toBeCloseTo(130 / 90, 12);

    expect(riversOnly!.figures.accuracy!.mean).toBeCloseTo(50 / 90, 12);
    expect(riversOnly!.figures.evidenceRecall!.mean).toBeCloseTo((40 + 20) / 80, 12);
    expect(riversOnly!.figures.oracleEvidence!.mean).toBe(1);
    // At the second of two steps half of the evidence was missed: 0.25 a step for half of the questions.
    expect(riversOnly!.figures.regret!.mean).toBeCloseTo(0.125, 12);
    expect(riversOnly!.confusion!.counts[1]).toEqual([40, 0, 0]);

    expect(coin!.figures.firstStepRouting!.mean).toBeGreaterThan(0.2);
    expect(coin!.figures.firstStepRouting!.mean).toBeLessThan(0.8);

    const broken = questions.filter(({ question }) => /river\d*7\b/.test(question)).length;
    expect(broken).toBe(8);
    expect(failing!.figures.failed!.mean).toBeCloseTo(8 / 90, 12);
    expect(failing!.figures.accuracy!.mean).toBeCloseTo(82 / 90, 12);
    // A failure is a wrong answer, not an abstention.
    expect(failing!.figures.abstentionPrecision).toMatchObject({ mean: 1, n: 10 });
    expect(content.failures[0]).toMatchObject({
      method: 'fails-sometimes',
      message: expect.stringContaining('out of order'),
    });

    const accuracy = content.comparisons.find(
      ({ a, b, figure }) => a === 'good' && b === 'rivers-only' && figure === 'accuracy',
    )!;
    expect(accuracy.test).toMatchObject({ wins: 40, losses: 0, ties: 50 });
    expect(accuracy.test.difference).toMatchObject({ n: 90, clusters: 20 });
    expect(accuracy.test.p).toBeCloseTo(2 / 2 ** 5, 12);
    expect(timings.map(({ name }) => name)).toEqual(['good', 'rivers-only', 'coin', 'fails-sometimes']);
    expect(timings[0]!.p95!).toBeGreaterThanOrEqual(timings[0]!.p50!);
  });

  test('several seeds are averaged within a question and their spread is told', async () => {
    const run = options({ seeds: [0, 1, 2], methods: methods().slice(2, 3) });
    await runEvaluation(run);
    const [coin] = (await scoreEvaluation(run.folder)).report.content.methods;
    expect(coin!.runs).toBe(270);
    expect(coin!.figures.accuracy!.n).toBe(90);
    expect(coin!.spread.accuracy!.seeds).toBe(3);
    expect(coin!.spread.accuracy!.mean).toBeCloseTo(coin!.figures.accuracy!.mean, 12);
    expect(coin!.spread.firstStepRouting!.deviation!).toBeGreaterThan(0);
  });

  test('concurrency changes nothing', async () => {
    const [one, many] = [options({ concurrency: 1 }), options({ concurrency: 16 })];
    await runEvaluation(one);
    await runEvaluation(many);
    const [a, b] = [await scoreEvaluation(one.folder), await scoreEvaluation(many.folder)];
    expect(JSON.stringify(b.report.content)).toBe(JSON.stringify(a.report.content));
    expect(b.runs[5]!.line.output!.runId).toBe(a.runs[5]!.line.output!.runId);
  });
});

describe('resuming', () => {
  test('a torn last line is asked again, and only it', async () => {
    const run = options();
    await runEvaluation(run);
    const log = join(run.folder, 'runs.jsonl');
    const before = await scoreEvaluation(run.folder);
    const text = await readFile(log);
    await truncate(log, text.length - 30);
    let already = -1;
    await runEvaluation({
      ...run,
      onStart: (_total, done) => {
        already = done;
        return undefined;
      },
    });
    expect(already).toBe(359);
    expect(JSON.stringify((await scoreEvaluation(run.folder)).report.content)).toBe(
      JSON.stringify(before.report.content),
    );
  });

  test('an abort keeps what is done and rejects with the reason', async () => {
    const run = options();
    const controller = new AbortController();
    let done = 0;
    const progress = {
      advance: () => {
        done += 1;
        if (done === 50) controller.abort(new Error('enough'));
      },
      end: () => {},
    };
    await expect(runEvaluation({ ...run, signal: controller.signal, onStart: () => progress })).rejects.toThrow(
      'enough',
    );
    await expect(scoreEvaluation(run.folder)).rejects.toMatchObject({ code: 'unfinished-evaluation' });
    const kept = (await readFile(join(run.folder, 'runs.jsonl'), 'utf8')).trimEnd().split('\n').length;
    expect(kept).toBeGreaterThanOrEqual(50);
    expect(kept).toBeLessThan(70);
    await runEvaluation(run);
    expect((await scoreEvaluation(run.folder)).runs).toHaveLength(360);
  });

  test('a folder is one evaluation and no other', async () => {
    const run = options({ methods: methods().slice(0, 1) });
    await runEvaluation(run);
    const other = { code: 'other-evaluation', kind: 'user' };
    await expect(runEvaluation({ ...run, seeds: [1] })).rejects.toMatchObject(other);
    await expect(
      runEvaluation({ ...run, dataset: { name: 'x', questions: questions.slice(1) } }),
    ).rejects.toMatchObject(other);
    await expect(
      runEvaluation({ ...run, methods: [{ ...run.methods[0]!, fingerprint: 'new' }] }),
    ).rejects.toMatchObject(other);
  });

  test('one process at a time; the lock of a dead one is taken over', async () => {
    const run = options({ methods: methods().slice(0, 1) });
    await runEvaluation(run);
    const lock = join(run.folder, 'running.pid');
    await writeFile(lock, String(process.ppid));
    await expect(runEvaluation(run)).rejects.toMatchObject({ code: 'evaluation-running', kind: 'user' });
    await writeFile(lock, '999999999');
    await runEvaluation(run);
    await expect(readFile(lock)).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(join(run.folder, 'evaluation.json'));
    await expect(runEvaluation(run)).rejects.toMatchObject({ code: 'other-evaluation' });
  });

  test('damage within the log is named, not skipped', async () => {
    const run = options({ methods: methods().slice(0, 1) });
    await runEvaluation(run);
    const log = join(run.folder, 'runs.jsonl');
    await appendFile(log, '{"schemaVersion": 1}\n');
    await expect(runEvaluation(run)).rejects.toMatchObject({
      code: 'damaged-log',
      message: expect.stringContaining('runs.jsonl:91'),
    });
  });

  test('bad calls', async () => {
    await expect(runEvaluation(options({ methods: [] }))).rejects.toMatchObject({ code: 'invalid-evaluation' });
    const [method] = methods();
    await expect(runEvaluation(options({ methods: [method!, method!] }))).rejects.toThrow(/"good" is named twice/);
    await expect(scoreEvaluation(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'not-an-evaluation' });
    const image = join(root, 'q.png');
    await writeFile(image, 'pixels');
    const run = options({
      images: undefined,
      methods: [method!],
      dataset: { name: 'x', questions: [{ ...questions[0]!, image }] },
    });
    await runEvaluation(run);
    expect((await scoreEvaluation(run.folder)).report.content.failures[0]!.message).toMatch(/no-image-store/);
  });
});

test('a sample is seeded and keeps the order of the file', () => {
  const some = selectQuestions(questions, { sample: 10, seed: 3 });
  expect(some).toEqual(selectQuestions(questions, { sample: 10, seed: 3 }));
  expect(some).not.toEqual(selectQuestions(questions, { sample: 10, seed: 4 }));
  const places = some.map((question) => questions.indexOf(question));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(selectQuestions(questions, { sample: 10, seed: 3, limit: 4 })).toEqual(some.slice(0, 4));
  expect(selectQuestions(questions, { sample: 1000 })).toEqual(questions);
});

describe('progress', () => {
  test('says how far, how fast and how long yet; what came from the log is no speed', () => {
    expect(progressText({ label: 'eval', done: 60, total: 100, fresh: 10, milliseconds: 5000 })).toBe(
      'eval: 60/100 (60%), 2.0/s, 20 s left',
    );
    expect(progressText({ label: 'eval', done: 60, total: 100, fresh: 0, milliseconds: 0 })).toBe('eval: 60/100 (60%)');
    expect(progressText({ label: 'eval', done: 1, total: 10_000, fresh: 1, milliseconds: 1000 })).toMatch(
      /2\.8 h left$/,
    );
  });
  test('off a terminal a line every five seconds', () => {
    const written: string[] = [];
    let time = 0;
    const progress = startProgress({
      label: 'eval',
      total: 30,
      stream: { write: (text) => written.push(text) },
      now: () => time,
    });
    for (let i = 0; i < 30; i++) {
      time += 1000;
      progress.advance();
    }
    progress.end();
    expect(written).toHaveLength(7);
    expect(written.at(-1)).toBe('eval: 30/30 (100%)\n');
  });
});
