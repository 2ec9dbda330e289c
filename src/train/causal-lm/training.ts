/** Training a decoder: fresh weights and adapters, batches of sequences, and the graph of their chosen tokens. */
import { roundUp } from '../../causal-lm/bucket.ts';
import { type CausalLmConfig, causalLmParameters, type LoraConfig, loraParameters } from '../../causal-lm/config.ts';
import { causalMask, decoder, type TokenTerms, tokenTerms } from '../../causal-lm/decoder.ts';
import { keyedRandom } from '../../common/random.ts';
import type { BuildInput } from '../../engine/gradient-engine.ts';
import type { Graph, Tensor } from '../../engine/graph.ts';
import { gatherRows, rotaryTables } from '../../engine/operators/index.ts';
import { Parameters } from '../../engine/parameters.ts';
import type { Feeds } from '../../engine/program.ts';

/** Weights as GPT-2 and Llama start: normal with deviation 0.02, norms at 1, biases at 0. */
export function initialCausalLm(config: CausalLmConfig, seed: number): Parameters {
  const parameters = new Parameters(causalLmParameters(config));
  for (const { name } of parameters.specs) {
    if (name.includes('norm')) parameters.fill(name, 1);
    else if (!name.endsWith('.bias')) parameters.fillNormal(name, 0.02, keyedRandom('causal-lm', seed, name));
  }
  return parameters;
}

/** Adapters that change nothing yet: A random, B zero. */
export function initialLora(config: CausalLmConfig, lora: LoraConfig, seed: number): Parameters {
  const parameters = new Parameters(loraParameters(config, lora));
  for (const { name, shape } of parameters.specs) {
    if (!name.includes('lora_A')) continue;
    parameters.fillNormal(name, 1 / Math.sqrt(shape[1]!), keyedRandom('lora', seed, name));
  }
  return parameters;
}

export interface CausalLmBucket {
  batch: number;
  length: number;
  /** Tokens in the loss, padding included. */
  chosen: number;
  /** Rows of `bars`, where the tokens are held to a form. */
  bars?: number;
}

/** The terms of the chosen tokens. Feeds: those of `causalLmFeeds`, and of `barFeeds` where the bucket has bars. */
export function causalLmTerms(
  { graph, bucket, weight }: BuildInput<CausalLmBucket>,
  { config, lora, temperature }: { config: CausalLmConfig; lora?: LoraConfig; temperature?: number },
): TokenTerms & { hidden: Tensor } {
  const { batch, length, chosen, bars: kinds } = bucket;
  const half = config.headSize / 2;
  const angles = rotaryTables({ positions: length, headSize: config.headSize, base: config.rotaryBase });
  const { hidden } = decoder({
    config,
    weight,
    lora,
    tokens: inputOf(graph, 'tokens', [batch, length]),
    cosine: graph.constant(angles.cosine, [length, half]),
    sine: graph.constant(angles.sine, [length, half]),
    mask: causalMask(graph, length),
  });
  const positions = inputOf(graph, 'positions', [chosen]);
  const targets = inputOf(graph, 'targets', [chosen]);
  const bars =
    kinds === undefined
      ? undefined
      : gatherRows(inputOf(graph, 'bars', [kinds, config.vocabulary], 'float32'), inputOf(graph, 'barOf', [chosen]));
  return { hidden, ...tokenTerms(hidden, { positions, targets, config, weight, temperature, bars }) };
}

/** Two models in one graph read the same tokens. */
function inputOf(graph: Graph, name: string, shape: readonly number[], type: 'int32' | 'float32' = 'int32'): Tensor {
  return graph.findInput(name) ?? graph.input(name, shape, type);
}

/** A sequence and which of its tokens are learnt from: mask[i] is 1 where token i was written by the policy. */
export interface MaskedSequence {
  ids: readonly number[];
  mask: readonly number[];
}

/**
 * Feeds for sequences padded on the right, and for each chosen token which sequence and place it is. A masked first token has
 * nothing before it to be predicted from and is left out.
 */
export function causalLmFeeds(
  sequences: readonly MaskedSequence[],
  { chosenStep = 64 }: { chosenStep?: number } = {},
): {
  bucket: CausalLmBucket;
  feeds: Feeds;
  chosen: { sequence: number; place: number }[];
} {
  const chosen = sequences.flatMap(({ mask }, sequence) =>
    [...mask.keys()].filter((place) => place > 0 && mask[place] === 1).map((place) => ({ sequence, place })),
  );
  const length = roundUp(Math.max(1, ...sequences.map(({ ids }) => ids.length)), 32);
  const bucket = { batch: sequences.length, length, chosen: roundUp(chosen.length, chosenStep) };
  const tokens = new Int32Array(bucket.batch * length);
  sequences.forEach(({ ids }, row) => {
    tokens.set(ids, row * length);
  });
  const positions = new Int32Array(bucket.chosen);
  const targets = new Int32Array(bucket.chosen);
  chosen.forEach(({ sequence, place }, index) => {
    positions[index] = sequence * length + place - 1;
    targets[index] = sequences[sequence]!.ids[place]!;
  });
  return { bucket, feeds: { tokens, positions, targets }, chosen };
}
