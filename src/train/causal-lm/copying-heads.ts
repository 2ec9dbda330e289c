/**
 * A decoder that can copy from its first step. What a small model learns last is to find the place where the token it just wrote
 * stood before and to write what came after it there: two layers must agree by chance before either earns anything (induction heads;
 * Olsson et al., arXiv 2209.11895). Here the first two layers begin so: two heads of the first carry the two tokens before into a
 * part of the hidden state that embeddings leave free, a head of the second looks for them and carries over what stands there. These are
 * weights like the others and are trained on; the shape stays that of Qwen2. Beginning attention at what training would arrive at:
 * Trockman and Kolter, arXiv 2305.09828.
 */
import type { CausalLmConfig } from '../../causal-lm/config.ts';
import { userError } from '../../common/errors.ts';
import { keyedRandom, type Random } from '../../common/random.ts';
import type { Parameters } from '../../engine/parameters.ts';

/** Length of an embedding. With the usual deviation of 0.02 a copied token would hardly be heard at the head. */
const EMBEDDING = 5;
/** Largest logit of a token that is written as it stands, about. */
const LOUDNESS = 16;
/** Score of the right place over a wrong one, about, for each of the two tokens that are compared. */
const SHARPNESS = 6;
/** What the second layer carries over, against an embedding. */
const CARRIED = 2;
/** Pairs of a head that turn by more than this, in radians, over so many tokens are of no use for comparing tokens. */
const STEADY = { turn: 0.4, tokens: 160 };

/** Pairs of numbers of a head that hardly turn over a prompt: tokens are compared by these. */
function steadyPairs({ headSize, rotaryBase }: CausalLmConfig): number[] {
  const half = headSize / 2;
  return [...Array(half).keys()].filter((pair) => rotaryBase ** (-pair / half) * STEADY.tokens < STEADY.turn);
}

/** Whether a decoder of this shape has room for them: two layers, biases, two heads a key, heads large enough to tell tokens apart. */
export function copyingHeadsFit(config: CausalLmConfig): boolean {
  const { layers, heads, keyValueHeads, attentionBias, hidden } = config;
  const shownSize = steadyPairs(config).length;
  return (
    layers >= 2 && attentionBias !== 'none' && heads >= 2 * keyValueHeads && shownSize >= 8 && hidden >= 4 * shownSize
  );
}

/** Changes fresh weights in place. Throws `copying-heads` for shapes that they do not fit. */
export function addCopyingHeads(parameters: Parameters, config: CausalLmConfig, seed: number): void {
  const { hidden, heads, headSize } = config;
  if (!copyingHeadsFit(config)) {
    throw userError(
      'copying-heads',
      `copying heads do not fit ${config.layers} layers of ${heads} heads of ${headSize}; give heads of at least 32 and two layers, or leave shape.copying out`,
    );
  }
  const steady = steadyPairs(config);
  const open = hidden - 2 * steady.length;
  const random = (name: string): Random => keyedRandom('copying-heads', seed, name);
  const layer = (index: number): Layer => ({
    of: (name) => parameters.values(`model.layers.${index}.self_attn.${name}`),
    config,
    steady,
    open,
  });
  leaveRoom(parameters, { config, open, random: random('embeddings') });
  const shown = orthonormal(steady.length, open, random('shown'));
  lookBack(layer(0), shown);
  findAndCarry(layer(1), { shown, carried: orthonormal(headSize, open, random('carried')) });
}

interface Layer {
  of(name: string): Float32Array;
  config: CausalLmConfig;
  /** Pairs of a head in which tokens are compared: one for each number by which a token is shown to the second layer. */
  steady: readonly number[];
  /** Places of the hidden state that embeddings fill; behind them the token before, then the one before that. */
  open: number;
}

