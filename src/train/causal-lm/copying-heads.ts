/**
 * A decoder that can copy from its first step. What a small model learns last is to find the place where the token it just wrote
 * stood before and to write what came after it there: two layers must agree by chance before either earns anything (induction heads;
 * Olsson et al., arXiv 2209.11895). Here the first two layers begin so: a head of the first carries the token before into a part of
 * the hidden state that the embeddings leave free, a head of the second looks for it and carries over what stands there. These are
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
  const { hidden, heads, headSize, rotaryBase } = config;
  if (!copyingHeadsFit(config)) {
    throw userError(
      'copying-heads',
      `copying heads do not fit ${config.layers} layers of ${heads} heads of ${headSize}; give heads of at least 32 and two layers, or leave shape.copying out`,
    );
  }
  const half = headSize / 2;
  const steady = steadyPairs(config);
  /** A token is shown to the second layer by so many numbers. */
  const shownSize = steady.length;
  const open = hidden - 2 * shownSize;
  const random = (name: string): Random => keyedRandom('copying-heads', seed, name);
  const of = (layer: number, name: string) => parameters.values(`model.layers.${layer}.self_attn.${name}`);

  // Embeddings leave the last places of the hidden state free: for the token before, and for the one before that.
  const embeddings = parameters.values('model.embed_tokens.weight');
  parameters.fillNormal('model.embed_tokens.weight', EMBEDDING / Math.sqrt(open), random('embeddings'));
  for (let row = 0; row < config.vocabulary; row++) embeddings.fill(0, row * hidden + open, (row + 1) * hidden);
  parameters.fill('model.norm.weight', LOUDNESS / EMBEDDING / Math.sqrt(hidden));
  const shown = orthonormal(shownSize, open, random('shown'));

  // First layer: two heads look one place and two places back, whatever stands there.
  const key = Array.from({ length: half }, (_, pair) => 7 * 0.75 ** pair);
  of(0, 'k_proj.weight').fill(0, 0, headSize * hidden);
  of(0, 'k_proj.bias').set(key);
  of(0, 'q_proj.weight').fill(0, 0, 2 * headSize * hidden);
  for (const back of [1, 2]) {
    const query = of(0, 'q_proj.bias').subarray((back - 1) * headSize, back * headSize);
    key.forEach((value, pair) => {
      const turn = -back * rotaryBase ** (-pair / half);
      query[pair] = value * Math.cos(turn);
      query[pair + half] = value * Math.sin(turn);
    });
  }
  const [values0, output0] = [of(0, 'v_proj.weight'), of(0, 'o_proj.weight')];
  const width = heads * headSize;
  values0.fill(0, 0, shownSize * hidden);
  for (let row = 0; row < hidden; row++) output0.fill(0, row * width, row * width + 2 * headSize);
  // What is shown of a normed embedding has numbers of about 1.
  const written = EMBEDDING / Math.sqrt(open);
  for (let place = 0; place < shownSize; place++) {
    values0.set(shown[place]!, place * hidden);
    output0[(open + place) * width + place] = written;
    output0[(open + shownSize + place) * width + headSize + place] = written;
  }

  // Second layer: a head asks with this token and the one before, is answered by the two before a place, and carries over what stands there.
  const sharp = Math.sqrt((SHARPNESS * Math.sqrt(headSize)) / shownSize);
  const [query1, key1] = [of(1, 'q_proj.weight'), of(1, 'k_proj.weight')];
  query1.fill(0, 0, 2 * headSize * hidden);
  key1.fill(0, 0, headSize * hidden);
  steady.forEach((pair, place) => {
    const [first, second] = [pair * hidden, (pair + half) * hidden];
    for (const head of [0, headSize * hidden]) {
      query1.set(
        shown[place]!.map((value) => value * sharp),
        head + first,
      );
      query1[head + second + open + place] = sharp;
    }
    key1[first + open + place] = sharp;
    key1[second + open + shownSize + place] = sharp;
  });
  const carried = orthonormal(headSize, open, random('carried'));
  const [values1, output1] = [of(1, 'v_proj.weight'), of(1, 'o_proj.weight')];
  values1.fill(0, 0, headSize * hidden);
  for (let row = 0; row < hidden; row++) output1.fill(0, row * width, row * width + headSize);
  for (let place = 0; place < headSize; place++) {
    values1.set(carried[place]!, place * hidden);
    for (let row = 0; row < open; row++)
      output1[row * width + place] = ((CARRIED * EMBEDDING) / Math.sqrt(headSize)) * carried[place]![row]!;
  }
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
