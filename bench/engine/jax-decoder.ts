/**
 * The same decoder in @jax-js/jax: an independent oracle of the engine's whole step, and the other side of the benchmark. Written
 * for clarity; lookups are products with one-hot rows. The two halves of a layer are compiled and the rest is not: compiled as a
 * whole, the library works the softmax over the vocabulary out again for every element of the product that follows, which takes ten
 * times as long; compiling nothing takes twice as long.
 */
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { type CausalLmConfig, causalLmParameters } from '../../src/causal-lm/config.ts';
import { rotaryTables } from '../../src/engine/operators/index.ts';
import type { Parameters } from '../../src/engine/parameters.ts';

type Array = np.Array;
type Weights = Record<string, Array>;

export interface JaxDecoder {
  /** Mean cross-entropy of `targets` and, when asked, gradients by name. */
  step(
    tokens: Int32Array,
    targets: Int32Array,
    options?: { gradients?: boolean },
  ): Promise<{ loss: number; gradients: Record<string, Float32Array> }>;
}

export async function jaxDecoder(
  config: CausalLmConfig,
  parameters: Parameters,
  { batch, length }: { batch: number; length: number },
): Promise<JaxDecoder> {
  await init('wasm');
  defaultDevice('wasm');
  const { heads, keyValueHeads, headSize, vocabulary, normEpsilon } = config;
  const groups = heads / keyValueHeads;
  const rows = batch * length;
  const tables = rotaryTables({ positions: length, headSize, base: config.rotaryBase });
  const half = headSize / 2;
  const cosine = np.array(tables.cosine).reshape([length, half]);
  const sine = np.array(tables.sine).reshape([length, half]);
  const mask = np
    .array(Float32Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)))
    .reshape([length, length]);

  const rmsNorm = (x: Array, weight: Array): Array => {
    const inverse = np.sqrt(np.mean(x.ref.mul(x.ref), -1, { keepdims: true }).add(normEpsilon));
    return x.div(inverse).mul(weight);
  };
  const dense = (x: Array, weight: Array): Array => np.matmul(x, np.transpose(weight));
  const rotate = (x: Array): Array => {
    const [left, right] = np.split(x, 2, -1) as [Array, Array];
    const first = left.ref.mul(cosine.ref).sub(right.ref.mul(sine.ref));
    const second = right.mul(cosine.ref).add(left.mul(sine.ref));
    return np.concatenate([first, second], -1);
  };
  const split = (x: Array, count: number): Array =>
    np.transpose(x.reshape([batch, length, count, headSize]), [0, 2, 1, 3]);

  type LayerWeights = readonly Array[];
  const layerNames = [
    'input_layernorm',
    'self_attn.q_proj',
    'self_attn.k_proj',
    'self_attn.v_proj',
    'self_attn.o_proj',
    'post_attention_layernorm',
    'mlp.gate_proj',
    'mlp.up_proj',
    'mlp.down_proj',
  ];
  const attend = (x: Array, ...[inputNorm, queryWeight, keyWeight, valueWeight, outputWeight]: LayerWeights): Array => {
    const normal = rmsNorm(x.ref, inputNorm!);
    const query = rotate(split(dense(normal.ref, queryWeight!), heads));
    const key = rotate(split(dense(normal.ref, keyWeight!), keyValueHeads));
    const value = split(dense(normal, valueWeight!), keyValueHeads);
    const grouped = query.reshape([batch, keyValueHeads, groups * length, headSize]);
    const scores = np.matmul(grouped, np.transpose(key, [0, 1, 3, 2])).mul(1 / Math.sqrt(headSize));
    const masked = scores.reshape([batch, keyValueHeads, groups, length, length]).add(mask.ref);
    const attended = nn.softmax(masked, -1).reshape([batch, keyValueHeads, groups * length, length]);
    const mixed = np.matmul(attended, value).reshape([batch, heads, length, headSize]);
    const joined = np.transpose(mixed, [0, 2, 1, 3]).reshape([rows, heads * headSize]);
    return x.add(dense(joined, outputWeight!));
  };
  const feed = (x: Array, ...[norm, gateWeight, upWeight, downWeight]: LayerWeights): Array => {
    const between = rmsNorm(x.ref, norm!);
    const gate = nn.silu(dense(between.ref, gateWeight!));
    const up = dense(between, upWeight!);
    return x.add(dense(gate.mul(up), downWeight!));
  };
  const [attendCompiled, feedCompiled] = [jit(attend), jit(feed)];
  const loss = (weights: Weights, tokens: Array, targets: Array): Array => {
    const weight = (name: string): Array => weights[name]!.ref;
    let x = np.matmul(tokens, weight('model.embed_tokens.weight'));
    for (let layer = 0; layer < config.layers; layer++) {
      const own = layerNames.map((name) => weight(`model.layers.${layer}.${name}.weight`));
      x = feedCompiled(attendCompiled(x, ...own.slice(0, 5)), ...own.slice(5));
    }
    const head = weight(config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight');
    const logits = dense(rmsNorm(x, weight('model.norm.weight')), head);
    const result = np.sum(nn.logSoftmax(logits, -1).mul(targets)).mul(-1 / rows);
    for (const value of Object.values(weights)) value.dispose();
    return result;
  };

  const step = valueAndGrad(loss);
  const specs = causalLmParameters(config);
  const oneHot = (ids: Int32Array): Array => {
    const values = new Float32Array(rows * vocabulary);
    ids.forEach((id, row) => {
      values[row * vocabulary + id] = 1;
    });
    return np.array(values).reshape([rows, vocabulary]);
  };
  return {
    async step(tokens, targets, { gradients: wanted = false } = {}) {
      const weights: Weights = Object.fromEntries(
        specs.map(({ name, shape }) => [name, np.array(new Float32Array(parameters.values(name))).reshape([...shape])]),
      );
      const [value, gradients] = step(weights, oneHot(tokens), oneHot(targets)) as unknown as [Array, Weights];
      const result = { loss: (await value.data())[0]!, gradients: {} as Record<string, Float32Array> };
      for (const [name, gradient] of Object.entries(gradients)) {
        if (wanted) result.gradients[name] = (await gradient.data()) as Float32Array;
        else await gradient.blockUntilReady().then((ready) => ready.dispose());
      }
      return result;
    },
  };
}
