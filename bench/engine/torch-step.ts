/**
 * A training step beside the same step in PyTorch, eager: forward, loss, backward, clipping and AdamW of a decoder of some 4 M
 * parameters, batch 8 x 128, one thread each, in processes of their own, in turns so that a busy machine hurts all:
 *
 *   pip install torch transformers
 *   node bench/engine/torch-step.ts [--decoder qwen2 | llama] [--python python3] [--rounds 7] [--steps 12]
 *
 * PyTorch in two forms: the model of transformers with AdamW as it comes, and one written by hand for speed (torch_step.py). All begin
 * at the same weights and read the same batches; losses that drift apart by more than 1e-4 end it with an error. The first step,
 * which compiles, is not in the time. Where Python or a package is missing this says so and ends well.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CausalLmConfig, parseCausalLmConfig } from '../../src/causal-lm/config.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { GradientEngine } from '../../src/engine/gradient-engine.ts';
import { mean, negate } from '../../src/engine/operators/index.ts';
import { adamW } from '../../src/engine/optimiser.ts';
import { type CausalLmBucket, causalLmTerms, initialCausalLm } from '../../src/train/causal-lm/training.ts';
import { LLAMA_DECODER } from './llama-decoder.ts';

/** By name: what the language model of `train --causal-lm` is like, and the decoder of tokens-per-second.ts with its larger vocabulary. */
const DECODERS = {
  qwen2: parseCausalLmConfig({
    model_type: 'qwen2',
    vocab_size: 1536,
    hidden_size: 256,
    intermediate_size: 704,
    num_hidden_layers: 5,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    tie_word_embeddings: true,
  }),
  llama: LLAMA_DECODER,
};
type Decoder = keyof typeof DECODERS;
const JOB = { threads: 1, batch: 8, length: 128, rate: 1e-3, maxNorm: 1 };
const TOKENS = JOB.batch * JOB.length;
/** Read in turn. */
const BATCHES = 4;
const LARGEST_DRIFT = 1e-4;

interface Measurement {
  /** Of the processor, all threads together. */
  secondsPerStep: number;
  peakMegabytes: number;
  losses: number[];
  version: string;
}

/** What both sides read: job.json, weights.f32, tokens.i32, targets.i32. */
function writeJob(folder: string, config: CausalLmConfig): number {
  const parameters = initialCausalLm(config, 1);
  const random = keyedRandom('torch-step');
  const ids = () => Int32Array.from({ length: BATCHES * TOKENS }, () => random.below(config.vocabulary));
  // The flat buffer is laid out by the engine; written by name, it need not be known.
  const weights = parameters.specs.map(({ name }) => Buffer.from(new Float32Array(parameters.values(name)).buffer));
  writeFileSync(join(folder, 'weights.f32'), Buffer.concat(weights));
  for (const name of ['tokens', 'targets']) writeFileSync(join(folder, `${name}.i32`), Buffer.from(ids().buffer));
  const specs = parameters.specs.map(({ name, shape }) => [name, shape]);
  writeFileSync(join(folder, 'job.json'), JSON.stringify({ ...JOB, config, specs }));
  return parameters.count;
}

async function measureEngine(
  folder: string,
  { decoder, steps }: { decoder: Decoder; steps: number },
): Promise<Measurement> {
  const config = DECODERS[decoder];
  const parameters = initialCausalLm(config, 1);
  const optimiser = adamW(parameters, JOB);
  const engine = new GradientEngine<CausalLmBucket>({
    parameters,
    threads: JOB.threads,
    build: (input) => ({ loss: negate(mean(causalLmTerms(input, { config }).logProbability)) }),
  });
  const read = (name: string) => new Int32Array(new Uint8Array(readFileSync(join(folder, `${name}.i32`))).buffer);
  const [tokens, targets] = [read('tokens'), read('targets')];
  const positions = Int32Array.from({ length: TOKENS }, (_, index) => index);
  const losses: number[] = [];
  const step = async (): Promise<void> => {
    const start = (losses.length % BATCHES) * TOKENS;
    const part = (ids: Int32Array) => ids.slice(start, start + TOKENS);
    const feeds = { tokens: part(tokens), targets: part(targets), positions };
    const { loss } = await engine.run({ batch: JOB.batch, length: JOB.length, chosen: TOKENS }, feeds);
    optimiser.update(engine.gradient);
    losses.push(loss);
  };
  await step();
  const before = process.cpuUsage();
  for (let i = 0; i < steps; i++) await step();
  const { user, system } = process.cpuUsage(before);
  return {
    secondsPerStep: (user + system) / 1e6 / steps,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    losses,
    version: process.version,
  };
}

