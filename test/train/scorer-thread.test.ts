/** A scorer learns in a thread of its own: what it learns, who may read meanwhile, how it fails, stops and ends. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { isNonFiniteError } from '../../src/engine/gradient-engine.ts';
import { sharedOptimiserState } from '../../src/engine/optimiser.ts';
import { wholeQuestion } from '../../src/offline/candidates/candidates.ts';
import { scorerInput } from '../../src/offline/policies/scorer/input.ts';
import type { ScorerShape } from '../../src/offline/policies/scorer/shape.ts';
import { initialScorer } from '../../src/train/models/scorer.ts';
import { DEFAULT_LABEL_KNOWLEDGE_BASES } from '../../src/train/models/scorer-labels.ts';
import type { DecisionSample } from '../../src/train/trainer/decision-batch.ts';
import { type ScorerThread, startScorerThread } from '../../src/train/trainer/scorer-thread.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { scorerUpdater } from '../../src/train/trainer/update.ts';
import { warmStart } from '../../src/train/trainer/warm-start.ts';

const shape: ScorerShape = { questionBuckets: 512, descriptionBuckets: 128, width: 6, hidden: 8, stopHidden: 4 };
const config = parseTrainConfig({});

const inputOf = (question: string) =>
  scorerInput({
    state: { question, steps: [], maxSteps: 3, hasImage: false },
    candidates: [wholeQuestion(question)],
    knowledgeBases: DEFAULT_LABEL_KNOWLEDGE_BASES,
    shape,
  });
const inputs = ['Who is king?', 'What is in the picture?', 'How many?'].map(inputOf);
const settings = {
  samples: inputs.map((input, index) => ({ input, good: [0, 1, 2, 3].map((action) => action === index) })),
  seed: 1,
  epochs: 4,
  batch: 2,
  rate: 0.02,
  weightDecay: 0.01,
  featureDropout: 0.2,
  textDropout: 0,
};
const decisions = (advantage = 1): DecisionSample[] =>
  inputs.map((input, actionId) => ({
    input,
    actionId,
    oldLogProbability: -1.4,
    referenceLogProbability: -1.4,
    advantage,
    weight: 1,
  }));

const open: ScorerThread[] = [];
function start() {
  const parameters = initialScorer(shape, 1);
  const thread = startScorerThread(parameters, shape, config);
  open.push(thread);
  return { parameters, thread };
}
afterEach(async () => {
  for (const thread of open.splice(0)) await thread.release();
});

describe('a scorer that learns in a thread', () => {
  it('learns what it learns in this one, to the bit, moments included', async () => {
    const { parameters, thread } = start();
    const steps: number[] = [];
    const loss = await thread.warmStart(settings, { onStep: ({ step }) => steps.push(step) });
    const reports = [await thread.update(decisions()), await thread.update(decisions(-1))];

    const plain = initialScorer(shape, 1);
    const state = sharedOptimiserState(plain);
    const updater = scorerUpdater(plain, shape, { ...config, state });
    expect(await warmStart({ ...settings, parameters: plain, shape })).toBe(loss);
    expect([await updater.update(decisions()), await updater.update(decisions(-1))]).toEqual(reports);
    await updater.release();

    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(parameters.flat).toEqual(plain.flat);
    expect(thread.optimiser.step).toBe(2);
    expect(thread.optimiser.mu).toEqual(state.mu);
    expect(thread.optimiser.nu).toEqual(state.nu);
    expect(state.mu.some((value) => value !== 0)).toBe(true);
  });

  it('goes on from the moments it is given', async () => {
    const { thread } = start();
    await thread.update(decisions());
    const again = start();
    again.thread.optimiser.step = 7;
    again.thread.optimiser.mu.fill(0.5);
    await again.thread.update(decisions());
    expect(again.thread.optimiser.step).toBe(8);
    expect(again.thread.optimiser.mu).not.toEqual(thread.optimiser.mu);
  });

  it('changes no weight while somebody reads', async () => {
    const { parameters, thread } = start();
    await thread.update(decisions());
    const before = parameters.flat.slice();
    let finished = false;
    let update: Promise<unknown> | undefined;
    await thread.reading(async () => {
      update = thread.update(decisions()).then(() => {
        finished = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(parameters.flat).toEqual(before);
      expect(finished).toBe(false);
    });
    await update;
    expect(parameters.flat).not.toEqual(before);
  });

  it('says which number was none, changes nothing, and can be used again', async () => {
    const { parameters, thread } = start();
    const before = parameters.flat.slice();
    const error: unknown = await thread.update(decisions(Number.NaN)).catch((thrown: unknown) => thrown);
    expect(isNonFiniteError(error)).toBe(true);
    expect(error).toMatchObject({ name: 'NonFiniteError', code: 'non-finite', kind: 'model', quantity: 'loss' });
    expect(parameters.flat).toEqual(before);
    expect((await thread.update(decisions())).loss).toBeTypeOf('number');
  });

  it('stops a supervised start with the reason of its signal, or with what the listener throws', async () => {
    const { parameters, thread } = start();
    const controller = new AbortController();
    const long = { ...settings, epochs: 100_000 };
    const watch = { signal: controller.signal, onStep: () => controller.abort(new Error('enough')) };
    await expect(thread.warmStart(long, watch)).rejects.toThrow('enough');
    const stands = parameters.flat.slice();
    await expect(thread.warmStart(long, watch)).rejects.toThrow('enough');
    expect(parameters.flat).toEqual(stands);
    const onStep = () => {
      throw new TypeError('a broken listener');
    };
    await expect(thread.warmStart(long, { onStep })).rejects.toThrow(new TypeError('a broken listener'));
  });

  it('does not keep the process alive', async () => {
    const at = (file: string) => JSON.stringify(new URL(`../../src/train/${file}`, import.meta.url).href);
    const program = `
      const { startScorerThread } = await import(${at('trainer/scorer-thread.ts')});
      const { initialScorer } = await import(${at('models/scorer.ts')});
      const shape = ${JSON.stringify(shape)};
      const thread = startScorerThread(initialScorer(shape, 1), shape, ${JSON.stringify(config)});
      await thread.update([]).catch(() => {});
      console.log('done');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('done\n');
  });
});
