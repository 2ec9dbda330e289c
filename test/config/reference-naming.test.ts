/**
 * `--naming reference` as a whole: names, prompts and protocol of the released checkpoints, through the provider's package to a server
 * that answers in vLLM's format. Its words have the form of the published trajectories; no checkpoint was run.
 */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { routerParts } from '../../src/config/router-parts.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { startVllm, type VllmOptions } from '../train/environment/vllm-server.ts';
import { smallWorld } from '../train/small-world.ts';

const QUESTION = 'What is the capital of Arland?';

/** As the checkpoints write: thoughts of several lines, a line for each tag's content, names as they were trained. */
const say: NonNullable<VllmOptions['say']> = ({ messages }) => {
  const [{ content: system }, { content: user }] = messages;
  if (system.includes('<sub-question>')) {
    const known = user.includes('Answer1: Arland City');
    const [asked, name] = known ? ['None', 'None'] : [QUESTION, ' Table Retriever'];
    return {
      content: `<think>\nThe capital is needed.\n</think>\n<sub-question>\n${asked}\n</sub-question>\n<ret>${name}\n</ret>`,
    };
  }
  return { content: '<think>\nThe table says it.\n</think>\n<answer>\nArland City\n</answer>' };
};

test('a released checkpoint is asked as it was trained, and understood', async () => {
  const { url, requests } = await startVllm({ say });
  process.env.OPENAI_API_KEY ??= 'none';
  const settings = { store: '/elsewhere', model: 'openai:r1-router', baseUrl: url, naming: 'reference' as const };
  const maker = routerParts(settings, { config: {}, directory: tmpdir() });
  const { knowledgeBases } = smallWorld();
  const parts = await maker.parts(maker.policyName, ['text', 'table']);
  const graph = createRouterGraph({ knowledgeBases, ...parts });
  const { answer, steps, citations } = await graph.invoke({ question: QUESTION });
  expect(answer).toBe('Arland City');
  expect(citations).toMatchObject([{ passageId: 'table-Arland' }]);
  expect(steps.map(({ decision, fallback }) => [decision.type, fallback])).toEqual([
    ['search', undefined],
    ['stop', undefined],
  ]);
  expect(steps[0]!.thought).toBe('The capital is needed.');
  const users = requests.map(({ messages }) => messages[1].content as string);
  expect(users).toEqual([
    `Origin question: ${QUESTION}`,
    expect.stringMatching(
      /^Passages of .*\ntar-0: Capitals\. Country: Arland.*\n\nAnswer this question in <answer><\/answer>: What/s,
    ),
    `Origin question: ${QUESTION}\nSub-question1: ${QUESTION}\nAnswer1: Arland City`,
    expect.stringContaining(`Now give the final answer to the origin question: ${QUESTION}`),
  ]);
  expect(requests.every(({ tools }) => tools === undefined)).toBe(true);
  expect(requests[0]!.messages[0].content).toContain('- Table Retriever: ');
});
