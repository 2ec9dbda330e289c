import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../src/engine/checkpoint.ts';
import { loadScorer } from '../../src/offline/policies/scorer/directory.ts';
import { readRecordStore } from '../../src/train/rollouts/record-store.ts';
import { batchOf } from '../../src/train/trainer/batch-of.ts';
import { parseTrainConfig, QUICK_CONFIG } from '../../src/train/trainer/train-config.ts';
import { type TrainEvent, trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { smallData, smallWorld } from './small-world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-train-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const config = parseTrainConfig({
  // A few hand-made questions of each kind: with the defaults they would be most of the time.
  warmStart: { epochs: 1, batch: 8, rate: 0.002, priorQuestions: 20, strangerQuestions: 20 },
  grpo: { iterations: 6, questions: 4, groupSize: 4, rate: 0.01 },
  validateEvery: 2,
  checkpointEvery: 2,
});

const run = (name: string, given = config, onEvent?: (event: TrainEvent) => void, signal?: AbortSignal) =>
  trainScorer({ config: given, world: smallWorld(), data: smallData(), folder: join(folder, name), onEvent, signal });

let finished: Promise<string> | undefined;
afterAll(async () => {
  if (finished) await rm(await finished, { recursive: true, force: true });
});

/** A whole training in the folder `name`: done once, and copied. */
async function finishedRun(name: string): Promise<void> {
  finished ??= mkdtemp(join(tmpdir(), 'r1-train-whole-')).then(async (target) => {
    await trainScorer({ config, world: smallWorld(), data: smallData(), folder: target });
    return target;
  });
  await cp(await finished, join(folder, name), { recursive: true });
}

