import { describe, expect, it } from 'vitest';
import { driveRouter } from '../../src/graph/driver.ts';
import { allPolicy } from '../../src/graph/policies/all.ts';
import { allOncePolicy } from '../../src/graph/policies/all-once.ts';
import { fixedPolicy } from '../../src/graph/policies/fixed.ts';
import { randomPolicy } from '../../src/graph/policies/random.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, search, stop } from '../../src/test/fakes.ts';

/** Two hops, both of Texts. */
const decomposition = policyOf(({ steps }) => ({
  decision: steps.length < 2 ? search(`hop ${steps.length}`, 'Texts') : stop,
  thought: 'two hops',
}));

const knowledgeBases = () => ['Texts', 'Tables', 'Pictures'].map((name) => fakeKnowledgeBase(name));

async function routes(policy: Policy, context = {}) {
  const { steps, usage } = await driveRouter(routerOptions({ policy, knowledgeBases: knowledgeBases() }))(
    { question: 'q' },
    { context },
  );
  const asked = steps.map(({ decision }) =>
    decision.type === 'search'
      ? `${decision.searches[0]!.subQuestion} @ ${decision.searches.map(({ knowledgeBase }) => knowledgeBase).join('+')}`
      : decision.type,
  );
  return { asked, searches: usage.searches, name: steps[0]!.policy.name };
}

describe('the simple policies', () => {
  it('fixed: always the same knowledge base', async () => {
    expect(await routes(fixedPolicy({ knowledgeBase: 'Tables', decomposition }))).toEqual({
      asked: ['hop 0 @ Tables', 'hop 1 @ Tables', 'stop'],
      searches: 2,
      name: 'fixed:Tables(function)',
    });
    expect((await routes(fixedPolicy({ knowledgeBase: 'Tables' }))).asked).toEqual(['q @ Tables', 'stop']);
    await expect(routes(fixedPolicy({ knowledgeBase: 'Nowhere' }))).rejects.toThrow(
      'there is no knowledge base "Nowhere"; choose one of "Texts", "Tables", "Pictures"',
    );
  });

  it('all: every knowledge base at every step', async () => {
    expect(await routes(allPolicy({ decomposition }))).toMatchObject({
      asked: ['hop 0 @ Texts+Tables+Pictures', 'hop 1 @ Texts+Tables+Pictures', 'stop'],
      searches: 6,
    });
  });

  it('all-once: every knowledge base, once, with the original question', async () => {
    expect(await routes(allOncePolicy())).toEqual({
      asked: ['q @ Texts+Tables+Pictures', 'stop'],
      searches: 3,
      name: 'all-once',
    });
  });

  it('random: each as likely, the same for the same seed, whatever the order of the knowledge bases', async () => {
    const counts: Record<string, number> = {};
    const policy = randomPolicy({ decomposition });
    for (let seed = 0; seed < 300; seed++) {
      const { asked } = await routes(policy, { seed });
      expect((await routes(policy, { seed })).asked).toEqual(asked);
      for (const route of asked.slice(0, 2)) {
        const name = route.split(' @ ')[1]!;
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    // 600 draws of probability 1/3: 200 each, standard deviation 11.5.
    expect(Object.values(counts).map((count) => Math.abs(count - 200) < 46)).toEqual([true, true, true]);

    const reversed = driveRouter(routerOptions({ policy, knowledgeBases: knowledgeBases().reverse() }));
    const there = await driveRouter(routerOptions({ policy, knowledgeBases: knowledgeBases() }))({ question: 'q' });
    const back = await reversed({ question: 'q' });
    expect(back.steps.map(({ decision }) => decision)).toEqual(there.steps.map(({ decision }) => decision));
  });
});