/** Embeddings leave the last places of the hidden state free. */
function leaveRoom(
  parameters: Parameters,
  { config: { vocabulary, hidden }, open, random }: { config: CausalLmConfig; open: number; random: Random },
): void {
  const embeddings = parameters.values('model.embed_tokens.weight');
  parameters.fillNormal('model.embed_tokens.weight', EMBEDDING / Math.sqrt(open), random);
  for (let row = 0; row < vocabulary; row++) embeddings.fill(0, row * hidden + open, (row + 1) * hidden);
  parameters.fill('model.norm.weight', LOUDNESS / EMBEDDING / Math.sqrt(hidden));
}

/** First layer: two heads look one place and two places back, whatever stands there, and write what is `shown` of it. */
function lookBack({ of, config, open }: Layer, shown: readonly number[][]): void {
  const { hidden, heads, headSize, rotaryBase } = config;
  const half = headSize / 2;
  const key = Array.from({ length: half }, (_, pair) => 7 * 0.75 ** pair);
  of('k_proj.weight').fill(0, 0, headSize * hidden);
  of('k_proj.bias').set(key);
  of('q_proj.weight').fill(0, 0, 2 * headSize * hidden);
  for (const back of [1, 2]) {
    const query = of('q_proj.bias').subarray((back - 1) * headSize, back * headSize);
    key.forEach((value, pair) => {
      const turn = -back * rotaryBase ** (-pair / half);
      query[pair] = value * Math.cos(turn);
      query[pair + half] = value * Math.sin(turn);
    });
  }
  const [values, output] = [of('v_proj.weight'), of('o_proj.weight')];
  const width = heads * headSize;
  values.fill(0, 0, shown.length * hidden);
  for (let row = 0; row < hidden; row++) output.fill(0, row * width, row * width + 2 * headSize);
  // What is shown of a normed embedding has numbers of about 1.
  const written = EMBEDDING / Math.sqrt(open);
  shown.forEach((direction, place) => {
    values.set(direction, place * hidden);
    output[(open + place) * width + place] = written;
    output[(open + shown.length + place) * width + headSize + place] = written;
  });
}

/** Second layer: a head asks with this token and the one before, is answered by the two before a place, and carries over what stands there. */
function findAndCarry(
  { of, config, steady, open }: Layer,
  { shown, carried }: { shown: readonly number[][]; carried: readonly number[][] },
): void {
  const { hidden, heads, headSize } = config;
  const sharp = Math.sqrt((SHARPNESS * Math.sqrt(headSize)) / steady.length);
  const [query, key] = [of('q_proj.weight'), of('k_proj.weight')];
  query.fill(0, 0, 2 * headSize * hidden);
  key.fill(0, 0, headSize * hidden);
  steady.forEach((pair, place) => {
    const [first, second] = [pair * hidden, (pair + headSize / 2) * hidden];
    const asked = shown[place]!.map((value) => value * sharp);
    for (const head of [0, headSize * hidden]) {
      query.set(asked, head + first);
      query[head + second + open + place] = sharp;
    }
    key[first + open + place] = sharp;
    key[second + open + steady.length + place] = sharp;
  });
  const [values, output] = [of('v_proj.weight'), of('o_proj.weight')];
  const width = heads * headSize;
  values.fill(0, 0, headSize * hidden);
  for (let row = 0; row < hidden; row++) output.fill(0, row * width, row * width + headSize);
  const loud = (CARRIED * EMBEDDING) / Math.sqrt(headSize);
  carried.forEach((direction, place) => {
    values.set(direction, place * hidden);
    for (let row = 0; row < open; row++) output[row * width + place] = loud * direction[row]!;
  });
}

/** Rows of length 1, at right angles to one another (Gram-Schmidt). */
function orthonormal(count: number, size: number, random: Random): number[][] {
  const rows: number[][] = [];
  while (rows.length < count) {
    const row = Array.from({ length: size }, () => random.normal());
    for (const other of rows) {
      const shared = row.reduce((total, value, place) => total + value * other[place]!, 0);
      other.forEach((value, place) => {
        row[place]! -= shared * value;
      });
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return rows;
}
