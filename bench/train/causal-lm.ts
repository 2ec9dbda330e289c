/**
 * A language model from nothing on the small world of the tests: a supervised start that is cut short, then so many updates of
 * Step-GRPO, of rejection sampling, or as much CPU time of further supervised training. Greedy answers on questions of train and on
 * phrasings that train lacks, and the curve of every iteration.
 *
 *     node bench/train/causal-lm.ts [--seeds 1] [--iterations 50] [--write bench/train/causal-lm/small-world.json]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCausalLmPolicy } from '../../src/causal-lm/policy.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import type { IterationMetrics } from '../../src/train/monitor/iteration-metrics.ts';
import { REWARD_PRESETS } from '../../src/train/rewards/index.ts';
import { type CausalLmGrpoConfig, parseCausalLmGrpoConfig } from '../../src/train/trainer/causal-lm-grpo-config.ts';
import { trainCausalLmGrpo } from '../../src/train/trainer/train-causal-lm-grpo.ts';
import { validate } from '../../src/train/trainer/validate.ts';
import { phrasedData } from '../../test/train/causal-lm/phrasings.ts';
import { smallWorld } from '../../test/train/small-world.ts';
import { metricsOf, processSeconds } from './metrics.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    iterations: { type: 'string', default: '50' },
    write: { type: 'string' },
  },
});
const iterations = Number(values.iterations);
const world = smallWorld();
const data = phrasedData();
const START = { steps: 280, batch: 16, rate: 0.01, evaluateEvery: 70, renamed: 0, invalid: 1, patience: 9 };

function configOf(seed: number, changes: { start?: object; grpo: object }): CausalLmGrpoConfig {
  return parseCausalLmGrpoConfig({
    seed,
    shape: { vocabulary: 400, hidden: 48, layers: 2, heads: 4 },
    start: { ...START, ...changes.start },
    policy: { maxSteps: 3, maxTokens: 32 },
    late: { from: 0.3, to: 0.5 },
    grpo: { questions: 6, groupSize: 6, rate: 0.003, ...changes.grpo },
    validateEvery: 1000,
    checkpointEvery: 1000,
  });
}

interface Row {
  seed: number;
  name: string;
  seconds: number;
  train: number;
  heldOut: number;
  curve: Pick<IterationMetrics, 'iteration' | 'reward' | 'answerScore' | 'invalid' | 'zeroVariance'>[];
}

/** Trains, then measures the policy that was kept: the last one, or the start where that earns more on the held-out phrasings. */
async function rowOf(name: string, seed: number, config: CausalLmGrpoConfig): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'r1-causal-lm-bench-'));
  const began = processSeconds();
  try {
    const last = { ...config, bestBy: 'reward' as const };
    await trainCausalLmGrpo({ config: last, world, data, folder });
    const seconds = processSeconds() - began;
    const logged = await metricsOf(folder);
    const policy = await openCausalLmPolicy(join(folder, 'policy'));
    const drive = driveRouter({ ...world, policy, maxSteps: 3, fallback: 'stop' });
    const score = async (questions: typeof data.train) =>
      (await validate(drive, questions, { reward: REWARD_PRESETS.evidence, concurrency: questions.length })).score;
    return {
      seed,
      name,
      seconds,
      train: await score(data.train),
      heldOut: await score(data.validation),
      curve: logged.map(({ iteration, reward, answerScore, invalid, zeroVariance }) => {
        return { iteration, reward, answerScore, invalid, zeroVariance };
      }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rows: Row[] = [];
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const none = { grpo: { iterations: 0 } };
  const plans: [string, CausalLmGrpoConfig][] = [
    ['supervised start', configOf(seed, none)],
    ['Step-GRPO', configOf(seed, { grpo: { iterations } })],
    ['rejection sampling', configOf(seed, { grpo: { iterations, method: 'rejection' } })],
    // About what the updates of the other rows cost.
    ['further supervised', configOf(seed, { start: { steps: 1400, evaluateEvery: 350 }, ...none })],
  ];
  for (const [name, config] of plans) {
    const row = await rowOf(name, seed, config);
    rows.push(row);
    const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
    console.log(
      `seed ${seed}  ${name.padEnd(20)} train ${percent(row.train)}  held out ${percent(row.heldOut)}  ${row.seconds.toFixed(0)} s`,
    );
  }
}
if (values.write) await writeFile(values.write, `${JSON.stringify(rows, null, 2)}\n`);
