/**
 * The scorer as a differentiable graph: the same network that src/offline/policies/scorer/network.ts computes in plain
 * TypeScript, over batches of decisions padded to a bucket of shapes.
 */
import { keyedRandom } from '../../common/random.ts';
import type { BuildInput } from '../../engine/gradient-engine.ts';
import type { Tensor } from '../../engine/graph.ts';
import {
  add,
  concat,
  exp,
  gatherElements,
  gatherRows,
  linear,
  logSoftmax,
  matmul,
  multiply,
  negate,
  relu,
  reshape,
  slice,
  sum,
} from '../../engine/operators/index.ts';
import { Parameters } from '../../engine/parameters.ts';
import type { Feeds } from '../../engine/program.ts';
import type { ScorerInput } from '../../offline/policies/scorer/input.ts';
import {
  closedActions,
  featureNames,
  type ScorerShape,
  scorerParameters,
} from '../../offline/policies/scorer/shape.ts';
import type { FeatureBag } from '../../offline/policies/scorer/text-features.ts';

/** Every shape of a batch of decisions. Sizes are rounded up, so that few graphs serve all batches. */
export interface ScorerBucket {
  decisions: number;
  subQuestions: number;
  knowledgeBases: number;
  questionFeatures: number;
  descriptionFeatures: number;
}

/** Fresh weights: small normal embeddings, output layers and dense features at zero, so that all actions start
 * equal and a feature never seen in training stays without effect. */
export function initialScorer(shape: ScorerShape, seed: number): Parameters {
  const parameters = new Parameters(scorerParameters(shape));
  for (const { name, shape: size } of parameters.specs) {
    // A word that training never shows must say nothing: the question's words begin at 0, the descriptions' do not.
    if (/\.(?:bias|output|dense)$|^question\.embedding$/.test(name)) continue;
    const deviation = name.endsWith('.embedding') ? 0.1 : 1 / Math.sqrt(size[1]!);
    parameters.fillNormal(name, deviation, keyedRandom('scorer', seed, name));
  }
  return parameters;
}

/** Nats by which the rule's move stands out at first. */
const RULE_LEAD = 6;
/** Nats by which asking the same again of the same stands back at first, where no looks tell. */
const AGAIN_LAST = 8;

/**
 * Begins at probe's rule (`probe-rule.ts`): its move is the likeliest action, and what is learnt are the exceptions. The first hidden
 * unit of either network holds it. Above a temperature of 1 its move stands out less: the same is likeliest, and more is tried out.
 */
export function startFromRule(
  parameters: Parameters,
  shape: Pick<ScorerShape, 'width' | 'features'>,
  { temperature = 1 }: { temperature?: number } = {},
): void {
  const { width } = shape;
  const names = featureNames(shape);
  const clear = (name: string, columns: number) => parameters.values(name).fill(0, 0, columns);
  for (const part of ['question', 'description', 'product']) clear(`candidate.${part}`, width);
  clear('stop.question', width);
  for (const [place, feature] of names.dense.entries())
    if (feature === 'rule-looks' || feature === 'rule-asks') parameters.values('candidate.dense')[place] = 1;
  parameters.values('stop.dense')[names.stop.indexOf('rule-stops')] = 1;
  if (shape.features === 'files') {
    // The second hidden unit: nearly all of what a search gives was read the first time.
    const row = names.dense.length;
    for (const part of ['question', 'description', 'product'])
      parameters.values(`candidate.${part}`).fill(0, width, 2 * width);
    parameters.values('candidate.dense')[row + names.dense.indexOf('asked-here-before')] = 1;
    parameters.values('candidate.output')[1] = -AGAIN_LAST / temperature;
  }
  parameters.values('candidate.output')[0] = RULE_LEAD / temperature;
  parameters.values('stop.output')[0] = RULE_LEAD / temperature;
}

export interface ScorerActions {
  /** [decisions, actions] natural log-probabilities; actions that do not exist are at about -1e9. */
  logProbabilities: Tensor;
  /** [decisions] of the chosen actions (`chosen` is fed). */
  chosen: Tensor;
  /** [decisions], in nats. */
  entropy: Tensor;
}

