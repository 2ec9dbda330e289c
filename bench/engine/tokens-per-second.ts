/**
 * Training speed and memory against the same model in @jax-js/jax: forward, loss, backward and AdamW of a decoder with 4.0 M
 * parameters, batch 8 x 128, one thread each, in processes of their own, rounds interleaved so that a busy machine hurts both.
 *
 *   node bench/engine/tokens-per-second.ts [--rounds 5]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keyedRandom } from '../../src/common/random.ts';
import { GradientEngine } from '../../src/engine/gradient-engine.ts';
import { mean, negate } from '../../src/engine/operators/index.ts';
import { adamW } from '../../src/engine/optimiser.ts';
import { type CausalLmBucket, causalLmTerms, initialCausalLm } from '../../src/train/causal-lm/training.ts';
import { jaxDecoder } from './jax-decoder.ts';
import { LLAMA_DECODER as CONFIG } from './llama-decoder.ts';

const [BATCH, LENGTH] = [8, 128];
const TOKENS = BATCH * LENGTH;

interface Measurement {
  tokensPerSecond: number;
  /** By the processor's time: what other processes on the machine take does not count. */
  tokensPerProcessorSecond: number;
  peakMegabytes: number;
  firstLoss: number;
  lastLoss: number;
}

async function measure(side: 'engine' | 'jax', steps: number, threads: number): Promise<Measurement> {
  const parameters = initialCausalLm(CONFIG, 1);
  const optimiser = adamW(parameters, { rate: 1e-3, maxNorm: 1 });
  const random = keyedRandom('tokens per second');
  const tokens = Int32Array.from({ length: TOKENS }, () => random.below(CONFIG.vocabulary));
  const targets = Int32Array.from({ length: TOKENS }, () => random.below(CONFIG.vocabulary));
  let step: () => Promise<number>;
  if (side === 'engine') {
    const engine = new GradientEngine<CausalLmBucket>({
      parameters,
      threads,
      build: (input) => ({ loss: negate(mean(causalLmTerms(input, { config: CONFIG }).logProbability)) }),
    });
    const feeds = { tokens, targets, positions: Int32Array.from(targets.keys()) };
    step = async () => {
      const { loss } = await engine.run({ batch: BATCH, length: LENGTH, chosen: TOKENS }, feeds);
      optimiser.update(engine.gradient);
      return loss;
    };
  } else {
    const decoder = await jaxDecoder(CONFIG, parameters, { batch: BATCH, length: LENGTH });
    const flat = parameters.like();
    step = async () => {
      const { loss, gradients } = await decoder.step(tokens, targets, { gradients: true });
      for (const [name, values] of Object.entries(gradients)) parameters.view(flat, name).set(values);
      optimiser.update(flat);
      return loss;
    };
  }
  const firstLoss = await step();
  let lastLoss = firstLoss;
  const start = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < steps; i++) lastLoss = await step();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    tokensPerSecond: (TOKENS * steps) / seconds,
    tokensPerProcessorSecond: (TOKENS * steps) / ((user + system) / 1e6),
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    firstLoss,
    lastLoss,
  };
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    side: { type: 'string' },
    steps: { type: 'string', default: '4' },
    threads: { type: 'string', default: '1' },
  },
});

if (values.side) {
  const side = values.side === 'jax' ? 'jax' : 'engine';
  console.log(JSON.stringify(await measure(side, Number(values.steps), Number(values.threads))));
} else {
  const run = (side: string, steps: number): Measurement => {
    const child = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), '--side', side, '--steps', String(steps), '--threads', values.threads],
      { encoding: 'utf8' },
    );
    if (child.status !== 0) throw new Error(`${side}: ${child.stderr}`);
    return JSON.parse(child.stdout.trim().split('\n').at(-1)!);
  };
  const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
  const sides = { engine: [] as Measurement[], jax: [] as Measurement[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    sides.engine.push(run('engine', 8));
    sides.jax.push(run('jax', 4));
    const last = [sides.engine.at(-1)!, sides.jax.at(-1)!];
    console.log(
      `round ${round + 1}: ${last.map((m) => `${m.tokensPerSecond.toFixed(0)} tokens/s, ${m.tokensPerProcessorSecond.toFixed(0)} a second of CPU, ${m.peakMegabytes.toFixed(0)} MB`).join(' | ')}`,
    );
  }
  const parameters = initialCausalLm(CONFIG, 1).count;
  const summaryOf = (list: Measurement[]) => ({
    tokensPerSecond: Math.round(median(list.map((m) => m.tokensPerSecond))),
    tokensPerProcessorSecond: Math.round(median(list.map((m) => m.tokensPerProcessorSecond))),
    peakMegabytes: Math.round(median(list.map((m) => m.peakMegabytes))),
    firstLoss: list[0]!.firstLoss,
  });
  const summary = { engine: summaryOf(sides.engine), jax: summaryOf(sides.jax) };
  console.log(
    JSON.stringify(
      {
        parameters,
        threads: Number(values.threads),
        ...summary,
        speedRatio: summary.engine.tokensPerSecond / summary.jax.tokensPerSecond,
        processorRatio: summary.engine.tokensPerProcessorSecond / summary.jax.tokensPerProcessorSecond,
        memoryRatio: summary.engine.peakMegabytes / summary.jax.peakMegabytes,
      },
      null,
      2,
    ),
  );
}
