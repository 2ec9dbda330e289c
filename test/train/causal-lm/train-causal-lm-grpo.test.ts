import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/config/policies.ts';
import type { Question } from '../../../src/eval/datasets/question.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { IterationMetricsSchema } from '../../../src/train/monitor/iteration-metrics.ts';
import { readRecordStore } from '../../../src/train/rollouts/record-store.ts';
import { parseCausalLmGrpoConfig } from '../../../src/train/trainer/causal-lm-grpo-config.ts';
import { rewardAt } from '../../../src/train/trainer/causal-lm-iteration.ts';
import { openCausalLmSession } from '../../../src/train/trainer/causal-lm-session.ts';
import { trainCausalLmGrpo } from '../../../src/train/trainer/train-causal-lm-grpo.ts';
import { smallData, smallWorld } from '../small-world.ts';
import { phrasedData } from './phrasings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-causal-lm-grpo-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const config = (changes: object = {}) =>
  parseCausalLmGrpoConfig({
    shape: { vocabulary: 320, hidden: 32, layers: 2, heads: 4 },
    start: { steps: 20, batch: 8, rate: 0.01, evaluateEvery: 10, renamed: 1, invalid: 1 },
    policy: { maxSteps: 2, maxTokens: 24 },
    late: { from: 0, to: 0 },
    grpo: { iterations: 4, questions: 3, groupSize: 3, rate: 0.001, klWeight: 0.01 },
    validateEvery: 2,
    checkpointEvery: 2,
    ...changes,
  });
const world = smallWorld();
const { train, validation } = smallData();
const data = { train, validation: validation.slice(0, 3) };