/** Builds the network. Feeds: those of `scorerFeeds`. */
export function scorerActions(
  { graph, bucket, weight }: BuildInput<ScorerBucket>,
  shape: Pick<ScorerShape, 'width' | 'hidden' | 'stopHidden' | 'features'>,
): ScorerActions {
  const names = featureNames(shape);
  const { decisions: B, subQuestions: S, knowledgeBases: N, questionFeatures: K, descriptionFeatures: L } = bucket;
  const { width, hidden, stopHidden } = shape;
  const bags = (name: string, table: string, rows: number, features: number): Tensor => {
    const rowsOf = gatherRows(weight(table), graph.input(`${name}.ids`, [B, rows, features], 'int32'));
    const weights = graph.input(`${name}.weights`, [B, rows, 1, features]);
    return reshape(matmul(weights, rowsOf), [B, rows, width]);
  };
  // The question itself is the last row of the question bags.
  const questions = bags('question', 'question.embedding', S + 1, K);
  const q = reshape(slice(questions, 1, 0, S), [B, S, 1, width]);
  const d = reshape(bags('description', 'description.embedding', N, L), [B, 1, N, width]);
  const product = multiply(q, d);
  const dense = graph.input('dense', [B, S, N, names.dense.length]);
  const units = relu(
    add(
      add(linear(q, weight('candidate.question')), linear(d, weight('candidate.description'))),
      add(
        linear(product, weight('candidate.product')),
        linear(dense, weight('candidate.dense'), weight('candidate.bias')),
      ),
    ),
  );
  const candidates = add(
    sum(product, { axes: [-1] }),
    reshape(linear(reshape(units, [B * S * N, hidden]), weight('candidate.output')), [B, S, N]),
  );
  const state = reshape(slice(questions, 1, S, S + 1), [B, width]);
  const stopUnits = relu(
    add(
      linear(state, weight('stop.question')),
      linear(graph.input('stop', [B, names.stop.length]), weight('stop.dense'), weight('stop.bias')),
    ),
  );
  const stop = linear(reshape(stopUnits, [B, stopHidden]), weight('stop.output'));
  const logits = add(concat([reshape(candidates, [B, S * N]), stop], 1), graph.input('mask', [B, S * N + 1]));
  const logProbabilities = logSoftmax(logits);
  const chosen = reshape(gatherElements(logProbabilities, graph.input('chosen', [B, 1], 'int32'), 1), [B]);
  const entropy = negate(sum(multiply(exp(logProbabilities), logProbabilities), { axes: [1] }));
  return { logProbabilities, chosen, entropy };
}

/** A decision to learn from: what was seen, and the action taken (an index among the input's own actions). */
export interface ScorerSample {
  input: ScorerInput;
  actionId: number;
}

const roundUp = (value: number, steps: readonly number[]): number =>
  steps.find((step) => step >= value) ?? 2 ** Math.ceil(Math.log2(value));
const ROW_STEPS = [1, 2, 4, 7];
const FEATURE_STEPS = [64, 96, 128, 192, 256, 512];

const MASKED = -1e9;

/** The bucket that holds these samples, `decisions` of them, and its feeds. Missing decisions are masked but for stop. */
export function scorerFeeds(
  samples: readonly ScorerSample[],
  decisions: number = samples.length,
  shape: Pick<ScorerShape, 'features'> = {},
): { bucket: ScorerBucket; feeds: Feeds } {
  const most = (sizes: number[]): number => Math.max(1, ...sizes);
  const S = roundUp(most(samples.map(({ input }) => input.subQuestions.length)), ROW_STEPS);
  const N = most(samples.map(({ input }) => input.descriptions.length));
  const bagsOf = (input: ScorerInput): FeatureBag[] => [...input.subQuestions, input.question];
  const K = roundUp(most(samples.flatMap(({ input }) => bagsOf(input).map(({ ids }) => ids.length))), FEATURE_STEPS);
  const L = roundUp(most(samples.flatMap(({ input }) => input.descriptions.map(({ ids }) => ids.length))), [
    16,
    32,
    ...FEATURE_STEPS,
  ]);
  const bucket = { decisions, subQuestions: S, knowledgeBases: N, questionFeatures: K, descriptionFeatures: L };
  const names = featureNames(shape);
  const width = names.dense.length;
  const actions = S * N + 1;
  const feeds = {
    'question.ids': new Int32Array(decisions * (S + 1) * K),
    'question.weights': new Float32Array(decisions * (S + 1) * K),
    'description.ids': new Int32Array(decisions * N * L),
    'description.weights': new Float32Array(decisions * N * L),
    dense: new Float32Array(decisions * S * N * width),
    stop: new Float32Array(decisions * names.stop.length),
    mask: new Float32Array(decisions * actions).fill(MASKED),
    chosen: new Int32Array(decisions).fill(actions - 1),
  };
  samples.forEach(({ input, actionId }, b) => {
    const count = input.descriptions.length;
    const place = (bag: FeatureBag, ids: Int32Array, weights: Float32Array, at: number): void => {
      ids.set(bag.ids, at);
      weights.set(bag.weights, at);
    };
    const isClosed = closedActions(shape, input) ?? (() => false);
    const stopAction = input.subQuestions.length * count;
    input.subQuestions.forEach((bag, s) => {
      place(bag, feeds['question.ids'], feeds['question.weights'], (b * (S + 1) + s) * K);
    });
    place(input.question, feeds['question.ids'], feeds['question.weights'], (b * (S + 1) + S) * K);
    input.descriptions.forEach((bag, k) => {
      place(bag, feeds['description.ids'], feeds['description.weights'], (b * N + k) * L);
    });
    for (let s = 0; s < input.subQuestions.length; s++) {
      for (let k = 0; k < count; k++) {
        const from = (s * count + k) * width;
        feeds.dense.set(input.dense.subarray(from, from + width), ((b * S + s) * N + k) * width);
        if (!isClosed(s * count + k)) feeds.mask[b * actions + s * N + k] = 0;
      }
    }
    feeds.stop.set(input.stop, b * names.stop.length);
    if (!isClosed(stopAction)) feeds.mask[b * actions + actions - 1] = 0;
    const isStop = actionId === stopAction;
    feeds.chosen[b] = isStop ? actions - 1 : Math.floor(actionId / count) * N + (actionId % count);
  });
  // In rows to spare there is nothing but to stop.
  for (let b = samples.length; b < decisions; b++) feeds.mask[b * actions + actions - 1] = 0;
  return { bucket, feeds };
}
