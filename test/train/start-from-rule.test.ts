import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { searchFor } from '../../src/graph/decision.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import { scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { untrainedScorer } from '../../src/train/models/untrained.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { smallData, smallWorld } from './small-world.ts';

describe('a scorer that begins at the rule', () => {
  const world = smallWorld();
  const fresh = () => {
    const scorer = untrainedScorer({ knowledgeBases: [...world.knowledgeBases] });
    return scorerPolicy(scorer, { looks: 50 });
  };

  it('decides as probe does before it has learnt anything', async () => {
    const scorer = fresh();
    const decisions = async (policy: Policy, question: string) => {
      const { steps, usage, answer } = await driveRouter({ ...world, policy, maxSteps: 5 })({ question });
      return { decisions: steps.map(({ decision }) => decision), searches: usage.searches, answer };
    };
    for (const { question } of smallData().train) {
      expect(await decisions(scorer, question.question)).toEqual(await decisions(probePolicy(), question.question));
    }
  });

  it('asks for the properties that a question mentions where its sentence is unfamiliar, which probe does not', async () => {
    const question = 'Arland seat of government, anyone?';
    const run = async (policy: Policy) => driveRouter({ ...world, policy, maxSteps: 5 })({ question });
    const { steps, answer } = await run(fresh());
    expect(steps[0]!.decision).toEqual(searchFor('What is the capital of Arland?', 'table'));
    expect(answer).toBe('Arland City');
    const asked = (await run(probePolicy())).steps.map(({ decision }) => decision);
    expect(asked).not.toContainEqual(steps[0]!.decision);
  });

  it('at a temperature does the same, and tries out more when it samples', async () => {
    const at = async (temperature: number) => {
      const folder = await mkdtemp(join(tmpdir(), 'r1-tempered-'));
      const entropies: number[] = [];
      const config = parseTrainConfig({
        policy: { probes: false },
        warmStart: { epochs: 0, ruleTemperature: temperature },
        grpo: { iterations: 1, questions: 8 },
      });
      const { untrained, rule } = await trainScorer({
        config,
        world,
        data: smallData(),
        folder: join(folder, 'run'),
        onEvent: (event) => event.type === 'iteration-end' && entropies.push(event.metrics.entropy),
      });
      await rm(folder, { recursive: true });
      return { entropy: entropies[0]!, scores: untrained.scores, rule: rule.scores };
    };
    const [plain, tempered] = [await at(1), await at(4)];
    expect(tempered.scores).toEqual(plain.scores);
    expect(tempered.entropy).toBeGreaterThan(3 * plain.entropy);
  });

  it.each([
    [true, 0],
    [true, 1],
    [false, 0],
    [false, 1],
  ])('is what a training begins with where it is told so (fromRule %s, epochs %d)', async (fromRule, epochs) => {
    const folder = await mkdtemp(join(tmpdir(), 'r1-from-rule-'));
    try {
      const config = parseTrainConfig({
        policy: { probes: false },
        warmStart: { fromRule, epochs, batch: 8, targets: 'teacher' },
        grpo: { iterations: 0 },
      });
      const data = smallData();
      const { untrained, rule, before } = await trainScorer({ config, world, data, folder: join(folder, 'run') });
      const ruled = { score: 1, routingAccuracy: 1 };
      expect(rule).toMatchObject(ruled);
      if (fromRule) expect(untrained).toEqual(rule);
      else expect(untrained.score).toBeLessThan(1);
      if (epochs === 0) expect(before).toEqual(untrained);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