/** Everything a training leaves that does not tell the time. */
async function traces(of: string): Promise<Record<string, string>> {
  const whole = await readFile(join(of, 'policy', 'model.safetensors'), 'base64');
  const last = (await readdir(join(of, 'checkpoints'))).sort().at(-1)!;
  const metrics = (await readFile(join(of, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => ({ ...IterationMetricsSchema.parse(JSON.parse(line)), timings: undefined }));
  const { groups } = await readRecordStore(join(of, 'records'));
  return {
    whole,
    last,
    weights: await readFile(join(of, 'checkpoints', last), 'base64'),
    metrics: JSON.stringify(metrics),
    groups: JSON.stringify(groups),
  };
}

describe('Step-GRPO of a language model through runs of the graph', () => {
  it('goes on after interruptions, in the start and later, to the same bytes', async () => {
    await trainCausalLmGrpo({ config: config(), world, data, folder: join(folder, 'whole') });
    const broken = join(folder, 'broken');
    const stopAt = async (isIt: (event: { type: string; step?: number; iteration: number }) => boolean) => {
      const controller = new AbortController();
      const stopped = trainCausalLmGrpo({
        config: config(),
        world,
        data,
        folder: broken,
        signal: controller.signal,
        onEvent: (event) => {
          const iteration = event.type === 'iteration-end' ? event.metrics.iteration : -1;
          if (isIt({ ...event, iteration })) controller.abort(new Error('killed'));
        },
      });
      await expect(stopped).rejects.toThrow('killed');
    };
    await stopAt(({ type, step }) => type === 'warm-start-step' && step === 15);
    await stopAt(({ type, iteration }) => type === 'iteration-end' && iteration === 0);
    await stopAt(({ type, iteration }) => type === 'iteration-end' && iteration === 2);
    await trainCausalLmGrpo({ config: config(), world, data, folder: broken });
    expect(await traces(broken)).toEqual(await traces(join(folder, 'whole')));
  });

  it('keeps every output with its tokens in the records, and serves what it trained', async () => {
    const free = config({ policy: { maxSteps: 2, maxTokens: 24, form: false } });
    const result = await trainCausalLmGrpo({ config: free, world, data, folder });
    expect(result.policy).toBe(join(folder, 'policy'));
    const { groups, records } = await readRecordStore(join(folder, 'records'));
    expect(groups.length).toBeGreaterThanOrEqual(4 * 3);
    const attempts = [...records.values()].flatMap((record) => record.attempts);
    expect(attempts.some(({ invalid }) => invalid !== undefined)).toBe(true);
    for (const { tokenIds, promptTokenIds, logProbabilities } of attempts) {
      expect(promptTokenIds!.length).toBeGreaterThan(0);
      expect(logProbabilities).toHaveLength(tokenIds!.length);
    }
    const policy = await createPolicy(result.policy, { knowledgeBases: [] });
    const output = await driveRouter({ ...world, policy })({ question: 'What is the capital of Arland?' });
    expect(output.steps.length).toBeGreaterThan(0);
  });

  it('held to the form leaves no output unusable, from the first word on and when it serves', async () => {
    const none = config({ start: { ...config().start, steps: 0, invalid: 0 } });
    const result = await trainCausalLmGrpo({ config: none, world, data, folder });
    const { records } = await readRecordStore(join(folder, 'records'));
    const attempts = [...records.values()].flatMap((record) => record.attempts);
    expect(attempts.length).toBeGreaterThan(20);
    expect(attempts.filter(({ invalid }) => invalid !== undefined)).toEqual([]);
    const policy = await createPolicy(result.policy, { knowledgeBases: [] });
    const asked = await Promise.all(
      validation.map(({ question }) => driveRouter({ ...world, policy })({ question: question.question })),
    );
    for (const { steps } of asked) for (const { attempts: made } of steps) expect(made).toHaveLength(1);
  });

  it('in two threads gives the same bytes whenever it is done, and about what one gives', async () => {
    const rewards = async (name: string, workers: number) => {
      const out = join(folder, name);
      const few = { ...config().grpo, iterations: 2 };
      const threaded = config({ workers, grpo: few, start: { ...config().start, steps: 10 } });
      await trainCausalLmGrpo({ config: threaded, world, data, folder: out });
      return traces(out);
    };
    const [once, again, alone] = [await rewards('once', 2), await rewards('again', 2), await rewards('alone', 1)];
    expect(again).toEqual(once);
    const first = (metrics: string | undefined) => JSON.parse(metrics!)[0] as Record<string, number>;
    expect(first(once.metrics).reward).toBeCloseTo(first(alone.metrics).reward!, 6);
    expect(first(once.metrics).gradientNorm).toBeCloseTo(first(alone.metrics).gradientNorm!, 4);
  });

  it('replaces groups without variance, and counts them', async () => {
    const lines = async (replacements: number) => {
      const out = join(folder, `${replacements}`);
      const few = config({ grpo: { ...config().grpo, iterations: 2, groupSize: 2, replacements } });
      await trainCausalLmGrpo({ config: few, world, data, folder: out });
      const text = await readFile(join(out, 'metrics.jsonl'), 'utf8');
      return text
        .trim()
        .split('\n')
        .map((line) => IterationMetricsSchema.parse(JSON.parse(line)));
    };
    expect((await lines(0)).map(({ replaced }) => replaced)).toEqual([0, 0]);
    for (const { replaced, zeroVariance } of await lines(2)) if (zeroVariance > 0) expect(replaced).toBeGreaterThan(0);
  });

  it('keeps the model it was given where what it is taught makes it no better', async () => {
    const given = config({ grpo: { iterations: 0 } });
    const { policy } = await trainCausalLmGrpo({ config: given, world, data, folder: join(folder, 'given') });
    const further = config({
      base: policy,
      lora: false,
      start: { steps: 4, batch: 4, rate: 1e-6, evaluateEvery: 2, invalid: 1 },
      grpo: { iterations: 0 },
    });
    const started: number[] = [];
    const result = await trainCausalLmGrpo({
      config: further,
      world,
      data,
      folder: join(folder, 'further'),
      onEvent: (event) => event.type === 'start-evaluated' && event.best && started.push(event.step),
    });
    expect(started).toEqual([]);
    const weights = (of: string) => readFile(join(of, 'model.safetensors'), 'base64');
    expect(await weights(result.policy)).toBe(await weights(policy));
  });

  it('does not begin where the start leaves too much that cannot be used', async () => {
    const strict = config({ start: { steps: 2, batch: 2, evaluateEvery: 2, invalid: 0.05 }, policy: { form: false } });
    await expect(trainCausalLmGrpo({ config: strict, world, data, folder })).rejects.toMatchObject({
      code: 'start-invalid',
    });
  });
});

describe('rewards that enter late', () => {
  it('have no weight at first, then a growing one, then all of it', () => {
    const schedule = config({
      late: { rewards: ['stopping'], from: 0.2, to: 0.6 },
      grpo: { ...config().grpo, iterations: 10 },
    });
    const reward = { weights: { stopping: 0.25, format: 0.5 }, failure: -1 };
    const weightAt = (iteration: number) => rewardAt(reward, schedule, iteration).weights;
    expect([0, 1, 2, 4, 6, 9].map((iteration) => weightAt(iteration).stopping)).toEqual([
      0,
      0,
      0,
      expect.closeTo(0.125),
      0.25,
      0.25,
    ]);
    expect(weightAt(0).format).toBe(0.5);
    expect(() => config({ late: { from: 0.5, to: 0.2 } })).toThrow(/from must not lie behind to/);
  });
});

describe('what the start is taught', () => {
  const { train: phrased } = phrasedData();
  const opened = async (start: object) => {
    const session = await openCausalLmSession({
      config: config({ start: { ...config().start, renamed: 0, ...start } }),
      world,
      data: { train: phrased, validation: data.validation },
      folder: await mkdtemp(join(folder, 'start-')),
    });
    const texts = session.startTexts();
    await session.release();
    await session.folder.close();
    return { texts, taught: session.taught };
  };
  const templatesOf = (questions: readonly Question[]) => new Set(questions.map(({ template }) => template));

  it('is all of train, or the trajectories of a share of its templates', async () => {
    const all = await opened({});
    expect(all.taught).toHaveLength(phrased.length);
    const half = await opened({ demonstrated: 0.5 });
    expect(templatesOf(half.taught).size).toBe(2);
    expect(half.taught.length).toBe(phrased.length / 2);
    expect(half.texts.length).toBe(all.texts.length / 2);
    expect(await opened({ demonstrated: 0.5 })).toEqual(half);
  });

  it('is in part the question as it stands, of every template and knowledge base', async () => {
    const { texts } = await opened({ demonstrated: 0.5, plain: 0.4 });
    const asIs = texts.filter(({ prompt, completion }) => {
      const question = /Origin question: (.*)/.exec(prompt)![1]!;
      return completion.includes(`<sub-question>${question}</sub-question>`);
    });
    expect(asIs.length / texts.length).toBeGreaterThanOrEqual(0.4);
    const asked = phrased.filter(({ question }) => asIs.some(({ prompt }) => prompt.includes(question.question)));
    expect(templatesOf(asked.map(({ question }) => question))).toEqual(
      templatesOf(phrased.map(({ question }) => question)),
    );
    for (const { name } of world.knowledgeBases)
      expect(asIs.some(({ completion }) => completion.includes(`<ret>${name}</ret>`))).toBe(true);
  });

  it('goes on where nothing was said, of those not asked yet, and stops where something was', async () => {
    const { texts } = await opened({ demonstrated: 0.25, plain: 0.9, plainGoesOn: true });
    const names = world.knowledgeBases.map(({ name }) => name);
    const runs = texts.flatMap(({ prompt, completion }) => {
      const question = /Origin question: (.*)/.exec(prompt)![1]!;
      const asked = [...prompt.matchAll(/^Sub-question\d+ \((.*)\): (.*)$/gm)];
      // Gold trajectories ask something else.
      if (asked.some(([, , subQuestion]) => subQuestion !== question)) return [];
      const next = /<ret>(.*)<\/ret>/.exec(completion)![1]!;
      if (asked.length === 0 && !completion.includes(`<sub-question>${question}</sub-question>`)) return [];
      const answers = [...prompt.matchAll(/^Answer\d+: (.*)$/gm)].map(([, answer]) => answer!);
      return [{ asked: asked.map(([, name]) => name!), answers, next }];
    });
    const isSaid = (answer: string | undefined): boolean => answer !== undefined && !answer.startsWith('(');
    const seen = { first: 0, further: 0, answered: 0, exhausted: 0 };
    for (const { asked, answers, next } of runs) {
      expect(new Set(asked).size).toBe(asked.length);
      expect(answers.slice(0, -1).some(isSaid)).toBe(false);
      if (next !== 'None') {
        expect(isSaid(answers.at(-1))).toBe(false);
        expect(names.filter((name) => !asked.includes(name))).toContain(next);
        seen[asked.length === 0 ? 'first' : 'further']++;
      } else if (isSaid(answers.at(-1))) seen.answered++;
      else {
        expect(asked).toHaveLength(names.length);
        seen.exhausted++;
      }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
    expect(seen.first / runs.length).toBeGreaterThan(0.4);
  });

  it('is every second time the question in made-up words', async () => {
    const { texts } = await opened({ renamed: 2, plain: 0.8 });
    const asked = phrased.map(({ question }) => question.question.split(' ')[0]!);
    const known = (prompt: string): boolean => asked.some((word) => prompt.includes(`Origin question: ${word} `));
    const made = texts.filter(({ prompt }) => !known(prompt));
    expect(made.length / texts.length).toBeGreaterThan(0.2);
    for (const { prompt, completion } of made) {
      const question = /Origin question: (.*)/.exec(prompt)![1]!;
      expect(completion).toContain(`<sub-question>${question}</sub-question>`);
    }
  });
});