/** Everything a training leaves, times of the clock taken out. */
async function traces(name: string) {
  const path = (...parts: string[]) => join(folder, name, ...parts);
  const metrics = (await readFile(path('metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), timings: null }));
  const { groups, records } = await readRecordStore(path('records'));
  const newest = (await listCheckpoints(path('checkpoints')))[0]!;
  return {
    metrics,
    groups,
    records: [...records.keys()],
    policy: await readFile(path('policy', 'scorer.safetensors'), 'base64'),
    checkpoint: await readFile(newest.file, 'base64'),
  };
}

describe('training a scorer', () => {
  it('learns the routes of a small world and keeps the best policy', async () => {
    const events: TrainEvent[] = [];
    const longer = parseTrainConfig({
      ...config,
      warmStart: { epochs: 0, fromRule: false },
      grpo: { ...config.grpo, iterations: 24, questions: 8 },
      validateEvery: 6,
    });
    const { before, best, policy } = await run('learns', longer, (event) => events.push(event));
    expect(best.score).toBeGreaterThan(before.score);
    expect(best.routingAccuracy).toBeGreaterThan(0.9);
    expect((await loadScorer(policy)).config.training).toMatchObject({ regime: 'on-policy', seed: 1 });
    expect(events.filter((event) => event.type === 'iteration-end')).toHaveLength(24);
  });

  it('is the same, byte for byte, from the same seed, and another from another', async () => {
    await finishedRun('one');
    await run('two');
    await run('other', parseTrainConfig({ ...config, seed: 2 }));
    expect(await traces('two')).toEqual(await traces('one'));
    expect((await traces('other')).policy).not.toBe((await traces('one')).policy);
  });

  it('goes on after an interruption to the same bytes', async () => {
    await finishedRun('whole');
    for (const stopAt of [3, 5]) {
      const controller = new AbortController();
      const interrupted = run(
        'broken',
        config,
        (event) => {
          if (event.type === 'iteration-end' && event.metrics.iteration === stopAt)
            controller.abort(new Error('killed'));
        },
        controller.signal,
      );
      await interrupted.catch((error: Error) => expect(error.message).toBe('killed'));
    }
    const events: TrainEvent[] = [];
    await run('broken', config, (event) => events.push(event));
    expect(events[0]).toMatchObject({ type: 'resume' });
    expect(await traces('broken')).toEqual(await traces('whole'));
  });

  it('passes over a damaged checkpoint and goes on from the one before', async () => {
    await finishedRun('whole');
    const expected = await traces('whole');
    const [newest] = await listCheckpoints(join(folder, 'whole', 'checkpoints'));
    const bytes = await readFile(newest!.file);
    await writeFile(newest!.file, bytes.subarray(0, bytes.length - 100));
    await run('whole');
    expect(await traces('whole')).toEqual(expected);
  });

  it('goes on over damage behind the checkpoint, and says where the log lacks what it knows', async () => {
    await finishedRun('whole');
    const expected = await traces('whole');
    const [newest] = await listCheckpoints(join(folder, 'whole', 'checkpoints'));
    await rm(newest!.file);
    const metrics = join(folder, 'whole', 'metrics.jsonl');
    const lines = (await readFile(metrics, 'utf8')).split('\n');
    await writeFile(metrics, [...lines.slice(0, 5), 'garbage', ''].join('\n'));
    await run('whole');
    expect(await traces('whole')).toEqual(expected);
    await writeFile(metrics, `${lines[0]}\n`);
    await expect(run('whole')).rejects.toThrow(/metrics\.jsonl: line 2 is damaged or missing, the checkpoint knows 6/);
  });

  it('stops at a number that is none and says what was kept', async () => {
    const wild = parseTrainConfig({ ...config, grpo: { ...config.grpo, rate: 1e30, maxNorm: 1e30 } });
    await expect(run('wild', wild)).rejects.toMatchObject({
      code: 'non-finite',
      message: expect.stringContaining('the best policy so far (iteration 0)'),
    });
    expect((await loadScorer(join(folder, 'wild', 'policy'))).config.probes).toBe(true);
  });

  it('keeps the best policy where a checkpoint cannot be written', async () => {
    const broken = run('full', config, (event) => {
      if (event.type !== 'iteration-end' || event.metrics.iteration !== 2) return;
      rmSync(join(folder, 'full', 'checkpoints'), { recursive: true });
      writeFileSync(join(folder, 'full', 'checkpoints'), 'in the way');
    });
    await expect(broken).rejects.toMatchObject({
      code: 'write-failed',
      kind: 'system',
      message: expect.stringMatching(/make room; the best policy so far .* the same command goes on from the last/),
    });
    expect((await loadScorer(join(folder, 'full', 'policy'))).config.training).toMatchObject({ seed: 1 });
  });

  it('says that it begins again where not even the first checkpoint could be written', async () => {
    const broken = run('full', config, (event) => {
      if (event.type !== 'validation-end') return;
      rmSync(join(folder, 'full', 'checkpoints'), { recursive: true });
      writeFileSync(join(folder, 'full', 'checkpoints'), 'in the way');
    });
    await expect(broken).rejects.toThrow(/the same command begins again/);
  });

  it('lets no other training into its folder, and is let in by a killed one', async () => {
    let second: Promise<unknown> | undefined;
    const events = (event: TrainEvent) => {
      if (event.type === 'iteration-end') second ??= run('shared').catch((error: unknown) => error);
    };
    await run('shared', config, events);
    expect(await second).toMatchObject({
      code: 'training-running',
      kind: 'user',
      message: expect.stringMatching(/shared: process \d+ on .* is training in this folder; .* choose another --out/),
    });
    await run('shared');

    const module = JSON.stringify(new URL('../../src/train/trainer/training-lock.ts', import.meta.url).href);
    const program = `(await import(${module})).lockTraining(${JSON.stringify(join(folder, 'shared'))});
      console.log('locked'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await expect(run('shared')).rejects.toThrow(`process ${holder.pid} on`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await run('shared');
  });

  it('refuses a folder that is a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(run('file')).rejects.toMatchObject({ code: 'training-folder', kind: 'user' });
  });

  it('refuses a folder of another configuration', async () => {
    await finishedRun('first');
    await expect(run('first', parseTrainConfig({ ...config, seed: 9 }))).rejects.toMatchObject({
      code: 'training-folder',
    });
  });

  it.each([
    ['teacher-forced', 'leave-one-out', 'evidence', 1],
    ['teacher-forced', 'paper', 'paper', 0],
    ['on-policy', 'paper', 'paper', 0.5],
  ] as const)(
    'runs the regime %s with the estimator %s and the reward %s',
    async (regime, estimator, reward, stepWeight) => {
      const given = parseTrainConfig({
        ...config,
        reward,
        grpo: { ...config.grpo, regime, estimator, stepWeight, iterations: 2, updates: 2 },
      });
      const { best } = await run(`${regime}-${estimator}`, given);
      expect(best.score).toBeGreaterThanOrEqual(0);
      const { metrics } = await traces(`${regime}-${estimator}`);
      expect(metrics).toHaveLength(2);
      // One batch may hold nothing but states where stopping is all there is.
      expect(Math.max(...metrics.map(({ gradientNorm }) => gradientNorm))).toBeGreaterThan(0);
    },
  );
});

describe('the configuration', () => {
  it('has defaults for everything, and a quick one', () => {
    expect(parseTrainConfig({}).grpo.estimator).toBe('leave-one-out');
    expect(parseTrainConfig(QUICK_CONFIG).grpo.iterations).toBeLessThan(parseTrainConfig({}).grpo.iterations);
  });

  it('says which rewards there are', () => {
    expect(() => parseTrainConfig({ reward: 'evidense' })).toThrow(
      'reward: it is "evidence", "paper", "own" or {"weights"',
    );
  });

  it('names a misspelt or impossible field', () => {
    expect(() => parseTrainConfig({ grpo: { grupSize: 4 } }, 'my.json')).toThrow(
      'my.json: unknown field "grpo.grupSize"',
    );
    expect(() => parseTrainConfig({ grpo: { groupSize: 1 } })).toThrow('grpo.groupSize');
    expect(() => parseTrainConfig({ reward: { weights: { 'answer-f1': 1, speed: 1 } } })).toThrow('reward');
  });

  it('draws every question once a pass, each pass in an order of its own', () => {
    const items = ['a', 'b', 'c', 'd'];
    const passes = [0, 1].map((pass) =>
      [0, 1].flatMap((half) => batchOf(items, { seed: 1, iteration: pass * 2 + half, size: 2 })),
    );
    expect(passes.map((pass) => [...pass].sort())).toEqual([items, items]);
    expect(batchOf(items, { seed: 1, iteration: 0, size: 2 })).toEqual(passes[0]!.slice(0, 2));
  });
});
