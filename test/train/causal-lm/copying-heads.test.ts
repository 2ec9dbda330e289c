import { describe, expect, it } from 'vitest';
import { parseCausalLmConfig } from '../../../src/causal-lm/config.ts';
import { keyedRandom } from '../../../src/common/random.ts';
import { addCopyingHeads, copyingHeadsFit } from '../../../src/train/causal-lm/copying-heads.ts';
import { TokenLogProbabilities } from '../../../src/train/causal-lm/log-probabilities.ts';
import { freshDecoder, type SmallShape } from '../../../src/train/causal-lm/small-decoder.ts';
import { causalLmFeeds, type MaskedSequence } from '../../../src/train/causal-lm/training.ts';

const SHAPE: SmallShape = { vocabulary: 400, hidden: 128, layers: 2, heads: 2 };
const fresh = (shape: SmallShape) => freshDecoder(shape, { own: {}, seed: 1 });

/** Drawn tokens, others in between, and the first ones again, of which all but the first can be told. */
function repeated(count: number, tokenOf: (drawn: number) => number): MaskedSequence[] {
  const random = keyedRandom('repeated');
  const drawn = (size: number) => Array.from({ length: size }, () => tokenOf(random.below(400)));
  return Array.from({ length: count }, () => {
    const [before, said, between] = [drawn(random.below(20)), drawn(5 + random.below(15)), drawn(random.below(50))];
    const shown = [...before, ...said, ...between, said[0]!];
    return {
      ids: [...shown, ...said.slice(1)],
      mask: [...shown.map(() => 0), ...said.slice(1).map(() => 1)],
    };
  });
}

/** Mean log-probability of the learnt tokens, in nats. */
async function likelihood(shape: SmallShape, sequences: MaskedSequence[]): Promise<number> {
  const { config, parameters } = fresh(shape);
  const { bucket, feeds, chosen } = causalLmFeeds(sequences);
  const terms = new TokenLogProbabilities({ config, parameters: [parameters] });
  const values = (await terms.of(bucket, feeds)).slice(0, chosen.length);
  await terms.release();
  return values.reduce((total, value) => total + value, 0) / values.length;
}

describe('heads that copy', () => {
  it('continue what stood before at any distance, before anything is learnt', async () => {
    const sequences = repeated(24, (drawn) => drawn);
    expect(await likelihood(SHAPE, sequences)).toBeGreaterThan(-1);
    expect(await likelihood({ ...SHAPE, copying: false }, sequences)).toBeLessThan(-5);
  });

  it('tell places apart by two tokens where one stands in many', async () => {
    // Of 16 tokens each stands in four places or so: one token alone gives a likelihood of a quarter at best.
    const sequences = repeated(24, (drawn) => drawn % 16);
    expect(await likelihood(SHAPE, sequences)).toBeGreaterThan(Math.log(1 / 4));
  });

  it('are the same for the same seed, and in the weights of a shape that knows nothing of them', () => {
    const [one, two] = [fresh(SHAPE), fresh(SHAPE)];
    expect(one.parameters.flat).toEqual(two.parameters.flat);
    expect({ ...one.config, rotaryBase: 10_000 }).toEqual(fresh({ ...SHAPE, copying: false }).config);
    expect(one.parameters.specs).toEqual(fresh({ ...SHAPE, copying: false }).parameters.specs);
  });

  it('are left out by default where there is no room, and refused where they are asked for', () => {
    const small = { ...SHAPE, hidden: 48, heads: 4 };
    expect(fresh(small).parameters.flat).toEqual(fresh({ ...small, copying: false }).parameters.flat);
    expect(() => fresh({ ...small, copying: true })).toThrow(/copying heads do not fit 2 layers of 4 heads of 12/);
    const llama = parseCausalLmConfig({ ...fresh(SHAPE).raw, model_type: 'llama' });
    expect(copyingHeadsFit(llama)).toBe(false);
    expect(() => addCopyingHeads(fresh(SHAPE).parameters, llama, 1)).toThrow(/do not fit/);
  });
});