function run(command: string, args: readonly string[]): Measurement {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

/** What is needed of Python's packages, by form. */
const FORMS = { transformers: 'import torch, transformers', 'by-hand': 'import torch' };
type Side = 'engine' | keyof typeof FORMS;

interface Bench {
  decoder: Decoder;
  python: string;
  forms: readonly (keyof typeof FORMS)[];
  rounds: number;
  steps: number;
}

const described = ({ secondsPerStep, peakMegabytes }: Measurement): string =>
  `${(1000 * secondsPerStep).toFixed(0)} ms of CPU a step, ${peakMegabytes.toFixed(0)} MB`;

function compare({ decoder, python, forms, rounds, steps }: Bench): void {
  const folder = mkdtempSync(join(tmpdir(), 'r1-torch-step-'));
  try {
    const parameters = writeJob(folder, DECODERS[decoder]);
    const measured = new Map<Side, Measurement[]>();
    for (let round = 1; round <= rounds; round++) {
      for (const side of ['engine', ...forms] as const) {
        const here = [
          fileURLToPath(import.meta.url),
          '--engine',
          folder,
          '--decoder',
          decoder,
          '--steps',
          String(steps),
        ];
        const there = [join(import.meta.dirname, 'torch_step.py'), folder, side, String(steps)];
        const one = side === 'engine' ? run(process.execPath, here) : run(python, there);
        checkLosses(one, measured.get('engine')?.[0] ?? one);
        measured.set(side, [...(measured.get(side) ?? []), one]);
        console.log(`round ${round}, ${side}: ${described(one)}`);
      }
    }
    console.log(JSON.stringify({ decoder, parameters, ...summaryOf(measured) }, null, 2));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function driftOf(one: Measurement, other: Measurement): number {
  return Math.max(...one.losses.map((loss, index) => Math.abs(loss - other.losses[index]!)));
}

function checkLosses(one: Measurement, engine: Measurement): void {
  const drift = driftOf(one, engine);
  if (!(drift <= LARGEST_DRIFT)) throw new Error(`the losses differ by ${drift} within ${one.losses.length} steps`);
}

/** Medians of the rounds; ratios are of the engine to the other side within a round. */
function summaryOf(measured: ReadonlyMap<Side, readonly Measurement[]>): Record<string, object> {
  const engine = measured.get('engine')!;
  return Object.fromEntries(
    [...measured].map(([side, rounds]) => {
      const ratio = (of: (one: Measurement) => number): number =>
        Number(median(rounds.map((one, round) => of(engine[round]!) / of(one))).toFixed(3));
      const seconds = median(rounds.map(({ secondsPerStep }) => secondsPerStep));
      const figures = {
        version: rounds[0]!.version,
        millisecondsPerStep: Math.round(1000 * seconds),
        tokensPerProcessorSecond: Math.round(TOKENS / seconds),
        peakMegabytes: Math.round(median(rounds.map(({ peakMegabytes }) => peakMegabytes))),
        firstLoss: rounds[0]!.losses[0],
        lastLoss: rounds[0]!.losses.at(-1),
      };
      if (side === 'engine') return [side, figures];
      const compared = {
        engineTime: ratio(({ secondsPerStep }) => secondsPerStep),
        engineMemory: ratio(({ peakMegabytes }) => peakMegabytes),
        largestDrift: driftOf(rounds[0]!, engine[0]!),
      };
      return [side, { ...figures, ...compared }];
    }),
  );
}

/** Those whose packages are there; says of the others what to install. */
function formsOf(python: string): (keyof typeof FORMS)[] {
  return (Object.entries(FORMS) as [keyof typeof FORMS, string][]).flatMap(([form, imports]) => {
    const tried = spawnSync(python, ['-c', imports], { encoding: 'utf8' });
    if (tried.status === 0) return [form];
    const why = tried.error?.message ?? tried.stderr.trim().split('\n').at(-1);
    console.log(
      `${form} not measured: ${python} lacks a package (${why}); pip install torch transformers, or --python PATH`,
    );
    return [];
  });
}

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '7' },
    steps: { type: 'string', default: '12' },
    decoder: { type: 'string', default: 'qwen2' },
    engine: { type: 'string' },
  },
});

if (!(flags.decoder in DECODERS)) throw new Error(`--decoder is ${Object.keys(DECODERS).join(' or ')}`);
const decoder = flags.decoder as Decoder;
const steps = Number(flags.steps);
if (flags.engine) {
  console.log(JSON.stringify(await measureEngine(flags.engine, { decoder, steps })));
} else {
  const forms = formsOf(flags.python);
  if (forms.length > 0) compare({ decoder, python: flags.python, forms, rounds: Number(flags.rounds), steps });
}
