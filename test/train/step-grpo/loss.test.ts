import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { differentiate } from '../../../src/engine/differentiate.ts';
import { Graph, type Tensor } from '../../../src/engine/graph.ts';
import {
  logProbability as chosen,
  exp,
  logSoftmax,
  multiply,
  negate,
  sum,
} from '../../../src/engine/operators/index.ts';
import { compile } from '../../../src/engine/program.ts';
import { groupAdvantages, groupTokens, type StepGrpoLossOptions, stepGrpoLoss } from '../../../src/train/step-grpo.ts';
import { ACTIONS, addScore, DEPTH, LOGITS, sample } from './toy.ts';

interface Token {
  logProbability: number;
  old: number;
  reference: number;
  advantage: number;
  weight: number;
}

/** Loss and its gradient with respect to the log-probabilities, by the engine. */
async function engineLoss(tokens: readonly Token[], options: StepGrpoLossOptions) {
  const graph = new Graph();
  const n = tokens.length;
  const inputs = Object.fromEntries(
    (['logProbability', 'old', 'reference', 'advantage', 'weight'] as const).map((name) => [
      name,
      graph.input(name, [n]),
    ]),
  ) as Record<keyof Token, Tensor>;
  const { loss, metrics } = stepGrpoLoss(
    { ...inputs, oldLogProbability: inputs.old, referenceLogProbability: inputs.reference },
    options,
  );
  const [gradient] = differentiate(loss, [inputs.logProbability]);
  const program = await compile({ loss, gradient: gradient!, ...metrics });
  const feeds = Object.fromEntries(
    Object.keys(inputs).map((name) => [name, Float32Array.from(tokens, (token) => token[name as keyof Token])]),
  );
  await program.run(feeds);
  const outputs = Object.fromEntries(Object.entries(program.outputs).map(([name, values]) => [name, [...values]]));
  await program.release();
  return outputs as { loss: [number]; gradient: number[]; ratio: number[]; clipped: number[]; kl: number[] };
}

/** GRPO as the paper writes it, token by token. */
function plainLoss(
  tokens: readonly Token[],
  { clipLow = 0.2, clipHigh = 0.2, klWeight = 0 }: StepGrpoLossOptions,
): number {
  return tokens.reduce((total, { logProbability, old, reference, advantage, weight }) => {
    const ratio = Math.exp(logProbability - old);
    const held = Math.min(Math.max(ratio, 1 - clipLow), 1 + clipHigh);
    const surrogate = Math.min(ratio * advantage, held * advantage);
    const kl = Math.exp(reference - logProbability) - (reference - logProbability) - 1;
    return total - weight * (surrogate - klWeight * kl);
  }, 0);
}

function randomTokens(count: number, key: string, spread: number): Token[] {
  const random = keyedRandom(key);
  return Array.from({ length: count }, () => {
    const old = -3 * random.next() - 0.1;
    return {
      old,
      logProbability: old + spread * (random.next() - 0.5),
      reference: old + random.next() - 0.5,
      advantage: random.normal(),
      weight: 1 / count,
    };
  });
}

const tokenOf = (ratio: number, advantage: number): Token => ({
  old: 0,
  logProbability: Math.log(ratio),
  reference: 0,
  advantage,
  weight: 1,
});

