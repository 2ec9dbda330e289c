import { describe, expect, it } from 'vitest';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { StepRecordSchema } from '../../src/graph/step-record.ts';
import { fakeAnswerer, fakeKnowledgeBase, fakeReader, routerOptions, scriptedPolicy, search, stop } from './fakes.ts';

describe('the router graph', () => {
  it('walks decide, retrieve, read until the policy stops, and answers with citations', async () => {
    const texts = fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen', 'a novel'] });
    const tables = fakeKnowledgeBase(
      'Tables',
      { 'When was Jane Austen born?': ['1775'] },
      { modality: 'table', cost: 2 },
    );
    const policy = scriptedPolicy([
      search('Who wrote Emma?', 'Texts'),
      search('When was Jane Austen born?', 'Tables'),
      stop,
    ]);
    const reader = fakeReader({ limit: 1 });
    const answerer = fakeAnswerer();
    const graph = createRouterGraph(routerOptions({ knowledgeBases: [texts, tables], policy, reader, answerer }));

    const output = await graph.invoke({ question: ' When was the author of Emma born? ' });

    expect(output).toMatchObject({
      question: 'When was the author of Emma born?',
      answer: '1775',
      citations: [{ passageId: 'Tables-When was Jane Austen born?-0', knowledgeBase: 'Tables' }],
      stopReason: 'policy',
      usage: { searches: 2, reads: 2 + 2, modelCalls: 0, tokens: 0, cost: 3 },
    });
    expect(
      output.steps.map(({ decision, outcome, passages, reading }) => [
        decision.type,
        outcome,
        passages.length,
        reading?.answer,
      ]),
    ).toEqual([
      ['search', 'passages', 2, 'Jane Austen'],
      ['search', 'passages', 1, '1775'],
      ['stop', 'none', 0, undefined],
    ]);
    for (const step of output.steps) expect(StepRecordSchema.parse(step)).toEqual(step);
    expect(policy.calls[2]!.state.steps.map(({ answer }) => answer)).toEqual(['Jane Austen', '1775']);
    expect(texts.calls[0]!.options?.limit).toBe(10);
  });
});
