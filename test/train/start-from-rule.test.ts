import { describe, expect, it } from 'vitest';
import { searchFor } from '../../src/graph/decision.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import { assembleScorer } from '../../src/offline/policies/scorer/directory.ts';
import { DEFAULT_SCORER_SHAPE } from '../../src/offline/policies/scorer/shape.ts';
import { scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { initialScorer, startFromRule } from '../../src/train/models/scorer.ts';
import { smallData, smallWorld } from './small-world.ts';

describe('a scorer that begins at the rule', () => {
  const world = smallWorld();
  const fresh = () => {
    const parameters = initialScorer(DEFAULT_SCORER_SHAPE, 1);
    startFromRule(parameters, DEFAULT_SCORER_SHAPE);
    const policy = { shape: DEFAULT_SCORER_SHAPE, candidates: 'grammar', probes: true } as const;
    const description = { ...policy, knowledgeBases: [...world.knowledgeBases] };
    return scorerPolicy(assembleScorer(description, parameters.feeds()), { looks: 50 });
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
});