describe('stepGrpoLoss', () => {
  it.each([{}, { clipLow: 0.1, clipHigh: 0.4 }, { klWeight: 0.3 }])(
    'equals plain GRPO token by token with %o',
    async (options) => {
      const tokens = randomTokens(64, 'plain', 1.5);
      expect((await engineLoss(tokens, options)).loss[0]).toBeCloseTo(plainLoss(tokens, options), 5);
    },
  );

  it('has the gradient of plain GRPO, with a clip too wide to matter', async () => {
    const tokens = randomTokens(16, 'wide', 1);
    const options = { clipLow: 10, clipHigh: 10, klWeight: 0.2 };
    const { gradient } = await engineLoss(tokens, options);
    tokens.forEach((token, index) => {
      const nudged = (by: number) =>
        plainLoss(tokens.with(index, { ...token, logProbability: token.logProbability + by }), options);
      expect(gradient[index]).toBeCloseTo((nudged(1e-4) - nudged(-1e-4)) / 2e-4, 4);
    });
  });

  it('cuts the gradient on the far side of the clip only, and reports it', async () => {
    const cases: [number, number, boolean][] = [
      [1.3, 1, true],
      [1.1, 1, false],
      [0.7, 1, false],
      [0.7, -1, true],
      [0.9, -1, false],
      [1.3, -1, false],
    ];
    const { gradient, clipped } = await engineLoss(
      cases.map(([ratio, advantage]) => tokenOf(ratio, advantage)),
      {},
    );
    cases.forEach(([ratio, advantage, isCut], index) => {
      expect(clipped[index]).toBe(isCut ? 1 : 0);
      expect(gradient[index]).toBeCloseTo(isCut ? 0 : -advantage * ratio, 5);
    });
  });

  it('holds the loss of a token that became much likelier though it did badly, where a dual clip is set', async () => {
    const cases: [ratio: number, advantage: number, gradient: number][] = [
      [10, -1, 0],
      [2, -1, 2],
      [2, -2, 4],
      [1.1, 1, -1.1],
      [10, 1, 0],
    ];
    const tokens = cases.map(([ratio, advantage]) => tokenOf(ratio, advantage));
    const { gradient, loss } = await engineLoss(tokens, { dualClip: 3 });
    for (const [place, [, , wanted]] of cases.entries()) expect(gradient[place]).toBeCloseTo(wanted, 5);
    expect(loss[0]).toBeCloseTo(3 + 2 + 4 - 1.1 - 1.2, 5);
    await expect(engineLoss(tokens, { dualClip: 1 })).rejects.toThrow(/dualClip is 1/);
  });

  it('clamps the ratio, so that it stays finite, and pulls no further there', async () => {
    const far = { old: -200, logProbability: -1, reference: -1, advantage: -1, weight: 1 };
    expect((await engineLoss([far], {})).ratio[0]).toBe(Number.POSITIVE_INFINITY);
    const { ratio, gradient } = await engineLoss([far], { ratioClamp: 20 });
    expect(ratio[0]! / Math.exp(20)).toBeCloseTo(1, 4);
    expect(gradient[0]).toBe(0);
  });

  it('at ratio 1 has the policy gradient, whatever the clip', async () => {
    const tokens = randomTokens(16, 'on-policy', 0);
    const { gradient, ratio } = await engineLoss(tokens, {});
    expect(ratio.every((value) => value === 1)).toBe(true);
    tokens.forEach(({ advantage, weight }, index) => {
      expect(gradient[index]).toBeCloseTo(-advantage * weight, 6);
    });
  });

  it('gives padding no gradient', async () => {
    const tokens = randomTokens(8, 'padding', 0.2).map((token, index) => (index < 4 ? token : { ...token, weight: 0 }));
    const { gradient } = await engineLoss(tokens, { klWeight: 0.5 });
    expect(gradient.slice(4)).toEqual([0, 0, 0, 0].map(() => expect.closeTo(0, 12)));
  });

  it('through the engine, down to the logits of the toy, equals the hand-made policy gradient plus the entropy term', async () => {
    const random = keyedRandom('toy through the engine');
    const runs = Array.from({ length: 4 }, () => sample(random));
    const group = groupAdvantages(runs.map(({ rewards }) => rewards));
    const tokens = groupTokens(
      group,
      runs.map(({ actions }) => actions.map(() => 1)),
      {
        normalisation: { type: 'constant', tokens: 1 },
        groups: 1,
      },
    );
    const n = tokens.length;
    const graph = new Graph();
    const logits = graph.input('logits', [DEPTH, ACTIONS]);
    const perToken = graph.node(
      'Gather',
      [
        logits,
        graph.constant(
          tokens.map(({ step }) => step),
          [n],
          'int32',
        ),
      ],
      [n, ACTIONS],
    );
    graph.record(perToken, [logits], (g) => {
      const oneHot = tokens.flatMap(({ step }) => Array.from({ length: DEPTH }, (_, row) => (row === step ? 1 : 0)));
      const matrix = graph.constant(oneHot, [n, DEPTH]);
      return [graph.node('Gemm', [matrix, g], [DEPTH, ACTIONS], { attributes: { transA: 1 } })];
    });
    const actions = graph.constant(
      tokens.map(({ member, step }) => runs[member]!.actions[step]!),
      [n],
      'int32',
    );
    const logProbability = chosen(perToken, actions);
    const all = logSoftmax(perToken);
    const entropy = negate(sum(multiply(exp(all), all), { axes: [1] }));
    const vector = (values: number[]) => graph.constant(values, [n]);
    const oldLogProbability = graph.input('old', [n]);
    const { loss } = stepGrpoLoss({
      logProbability,
      oldLogProbability,
      advantage: vector(tokens.map(({ advantage }) => advantage)),
      weight: vector(tokens.map(({ weight }) => weight)),
      entropy,
    });
    const [gradient] = differentiate(loss, [logits]);
    const program = await compile({ gradient: gradient!, logProbability });
    const feeds = { logits: Float32Array.from(LOGITS), old: new Float32Array(n) };
    await program.run(feeds);
    feeds.old.set(program.outputs.logProbability!);
    await program.run(feeds);
    const wanted = LOGITS.map(() => 0);
    for (const { member, step, advantage, weight } of tokens) {
      addScore(wanted, step, runs[member]!.actions[step]!, -advantage * weight);
    }
    wanted.forEach((value, index) => {
      expect(program.outputs.gradient![index]).toBeCloseTo(value, 5);
    });
    await program.release();
  });

  it('asks for what it needs', () => {
    const graph = new Graph();
    const x = graph.input('x', [2]);
    const terms = { logProbability: x, oldLogProbability: x, advantage: x, weight: x };
    expect(() => stepGrpoLoss(terms, { klWeight: 0.1 })).toThrowError(/reference policy/);
    expect(() => stepGrpoLoss(terms, { entropyWeight: 0.1 })).toThrowError(/entropy/);
  });
});
