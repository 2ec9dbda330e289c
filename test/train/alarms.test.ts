/** A small sample of bench/train/alarms.ts: alarms come before the fall, and none on healthy runs. */
import { describe, expect, it } from 'vitest';
import { alarmRun, COLLAPSES, SMALL } from '../../bench/train/alarms.ts';
import { allAlarms, newAlarms, smoothed } from '../../src/train/monitor/alarms.ts';
import type { IterationMetrics } from '../../src/train/monitor/iteration-metrics.ts';
import { FULL_VOLUME, SLOW } from '../slow.ts';
import { smallData, smallWorld } from './small-world.ts';

const full = process.env.R1_ROUTER_FULL === '1';
const seeds = full ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [2];
/** Of entropy driven out some seeds recover: more are run, so that three fall. */
const collapses = full
  ? [
      { name: 'rate x50', among: [1, 2, 3] },
      { name: 'reward for stopping early', among: [1, 2, 3] },
      { name: 'entropy driven out', among: [1, 2, 3, 4, 5, 6] },
    ]
  : [{ name: 'rate x50', among: [1] }];
const place = () => ({ world: smallWorld(), data: smallData() });

describe('the alarms', () => {
  it.each(seeds)(
    'are silent on the healthy run of seed %i',
    async (seed) => {
      expect((await alarmRun({ ...SMALL, seed }, { ...place(), falls: 'reward' })).alarms).toEqual([]);
    },
    full ? FULL_VOLUME : SLOW,
  );

  it.each(collapses)(
    'announce the collapse "$name" before it',
    async ({ name, among }) => {
      const { change, falls } = COLLAPSES[name]!;
      let fell = 0;
      for (const seed of among) {
        const { alarms, fallen } = await alarmRun({ ...change(SMALL), seed }, { ...place(), falls });
        if (fallen === undefined) continue;
        fell++;
        expect(alarms[0]!.iteration, `seed ${seed}`).toBeLessThan(fallen);
      }
      expect(fell).toBeGreaterThanOrEqual(full ? 3 : 1);
    },
    full ? FULL_VOLUME : SLOW,
  );

  const line = (iteration: number, changed: Partial<IterationMetrics> = {}): IterationMetrics => ({
    iteration,
    reward: 1,
    rewardError: 0.1,
    rewardParts: {},
    routingAccuracy: 1,
    answerScore: 0.5,
    regret: 0,
    entropy: 0.3,
    kl: 0,
    leap: 0.001,
    alignment: { covariance: 2, rewardVariance: 2, answerVariance: 2, groups: 3 },
    zeroVariance: 0.3,
    invalid: 0,
    failures: 0,
    searchesPerQuestion: 1,
    readsPerQuestion: 3,
    stepsPerQuestion: 2,
    loss: 0,
    gradientNorm: 0.1,
    clipped: 0,
    rate: 0.001,
    decisions: 10,
    timings: { rollout: 0, update: 0, decisionsPerSecond: 0 },
    ...changed,
  });
  const history = (changed: (iteration: number) => Partial<IterationMetrics>) =>
    Array.from({ length: 20 }, (_, iteration) => line(iteration, changed(iteration)));

  it('fire once each, for what they are about', () => {
    const kinds = (changed: (iteration: number) => Partial<IterationMetrics>) =>
      allAlarms(history(changed)).map(({ kind, iteration }) => `${kind} ${iteration}`);
    expect(kinds(() => ({}))).toEqual([]);
    expect(kinds((iteration) => ({ leap: iteration === 1 ? 2 : 0.001 }))).toEqual(['leap 1']);
    expect(kinds((iteration) => ({ invalid: iteration > 9 ? 0.5 : 0 }))).toEqual(['invalid 11']);
    expect(kinds((iteration) => ({ entropy: iteration > 7 ? 0.001 : 0.3 }))).toEqual(['entropy 10']);
    // Learning and then being sure is no collapse, nor is being sure where nearly everything is right already.
    expect(kinds((iteration) => (iteration > 7 ? { entropy: 0.001, zeroVariance: 1, reward: 2 } : {}))).toEqual([]);
    expect(kinds(() => ({ answerScore: 0.99, zeroVariance: 1, entropy: 0.02 }))).toEqual([]);
    expect(kinds((iteration) => ({ zeroVariance: iteration > 7 ? 1 : 0.3 }))).toEqual(['no-signal 12']);
    const surerAndWorse = (iteration: number) => ({
      entropy: 0.3 - 0.02 * iteration,
      reward: iteration < 6 ? 1 : iteration < 12 ? 2 : 1.5,
    });
    expect(kinds((iteration) => ({ rewardError: 0.02, ...surerAndWorse(iteration) }))[0]).toEqual('entropy 13');
    const unearned = { covariance: -1, rewardVariance: 2, answerVariance: 2, groups: 3 };
    expect(kinds(() => ({ alignment: unearned }))).toEqual(['reward-hacking 3']);
  });

  it('tell a fall of the reward from the luck of the questions', () => {
    const falling = (rewardError: number) =>
      allAlarms(history((iteration) => ({ rewardError, reward: iteration > 9 ? 0.7 : 1 }))).map(({ kind }) => kind);
    expect(falling(0.05)).toEqual(['reward-drop']);
    expect(falling(0.5)).toEqual([]);
    expect(smoothed([1, 1, 0, 0, 0, 0, 0])[6]).toBeCloseTo(0.5, 6);
    expect(newAlarms([], new Set())).toEqual([]);
  });

  it('tell what is learnt at the cost of other questions', () => {
    const fired = (scores: readonly number[], reward = (iteration: number) => 1 + 0.05 * iteration) =>
      allAlarms(
        history((iteration) => {
          const score = iteration % 4 === 3 ? scores[(iteration - 3) / 4] : undefined;
          const validation = { score: score!, searches: 1, reads: 3, routingAccuracy: 1, reward: 1 };
          return { reward: reward(iteration), rewardError: 0.02, ...(score !== undefined && { validation }) };
        }),
      ).map(({ kind, iteration }) => `${kind} ${iteration}`);
    expect(fired([0.26, 0.34, 0.22, 0.21])).toEqual(['forgetting 15']);
    // Once may be chance, a little is none of it, and where the reward falls too the matter is another.
    expect(fired([0.26, 0.34, 0.22, 0.33])).toEqual([]);
    expect(fired([0.38, 0.38, 0.32, 0.32])).toEqual([]);
    expect(fired([0.3, 0.2])).toEqual([]);
    expect(fired([0.34, 0.34, 0.22, 0.21], (iteration) => (iteration < 9 ? 1 : 0.5))).toEqual(['reward-drop 10']);
  });
});
