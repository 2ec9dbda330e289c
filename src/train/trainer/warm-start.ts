/**
 * The supervised start: the likelihood of the actions to imitate, taken together, same engine as what follows. Where several are
 * as good, mass on any of them will do: shared out among them, the next best single action would win. Features are dropped at random, keyed
 * by (seed, epoch, sample), so that the policy does not learn entities by heart.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import { GradientEngine } from '../../engine/gradient-engine.ts';
import { add, divide, exp, log, multiply, negate, sum } from '../../engine/operators/index.ts';
import { adamW } from '../../engine/optimiser.ts';
import type { Parameters } from '../../engine/parameters.ts';
import { warmupCosine } from '../../engine/schedule.ts';
import { WeightLock } from '../../engine/weight-lock.ts';
import type { ScorerInput } from '../../offline/policies/scorer/input.ts';
import type { ScorerShape } from '../../offline/policies/scorer/shape.ts';
import type { FeatureBag } from '../../offline/policies/scorer/text-features.ts';
import { dropFeatures } from '../models/feature-dropout.ts';
import { type ScorerBucket, scorerActions, scorerFeeds } from '../models/scorer.ts';

/** What was seen, and for each action (stop last) whether it is among the best. */
export interface ImitationSample {
  input: ScorerInput;
  good: readonly boolean[];
  /** There is nothing but words to go by: they are always seen. */
  onlyWords?: true;
  /** What is lost by the other decision, to stop or to go on; only the ratios count. Left out: all weigh the same. */
  stake?: number;
}

/** What another thread can be told. */
export interface WarmStartSettings {
  samples: readonly ImitationSample[];
  seed: number;
  epochs: number;
  batch: number;
  rate: number;
  weightDecay: number;
  featureDropout: number;
  textDropout: number;
  threads?: number;
}

export interface WarmStartProgress {
  step: number;
  steps: number;
  loss: number;
}

export interface WarmStartOptions extends WarmStartSettings {
  parameters: Parameters;
  shape: ScorerShape;
  /** Held while the weights change. */
  lock?: WeightLock;
  signal?: AbortSignal;
  onStep?: (progress: WarmStartProgress) => void;
}

/** Trains `parameters` in place and returns the mean loss of the last epoch, in nats a decision. */
export async function warmStart({
  parameters,
  shape,
  samples,
  seed,
  epochs,
  batch,
  rate,
  weightDecay,
  featureDropout,
  textDropout,
  threads = 1,
  lock = new WeightLock(),
  signal,
  onStep,
}: WarmStartOptions): Promise<number> {
  const mean = samples.reduce((sum, { stake = 1 }) => sum + stake, 0) / Math.max(1, samples.length);
  const isWeighed = samples.some(({ stake }) => stake !== undefined);
  const engine = new GradientEngine<ScorerBucket>({
    parameters,
    threads,
    build: (input) => {
      const { logProbabilities } = scorerActions(input, shape);
      const good = input.graph.input('good', logProbabilities.shape);
      const decisions = input.graph.input('decisions', [1]);
      const likelihood = sum(multiply(exp(logProbabilities), good), { axes: [1] });
      const each = log(add(likelihood, LEAST));
      const weighed = isWeighed ? multiply(each, input.graph.input('stakes', each.shape)) : each;
      return { loss: negate(divide(sum(weighed), decisions)) };
    },
  });
  const steps = epochs * Math.ceil(samples.length / batch);
  const optimiser = adamW(parameters, {
    rate: warmupCosine({ peak: rate, warmup: Math.ceil(steps / 10), total: steps }),
    weightDecay,
    maxNorm: 1,
  });
  let step = 0;
  let lastEpoch = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = keyedRandom('warm-start', seed, epoch).shuffle(samples);
      lastEpoch = 0;
      for (let start = 0; start < order.length; start += batch) {
        signal?.throwIfAborted();
        const chunk = order.slice(start, start + batch);
        const random = keyedRandom('warm-start', seed, epoch, start);
        const thinned = chunk.map((sample) => thin(sample, random, { featureDropout, textDropout }));
        const { bucket, feeds } = scorerFeeds(
          thinned.map(({ input }) => ({ input, actionId: 0 })),
          batch,
          shape,
        );
        const { loss } = await engine.run(bucket, {
          ...feeds,
          good: goodActions(thinned, bucket),
          decisions: Float32Array.of(chunk.length),
          ...(isWeighed && { stakes: stakesOf(thinned, batch, mean) }),
        });
        await lock.write(() => optimiser.update(engine.gradient));
        lastEpoch += (loss * chunk.length) / samples.length;
        onStep?.({ step: ++step, steps, loss });
      }
    }
  } finally {
    await engine.release();
  }
  return lastEpoch;
}

/** Keeps the logarithm of a chance that has vanished finite. */
const LEAST = 1e-9;

/** [decisions], 1 on average over all samples; what is there to fill the batch weighs nothing. */
function stakesOf(samples: readonly ImitationSample[], batch: number, mean: number): Float32Array {
  const stakes = new Float32Array(batch);
  for (const [row, { stake = 1 }] of samples.entries()) stakes[row] = stake / mean;
  return stakes;
}

/** [decisions, actions] in the bucket's own numbering: knowledge bases padded, stop last. In rows to spare everything is good. */
function goodActions(
  samples: readonly ImitationSample[],
  { decisions, subQuestions, knowledgeBases }: ScorerBucket,
): Float32Array {
  const actions = subQuestions * knowledgeBases + 1;
  const all = new Float32Array(decisions * actions).fill(1, samples.length * actions);
  samples.forEach(({ input, good }, row) => {
    const count = input.descriptions.length;
    good.forEach((isGood, action) => {
      const isStop = action === good.length - 1;
      const column = isStop ? actions - 1 : Math.floor(action / count) * knowledgeBases + (action % count);
      all[row * actions + column] = Number(isGood);
    });
  });
  return all;
}

const NO_WORDS: FeatureBag = { ids: new Int32Array(0), weights: new Float32Array(0) };

function thin(
  sample: ImitationSample,
  random: Random,
  { featureDropout, textDropout }: Pick<WarmStartSettings, 'featureDropout' | 'textDropout'>,
): ImitationSample {
  const { input, onlyWords } = sample;
  const wordless = textDropout > 0 && random.next() < textDropout && !onlyWords;
  const seen = (bag: FeatureBag): FeatureBag =>
    wordless ? NO_WORDS : featureDropout === 0 ? bag : dropFeatures(bag, featureDropout, random);
  return { ...sample, input: { ...input, question: seen(input.question), subQuestions: input.subQuestions.map(seen) } };
}
