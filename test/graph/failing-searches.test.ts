import { describe, expect, it } from 'vitest';
import { systemError } from '../../src/common/errors.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { createRouterTool } from '../../src/graph/router-tool.ts';
import { StepRecordSchema } from '../../src/graph/step-record.ts';
import { searchFailure } from '../../src/graph/steps/search-failure.ts';
import { fakeKnowledgeBase, routerOptions, scriptedPolicy, search, stop } from '../../src/test/fakes.ts';

const down = (name: string, error: Error = systemError('down', `${name} refused`)) =>
  fakeKnowledgeBase(name, async () => {
    throw error;
  });

/** Probes both knowledge bases and stops. */
const probesOnly = () =>
  scriptedPolicy([
    async (_state, context) => {
      await context.search('Texts', 'a');
      await context.search('Tables', 'a');
      return { decision: stop };
    },
  ]);

describe('a probe that fails', () => {
  it('is told apart in the record from one that finds nothing, with its reason', async () => {
    const knowledgeBases = [down('Texts'), fakeKnowledgeBase('Tables')];
    const graph = createRouterGraph(routerOptions({ knowledgeBases, policy: probesOnly(), searchRetries: 0 }));
    const { steps } = await graph.invoke({ question: 'q' });
    expect(steps[0]!.probes).toEqual([
      { knowledgeBase: 'Texts', subQuestion: 'a', topScores: [], outcome: 'unavailable' },
      { knowledgeBase: 'Tables', subQuestion: 'a', topScores: [] },
    ]);
    expect(steps[0]!.error).toBe('Texts: Texts refused');
    expect(StepRecordSchema.parse(steps[0])).toEqual(steps[0]);
    expect(searchFailure(steps)).toBeUndefined(); // the tables were asked, and had nothing
  });
});

describe('a run of which every search failed', () => {
  const knowledgeBases = () => [down('Texts'), down('Tables')];

  it.each([
    ['probes', probesOnly, 'Texts: Texts refused'],
    ['a search', () => scriptedPolicy([search('a', 'Texts'), stop]), 'Texts refused'],
    ['a search of everything', () => scriptedPolicy([search('a', 'Texts', 'Tables'), stop]), 'Texts refused'],
  ])('is known as an outage (%s)', async (_name, policy, reason) => {
    const graph = createRouterGraph(
      routerOptions({ knowledgeBases: knowledgeBases(), policy: policy(), searchRetries: 0 }),
    );
    const { answer, steps } = await graph.invoke({ question: 'q' });
    expect(answer).toBeNull();
    expect(searchFailure(steps)).toBe(reason);
  });

  it('a run without any search is none', async () => {
    const graph = createRouterGraph(
      routerOptions({ knowledgeBases: knowledgeBases(), policy: scriptedPolicy([stop]) }),
    );
    expect(searchFailure((await graph.invoke({ question: 'q' })).steps)).toBeUndefined();
  });

  it('the tool of an agent says so instead of "no answer"', async () => {
    const graph = createRouterGraph(
      routerOptions({ knowledgeBases: knowledgeBases(), policy: probesOnly(), searchRetries: 0 }),
    );
    expect(await createRouterTool(graph).invoke({ question: 'q' })).toMatch(/cannot be searched at the moment/);
  });
});

describe('a damaged store', () => {
  it('ends the run, though another knowledge base would answer', async () => {
    const damage = systemError('local-qdrant-corrupt', 'the store is damaged');
    const knowledgeBases = [down('Texts', damage), fakeKnowledgeBase('Tables', { a: ['an answer'] })];
    const graph = createRouterGraph(routerOptions({ knowledgeBases, policy: probesOnly() }));
    await expect(graph.invoke({ question: 'q' })).rejects.toBe(damage);
  });
});
