/**
 * What the router did on 500 questions when the fixture was recorded, it does today: answers, citations, decisions, probes,
 * passages, readings, scores and counters. A sample of 2% with at least one run of each system; all of them with
 * `R1_ROUTER_FULL=1`, another sample with `GOLDEN_SEED=...`. After a change that is meant to change answers, `node scripts/golden/record-runs.ts --again`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';
import { type GoldenRun, SYSTEMS } from './golden-run.ts';
import { keyedRandom } from './parts.ts';
import { openReplayer, type Replayer, readGoldenRuns } from './replay.ts';

const FULL = process.env.R1_ROUTER_FULL === '1';
const SAMPLE_SEED = process.env.GOLDEN_SEED ?? 'sample';
const runs = await readGoldenRuns();
const sample = FULL ? runs : drawSample(runs, 10);

let replayer: Replayer;
beforeAll(async () => {
  replayer = await openReplayer();
});
afterAll(() => replayer.close());

/** One of each system, and others up to `size`. */
function drawSample(all: readonly GoldenRun[], size: number): GoldenRun[] {
  const shuffled = keyedRandom(SAMPLE_SEED, 'golden-runs').shuffle(all);
  const first = SYSTEMS.map((system) => shuffled.find((run) => run.case.system === system)!);
  const others = shuffled.filter((run) => !first.includes(run));
  return [...first, ...others].slice(0, size);
}

/** As JSON, which is what the fixture holds. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('golden runs', () => {
  it('are 500, of every system, with pictures and conversations among them', () => {
    expect(runs).toHaveLength(500);
    expect(new Set(runs.map((run) => run.case.id)).size).toBe(500);
    expect(new Set(runs.map((run) => run.case.system))).toEqual(new Set(SYSTEMS));
    expect(runs.filter((run) => run.case.turns.some(({ image }) => image !== undefined)).length).toBeGreaterThan(80);
    expect(runs.filter((run) => run.case.turns.length > 1).length).toBeGreaterThan(10);
  });

  it.each(SYSTEMS)('replay as recorded: %s', async (system) => {
    const asked = sample.filter((run) => run.case.system === system);
    const outcomes = await replayer.replayAll(
      asked.map((run) => run.case),
      4,
    );
    const differences = asked.flatMap((run, place) => {
      const difference = firstDifference(asJson(run.outcomes), asJson(outcomes[place]), 'outcomes');
      return difference === undefined ? [] : [`${run.case.id} ${difference}`];
    });
    expect(differences).toEqual([]);
  });

  it('of the scorer do not depend on what runs beside them', async () => {
    const cases = sample.flatMap((run) => (run.case.system === 'scorer' ? [run.case] : [])).slice(0, 40);
    const [alone, together] = [await replayer.replayAll(cases, 1), await replayer.replayAll(cases, 12)];
    expect(firstDifference(asJson(alone), asJson(together))).toBeUndefined();
  });
});

describe('firstDifference', () => {
  it('names the first field that differs, and lets the last digit of a rounded number be', () => {
    expect(firstDifference({ a: [1, { b: 'x' }] }, { a: [1, { b: 'y' }] })).toBe('a[1].b: expected "x", got "y"');
    expect(firstDifference({ a: [1] }, { a: [1, 2] })).toBe('a.length: expected 1, got 2');
    expect(firstDifference({ a: 1 }, { a: 1, b: 2 })).toBe('b: expected nothing, got 2');
    expect(firstDifference({ a: 0.123456 }, { a: 0.123457 })).toBeUndefined();
    expect(firstDifference({ a: 0.123456 }, { a: 0.123459 })).toMatch(/^a: expected/);
    expect(firstDifference({ a: null }, { a: {} })).toBe('a: expected null, got {}');
  });
});
