import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../../src/config/policies.ts';
import { listCheckpoints } from '../../../src/engine/checkpoint.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { trajectoryTexts } from '../../../src/train/causal-lm/trajectory-text.ts';
import { parseCausalLmTrainConfig } from '../../../src/train/trainer/causal-lm-config.ts';
import { trainCausalLm } from '../../../src/train/trainer/train-causal-lm.ts';
import { lockTraining } from '../../../src/train/trainer/training-lock.ts';
import { smallData, smallWorld } from '../small-world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-causal-lm-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const questions = smallData().train.map(({ question }) => question);
const data = { train: questions, validation: questions.slice(0, 4) };
const config = parseCausalLmTrainConfig({
  shape: { vocabulary: 340, hidden: 32, layers: 2, heads: 4 },
  steps: 6,
  batch: 4,
  checkpointEvery: 2,
});

describe('gold trajectories as texts', () => {
  it('are one text a step and one for the stop, with what came before', () => {
    const texts = trajectoryTexts(questions[0]!, 'short-2');
    expect(texts.map(({ completion }) => completion)).toEqual([
      '<think></think><sub-question>What is the capital of Arland?</sub-question><ret>table</ret><|im_end|>',
      '<think></think><sub-question>None</sub-question><ret>None</ret><|im_end|>',
    ]);
    expect(texts[0]!.prompt).not.toContain('Sub-question1');
    expect(texts[1]!.prompt).toContain('Sub-question1 (table): What is the capital of Arland?\nAnswer1: Arland City');
  });
});

describe('a decoder taught by gold trajectories', () => {
  it('has its folder to itself', async () => {
    const lock = lockTraining(folder);
    await expect(trainCausalLm({ config, data, folder })).rejects.toMatchObject({ code: 'training-running' });
    lock.release();
  });

  it('answers in the tag protocol as a policy of the graph, ids and log-probabilities in the records', async () => {
    const longer = parseCausalLmTrainConfig({ ...config, steps: 220, batch: 8, rate: 0.01, checkpointEvery: 220 });
    const { policy: directory, validation } = await trainCausalLm({ config: longer, data, folder });
    expect(validation.usable / validation.states).toBeGreaterThan(0.9);
    expect(validation.routed / validation.states).toBeGreaterThan(0.8);
    const policy = await createPolicy(directory, { knowledgeBases: [] });
    expect(policy.name).toBe('causal-lm');
    const drive = driveRouter({ ...smallWorld(), policy });
    const { steps } = await drive({ question: questions[0]!.question }, { context: { seed: 1 } });
    const [first] = steps;
    expect(first!.decision).toMatchObject({ type: 'search' });
    const { tokenIds, promptTokenIds, logProbabilities } = first!.attempts.at(-1)!;
    expect(promptTokenIds!.length).toBeGreaterThan(0);
    expect(tokenIds!.length).toBeGreaterThan(5);
    expect(logProbabilities).toHaveLength(tokenIds!.length);
  });

  it('goes on after an interruption to the same bytes', async () => {
    const weights = (name: string) => readFile(join(folder, name, 'policy', 'model.safetensors'), 'base64');
    await trainCausalLm({ config, data, folder: join(folder, 'whole') });
    const controller = new AbortController();
    const broken = trainCausalLm({
      config,
      data,
      folder: join(folder, 'broken'),
      signal: controller.signal,
      onStep: ({ step }) => step === 5 && controller.abort(new Error('killed')),
    });
    await expect(broken).rejects.toThrow('killed');
    expect((await listCheckpoints(join(folder, 'broken', 'checkpoints')))[0]!.step).toBe(4);
    let resumedAt = 0;
    await trainCausalLm({
      config,
      data,
      folder: join(folder, 'broken'),
      onResume: (step) => {
        resumedAt = step;
      },
    });
    expect(resumedAt).toBe(4);
    expect(await weights('broken')).toBe(await weights('whole'));
  });

  it('refuses a folder of another configuration, and shapes that do not fit', async () => {
    await trainCausalLm({ config, data, folder });
    const other = parseCausalLmTrainConfig({ ...config, seed: 2 });
    await expect(trainCausalLm({ config: other, data, folder })).rejects.toMatchObject({ code: 'training-folder' });
    expect(() => parseCausalLmTrainConfig({ shape: { hidden: 30, heads: 4 } })).toThrow(/multiple/);
    expect(() => parseCausalLmTrainConfig({ shape: { width: 30 } })).toThrow(/"shape.width"/);
  });
});
