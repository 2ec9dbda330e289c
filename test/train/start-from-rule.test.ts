import { describe, expect, it } from 'vitest';
import { driveRouter } from '../../src/graph/driver.ts';
import { probePolicy } from '../../src/graph/policies/probe.ts';
import { assembleScorer } from '../../src/graph/policies/scorer/directory.ts';
import { DEFAULT_SCORER_SHAPE } from '../../src/graph/policies/scorer/shape.ts';
import { scorerPolicy } from '../../src/graph/policies/scorer.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { initialScorer, startFromRule } from '../../src/train/models/scorer.ts';
import { smallData, smallWorld } from './small-world.ts';

describe('a scorer that begins at the rule', () => {
  it('decides as probe does before it has learnt anything', async () => {
    const world = smallWorld();
    const parameters = initialScorer(DEFAULT_SCORER_SHAPE, 1);
    startFromRule(parameters, DEFAULT_SCORER_SHAPE);
    const scorer = scorerPolicy(
      assembleScorer(
        { shape: DEFAULT_SCORER_SHAPE, candidates: 'grammar', probes: true, knowledgeBases: [...world.knowledgeBases] },
        parameters.feeds(),
      ),
      { looks: 50 },
    );
    const decisions = async (policy: Policy, question: string) => {
      const { steps, usage, answer } = await driveRouter({ ...world, policy, maxSteps: 5 })({ question });
      return { decisions: steps.map(({ decision }) => decision), searches: usage.searches, answer };
    };
    for (const { question } of smallData().train) {
      expect(await decisions(scorer, question.question)).toEqual(await decisions(probePolicy(), question.question));
    }
  });
});
