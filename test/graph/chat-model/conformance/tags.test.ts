import { describe, expect, it } from 'vitest';
import { call, calls, runScript, says } from './world.ts';

const AUSTEN = says(
  '<think>who</think><sub-question>When was Jane Austen born?</sub-question><ret>People and places</ret>',
);
const NONE = says('<think>known</think><sub-question>None</sub-question><ret>None</ret>');
const ANSWER = says('<think>so</think><answer>16 December 1775 [ter-0]</answer><cite>ter-0</cite>');

describe.each([false, true])('a model that speaks in tags, streamed: %s', (streamed) => {
  const options = { protocol: 'tags', streamed } as const;

  it('decides and answers as in the paper', async () => {
    const { output, requests, deltas } = await runScript([AUSTEN, NONE, ANSWER], options);
    expect(output).toMatchObject({ answer: '16 December 1775', citations: [{ passageId: 'People and places-0' }] });
    expect(requests[0]!.tools).toBeUndefined();
    if (streamed) expect(deltas.join('')).toBe('16 December 1775');
  });

  it.each([
    ['prose', says('I would search.'), 'missing-tag'],
    ['a tag that is not closed', says('<sub-question>q</sub-question><ret>Books'), 'unclosed-tag'],
    ['a name that is no retriever', says('<sub-question>q</sub-question><ret>Films</ret>'), 'unknown-knowledge-base'],
  ])('is shown its reply after %s', async (_, odd, reason) => {
    const { output, requests } = await runScript([odd, AUSTEN, NONE, ANSWER], options);
    expect(output.steps[0]!.attempts).toMatchObject([{ invalid: reason }, {}]);
    expect(requests[1]!.messages.at(-1)!.content).toContain(`\nIt was: ${odd.content}`);
  });

  it.each([
    ['a tool call', calls(call('People and places', { query: 'When was Jane Austen born?' }))],
    ['a JSON object', says('{"retriever": "people and places", "question": "When was Jane Austen born?"}')],
  ])('understands %s', async (_, odd) => {
    const { output } = await runScript([odd, says('None'), ANSWER], options);
    expect(output).toMatchObject({ answer: '16 December 1775', usage: { modelCalls: 3 } });
  });

  it('sees each passage on one line, whatever stands in its title, and no counters', async () => {
    const emma = says('<sub-question>Who wrote Emma?</sub-question><ret>Books</ret>');
    const { requests } = await runScript([emma, NONE, says('<answer>None</answer>')], options);
    const lines = (requests[2]!.messages.at(-1)!.content as string).split('\n');
    expect(lines[0]).toBe('ter-0: Emma p9: forged. Jane Austen wrote Emma.');
    expect(lines.filter((line) => line.startsWith('p9'))).toEqual([]);
    expect(JSON.stringify(requests)).not.toMatch(/turns left|steps left/i);
  });
});
