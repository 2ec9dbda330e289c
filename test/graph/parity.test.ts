import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../src/common/random.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import type { RouterEvent } from '../../src/graph/events.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import type { Policy } from '../../src/graph/policy.ts';
import type { RouterContext, RouterOutput } from '../../src/graph/run-state.ts';
import { streamRouter } from '../../src/graph/stream.ts';
import { fakeKnowledgeBase, passage, routerOptions, search } from '../../src/test/fakes.ts';
import { SLOW } from '../slow.ts';

/** Everything but ids and timings. */
function content(output: RouterOutput): unknown {
  const { runId: _, ...rest } = output;
  return {
    ...rest,
    steps: output.steps.map(({ id: _i, runId: _r, parentId: _p, timings: _t, ...step }) => step),
  };
}

/** Does everything a policy may do, at random. */
const restless: Policy = {
  name: 'restless',
  version: '1',
  async decide({ knowledgeBases, steps }, context, rejected) {
    const random = keyedRandom(context.seed, 'restless');
    const { name } = random.pick(knowledgeBases);
    if (random.next() < 0.3) await context.search(name, `probe ${random.below(3)}`);
    const usage = { modelCalls: 1, tokens: { input: random.below(40), output: random.below(10) } };
    const chance = random.next();
    if (chance < 0.15) {
      const raw = rejected?.reply ?? 'first';
      return { usage, decision: { type: 'invalid', reason: 'missing-tag', raw } };
    }
    if (chance < 0.25 && steps.length > 0) return { usage, thought: 'enough', decision: { type: 'stop' } };
    const names = knowledgeBases.map((card) => card.name);
    const searches = random
      .pick([[name], [name], names, ['Nowhere'], [...names, name]])
      .flatMap((knowledgeBase) => search(`question ${random.below(4)}`, knowledgeBase))
      .flatMap((decision) => (decision.type === 'search' ? decision.searches : []));
    return { usage, decision: { type: 'search', searches }, trace: { version: 1, chance }, temperature: chance };
  },
};

function world() {
  const answer = (name: string, text: string) =>
    text.endsWith('3') ? [] : [passage(name, `${name}/${text}`, `${name} on ${text}`), passage(name, 'x', 'more', 1)];
  return routerOptions({
    policy: restless,
    knowledgeBases: ['Texts', 'Tables', 'Pictures'].map((name, index) =>
      fakeKnowledgeBase(
        name,
        async ({ text = '' }) => {
          if (name === 'Tables' && text === 'question 2') throw new Error('down');
          return answer(name, text);
        },
        { cost: index + 1 },
      ),
    ),
    fallback: { knowledgeBase: 'Texts' },
    searchRetries: 0,
  });
}

describe('the plain driver', () => {
  it('gives the same records, answers and usage as the graph, for 200 seeds', { timeout: SLOW }, async () => {
    const graph = createRouterGraph(world());
    const drive = driveRouter(world());
    for (let seed = 0; seed < 200; seed++) {
      const context: RouterContext = { seed, member: seed % 5, groupId: 'g', maxSteps: 1 + (seed % 7) };
      if (seed % 3 === 0) context.budgets = { tokens: 60, searches: 4, cost: 9 };
      const input = { question: `question ${seed}` };
      const [fromGraph, fromDriver] = await Promise.all([graph.invoke(input, { context }), drive(input, { context })]);
      expect(content(fromDriver)).toEqual(content(fromGraph));
    }
  });

  it('writes the same events', async () => {
    const context: RouterContext = { seed: 3, runId: '019a0000-0000-7000-8000-000000000000' };
    const events: RouterEvent[] = [];
    await driveRouter(world())({ question: 'q' }, { context, onEvent: (event) => events.push(event) });
    const streamed: RouterEvent[] = [];
    for await (const event of streamRouter(createRouterGraph(world()), { question: 'q' }, { context })) {
      streamed.push(event);
    }
    const untimed = (event: RouterEvent) =>
      JSON.stringify(event, (key, value) => (key === 'timings' ? undefined : value));
    expect(events.map(untimed)).toEqual(streamed.map(untimed));
    expect(events.at(-1)?.type).toBe('answer-end');
  });

  it('does not depend on the run id, nor on which runs go on at the same time', async () => {
    const drive = driveRouter(world());
    const contexts = Array.from({ length: 20 }, (_, member) => ({ seed: 1, member }));
    const together = await Promise.all(contexts.map((context) => drive({ question: 'q' }, { context })));
    for (const [member, context] of contexts.entries()) {
      expect(content(await drive({ question: 'q' }, { context }))).toEqual(content(together[member]!));
    }
    expect(new Set(together.map((output) => JSON.stringify(content(output)))).size).toBeGreaterThan(5);
    expect(new Set(together.map(({ runId }) => runId)).size).toBe(20);
  });

  it('refuses and aborts as the graph does', async () => {
    const drive = driveRouter(world());
    await expect(drive({ question: ' ' })).rejects.toMatchObject({ code: 'empty-question' });
    await expect(drive({ question: 'q' }, { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
  });
});
