import { describe, expect, it } from 'vitest';
import { type Search, searchFor } from '../../../src/graph/decision.ts';
import type { PolicyState, StepContext } from '../../../src/graph/policy.ts';
import { logSoftmax, scorerForward } from '../../../src/offline/policies/scorer/network.ts';
import { type ScorerChoice, type ScorerTrace, scorerChoices } from '../../../src/offline/policies/scorer/trace.ts';
import { scorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { CARDS, passage, randomScorer, SMALL } from './scorer-fixtures.ts';

function context(seed = 'seed', asked: string[] = []): StepContext {
  return {
    seed,
    config: {},
    image: async () => undefined,
    async search(knowledgeBase, subQuestion) {
      asked.push(`${knowledgeBase}: ${subQuestion}`);
      return { outcome: 'passages', passages: [passage(`${knowledgeBase}1`, `about ${subQuestion}`, 2)] };
    },
  };
}

const state = (more: Partial<PolicyState> = {}): PolicyState => ({
  question: 'Who is the mother of the director of the film?',
  steps: [],
  knowledgeBases: CARDS,
  maxSteps: 5,
  conversation: [],
  ...more,
});
const subQuestions = ['Who directed the film?', 'Who is the mother?'].map((subQuestion, index) => ({
  subQuestion,
  provider: 'grammar' as const,
  kind: 'inner',
  completes: index === 1,
}));
const candidates = async () => subQuestions;
const nameOf = ({ knowledgeBase, subQuestion }: Search) => `${knowledgeBase}: ${subQuestion}`;

describe('scorerPolicy', () => {
  it('says which action it took, at which log-probability, and what it chose among', async () => {
    const scorer = randomScorer();
    const policy = scorerPolicy(scorer, { candidates, temperature: 1, trace: 'features' });
    const { decision, logProbabilities, temperature, trace } = await policy.decide(state(), context());
    const { candidates: offered, ...said } = trace as ScorerTrace;
    const [{ input, actionId, logProbability }] = scorerChoices(trace) as [ScorerChoice];
    expect(said.actionId).toBe(actionId);
    expect({ logProbabilities, temperature }).toEqual({ logProbabilities: [logProbability], temperature: 1 });
    expect(logProbability).toBeCloseTo(logSoftmax(scorerForward(scorer, input))[actionId]!, 12);
    expect(offered).toEqual(subQuestions);
    if (actionId === 6) expect(decision).toEqual({ type: 'stop' });
    else {
      const { subQuestion } = subQuestions[Math.floor(actionId / 3)]!;
      expect(decision).toEqual(searchFor(subQuestion, CARDS[actionId % 3]!.name));
    }
  });

  it('samples by seed, in proportion to the probabilities, whatever the order of the knowledge bases', async () => {
    const scorer = randomScorer();
    const policy = scorerPolicy(scorer, { candidates, temperature: 1 });
    const counts = new Map<string, number>();
    let scores: Record<string, number> = {};
    for (let i = 0; i < 2000; i++) {
      const one = await policy.decide(state(), context(`seed ${i}`));
      const name = one.decision.type === 'search' ? one.decision.searches[0]!.knowledgeBase : 'stop';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      scores = (one.trace as ScorerTrace).scores;
      if (i < 50) {
        const reversed = await policy.decide(state({ knowledgeBases: [...CARDS].reverse() }), context(`seed ${i}`));
        expect(reversed.decision).toEqual(one.decision);
      }
    }
    for (const [name, probability] of Object.entries(scores)) {
      const error = Math.sqrt((probability * (1 - probability)) / 2000);
      expect(Math.abs((counts.get(name) ?? 0) / 2000 - probability)).toBeLessThan(4 * error + 1e-9);
    }
  });

  it('looks at what it would choose until it chooses what it has seen, only where it was trained to', async () => {
    const asked: string[] = [];
    await scorerPolicy(randomScorer(SMALL, false), { candidates }).decide(state(), context('s', asked));
    expect(asked).toEqual([]);
    const looking = scorerPolicy(randomScorer(SMALL, true), { candidates, looks: 2, trace: 'features' });
    const { decision, trace } = await looking.decide(state(), context('s', asked));
    const seen = scorerChoices(trace);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(new Set(asked).size).toBe(asked.length);
    expect(seen).toHaveLength(asked.length + 1);
    const chosen = decision.type === 'search' ? nameOf(decision.searches[0]!) : 'stop';
    if (asked.length < 2 && chosen !== 'stop') expect(asked.at(-1)).toBe(chosen);
  });

  it('stops where nothing is left to ask, and asks the question itself where nothing was proposed at first', async () => {
    const policy = scorerPolicy(randomScorer(), { candidates: async () => [] });
    const first = await policy.decide(state(), context());
    expect((first.trace as ScorerTrace).candidates).toEqual([
      expect.objectContaining({ subQuestion: state().question, kind: 'whole' }),
    ]);
    const done = {
      subQuestion: 'x',
      knowledgeBases: ['text'],
      outcome: 'passages' as const,
      answer: 'y',
      passages: [],
    };
    expect((await policy.decide(state({ steps: [done] }), context())).decision).toEqual({ type: 'stop' });
  });
});
