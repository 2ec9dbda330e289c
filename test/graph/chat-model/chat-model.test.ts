import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { ChatOpenAI } from '@langchain/openai';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chatModelAnswerer } from '../../../src/graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../../src/graph/chat-model/policy.ts';
import { referenceNames } from '../../../src/graph/chat-model/protocols/naming.ts';
import { chatModelReader } from '../../../src/graph/chat-model/reader.ts';
import { searchFor } from '../../../src/graph/decision.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  routerOptions,
  scriptedPolicy,
  search,
  stop,
} from '../../../src/test/fakes.ts';
import { type ScriptedReply, startOpenAiServer } from '../openai-server.ts';

const RecordingSchema = z.object({ replies: z.array(z.string()) });

let close = async () => {};
afterEach(() => close());

async function openAi(replies: readonly ScriptedReply[]) {
  const server = await startOpenAiServer(replies);
  close = server.close;
  const model = new ChatOpenAI({
    model: 'r1-router-7b',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: server.url },
  });
  return { model, requests: server.requests };
}

const decision = (subQuestion: string, name: string, thought = 'hm') =>
  `<think>${thought}</think><sub-question>${subQuestion}</sub-question><ret>${name}</ret>`;
const DONE = decision('None', 'None');

/** The user turn of the n-th request, as text. */
function userTurn({ messages }: { messages: { role: string; content: unknown }[] }): string {
  const { content } = messages.find(({ role }) => role === 'user')!;
  return typeof content === 'string' ? content : (content as { text?: string }[]).map(({ text = '' }) => text).join('');
}

describe('a chat model as policy, reader and answerer, over the OpenAI protocol', () => {
  it('asks one model for everything and counts its calls and tokens', async () => {
    const { model, requests } = await openAi([
      { content: decision('Who wrote Emma?', 'Text Retriever', 'First the author.'), logprobs: [-0.25, -0.5] },
      { content: '<think>ter-0 says</think><answer>Jane Austen</answer><cite>ter-0</cite>' },
      { content: `\`\`\`\n${decision('When was Jane Austen born?', 'table retriever')}\n\`\`\`` },
      { content: '<answer>1775 [tar-0]</answer>' },
      { content: DONE },
      { content: '<think>both</think><answer>1775</answer><cite>tar-0, ter-0, ter-9</cite>', tokens: [200, 20] },
    ]);
    const texts = fakeKnowledgeBase('Wikipedia', {
      'Who wrote Emma?': ['Jane Austen wrote Emma.', 'Emma is a\nnovel.'],
    });
    const tables = fakeKnowledgeBase(
      'Authors',
      { 'When was Jane Austen born?': ['Born: 1775'] },
      { modality: 'table' },
    );
    tables.search = async ({ text }) => [
      {
        ...{ id: 'row', documentId: 'row', knowledgeBase: 'Authors', score: 1, rank: 0 },
        text: `Born: 1775 (${text})`,
        table: { header: ['Born'], rows: [['1775']] },
      },
    ];
    const graph = createRouterGraph({
      knowledgeBases: [texts, tables],
      policy: chatModelPolicy({ model, naming: referenceNames, temperature: 1, callOptions: { seed: 5 } }),
      reader: chatModelReader({ model, protocol: 'tags' }),
      answerer: chatModelAnswerer({ model, protocol: 'tags' }),
    });
    const output = await graph.invoke({ question: 'When was the author of Emma born?' });

    expect(output).toMatchObject({
      answer: '1775',
      citations: [
        { passageId: 'Wikipedia-Who wrote Emma?-0', knowledgeBase: 'Wikipedia' },
        { passageId: 'row', knowledgeBase: 'Authors', quote: '1775' },
      ],
      stopReason: 'policy',
      // Two and one passages read, and all three shown to the answerer.
      usage: { searches: 2, reads: 6, modelCalls: 6, tokens: { input: 5 * 90 + 200, output: 5 * 10 + 20 } },
    });
    expect(output.steps[0]).toMatchObject({
      thought: 'First the author.',
      decision: searchFor('Who wrote Emma?', 'Wikipedia'),
      attempts: [
        { raw: expect.stringContaining('First the author.'), temperature: 1, logProbabilities: [-0.25, -0.5] },
      ],
      policy: { name: 'chat-model', version: 'r1-router-7b' },
      usage: { modelCalls: 2, tokens: { input: 180, output: 20 } },
    });

    const [decide, read, decideAgain, , , answer] = requests;
    expect(decide!.seed).toBe(5);
    expect(decide!.messages[0]!.content).toContain('- Text Retriever: Knows things about Wikipedia.');
    expect(decide!.messages[0]!.content).not.toContain('Wikipedia:');
    expect(userTurn(read!)).toContain('ter-0: Jane Austen wrote Emma.\nter-1: Emma is a novel.\n');
    expect(userTurn(decideAgain!)).toBe(
      'Origin question: When was the author of Emma born?\nSub-question1 (Text Retriever): Who wrote Emma?\nAnswer1: Jane Austen',
    );
    expect(userTurn(answer!)).toContain('tar-0: Born: 1775');
  });

  it('reminds a model of the form, and a filtered reply is a reason of its own', async () => {
    const { model, requests } = await openAi([
      { content: 'Let us search the web.' },
      // @langchain/openai drops the refusal's text, so that nothing is left.
      { content: null, refusal: 'I cannot help with that.' },
      { content: 'cut', finishReason: 'content_filter' },
    ]);
    const policy = chatModelPolicy({ model, protocol: 'tags' });
    const graph = createRouterGraph(routerOptions({ policy, fallback: 'stop' }));
    const { steps, stopReason } = await graph.invoke({ question: 'q' });
    expect(steps[0]!.attempts).toMatchObject([
      { invalid: 'missing-tag', raw: 'Let us search the web.' },
      { invalid: 'empty-output' },
      { invalid: 'refused' },
    ]);
    expect(stopReason).toBe('invalid');
    expect(userTurn(requests[1]!)).toMatch(/\n\nYour last reply lacked one of the required tags/);
    expect(steps[0]!.usage).toMatchObject({ modelCalls: 3, tokens: { input: 270, output: 30 } });
  });

  it('abstains when the reader stays unreadable, and never takes the raw text for an answer', async () => {
    const { model } = await openAi([{ content: 'It is 42.' }, { content: '' }, { content: '<answer>42' }]);
    const { steps, answer } = await createRouterGraph(
      routerOptions({
        knowledgeBases: [fakeKnowledgeBase('Texts', { a: ['42'] })],
        policy: scriptedPolicy([search('a', 'Texts'), stop]),
        reader: chatModelReader({ model, protocol: 'tags' }),
      }),
    ).invoke({ question: 'q' });
    expect(steps[0]).toMatchObject({ reading: { answer: null, citations: [] }, usage: { modelCalls: 3 } });
    expect(answer).toBeNull();
  });

  it('takes reasoning that the server reports apart for the thought', async () => {
    const { model } = await openAi([
      { content: '<sub-question>None</sub-question><ret>None</ret>', reasoning: 'easy' },
    ]);
    const { steps } = await createRouterGraph(
      routerOptions({ policy: chatModelPolicy({ model, protocol: 'tags' }) }),
    ).invoke({
      question: 'q',
    });
    expect(steps[0]).toMatchObject({ decision: stop, thought: 'easy' });
  });

  it('ends the run with a typed error when the server fails', async () => {
    const { model } = await openAi([{ content: '', status: 500 }]);
    const run = createRouterGraph(routerOptions({ policy: chatModelPolicy({ model, protocol: 'tags' }) })).invoke({
      question: 'q',
    });
    await expect(run).rejects.toMatchObject({ code: 'policy-failed', kind: 'model' });
  });

  it('shows the image where it helps: to the policy at the steps asked for, to the reader for image passages', async () => {
    const images = memoryImageStore();
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
    const image = await images.put(bytes);
    const { model, requests } = await openAi([
      { content: decision('What is this?', 'Pictures') },
      { content: '<answer>a cat</answer><cite>tir-0</cite>' },
      { content: decision('Who tamed cats?', 'Texts') },
      { content: '<answer>Egypt</answer>' },
      { content: DONE },
      { content: '<answer>Egypt</answer>' },
    ]);
    const graph = createRouterGraph({
      knowledgeBases: [
        fakeKnowledgeBase('Pictures', { 'What is this?': ['a cat'] }, { modality: 'text-image' }),
        fakeKnowledgeBase('Texts', { 'Who tamed cats?': ['Egypt'] }),
      ],
      policy: chatModelPolicy({ model, protocol: 'tags', imageAt: 'first-step' }),
      reader: chatModelReader({ model, protocol: 'tags' }),
      answerer: chatModelAnswerer({ model, protocol: 'tags' }),
      images,
    });
    await graph.invoke({ question: 'Who tamed this?', image });
    const url = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
    const sent = requests.map(({ messages }) =>
      messages.some(
        ({ content }) => typeof content !== 'string' && content?.some((block) => block.image_url?.url === url),
      ),
    );
    expect(sent).toEqual([true, true, false, false, false, false]);
    expect(JSON.stringify(requests)).not.toContain('r1-router-image');
  });
});

describe('replies recorded from a real model too small for the task (SmolLM2-135M, by test/suites/small-model.ts)', () => {
  it('are refused by name, fall back as declared, are counted, and end in an abstention', async () => {
    const { replies } = RecordingSchema.parse(
      JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'smollm2-replies.json'), 'utf8')),
    );
    const { model, requests } = await openAi(replies.map((content) => ({ content })));
    const graph = createRouterGraph({
      knowledgeBases: [
        fakeKnowledgeBase('Encyclopedia', async () => [passage('Encyclopedia', 'p', 'Emma is by Jane Austen.')]),
      ],
      policy: chatModelPolicy({ model, protocol: 'tags' }),
      reader: chatModelReader({ model, protocol: 'tags' }),
      answerer: chatModelAnswerer({ model, protocol: 'tags' }),
      fallback: { knowledgeBase: 'Encyclopedia' },
      maxSteps: 2,
    });
    // Three tries at a decision, three at a reading, three at a decision to fall back on, three at an answer.
    const outputs = [await graph.invoke({ question: 'Who wrote Emma?' }), await graph.invoke({ question: 'When?' })];
    expect(requests).toHaveLength(24);
    for (const { steps, answer, stopReason, usage } of outputs) {
      expect(steps.map(({ fallback, attempts }) => [fallback, attempts.length])).toEqual([
        [true, 3],
        [true, 3],
      ]);
      expect({ answer, stopReason, modelCalls: usage.modelCalls }).toEqual({
        answer: null,
        stopReason: 'invalid',
        modelCalls: 12,
      });
    }
  });
});

describe('a fake LangChain model', () => {
  it('serves as well, with prompts of one’s own', async () => {
    const model = new FakeListChatModel({ responses: [decision('Q1', 'Texts'), DONE] });
    const seen: string[] = [];
    const policy = chatModelPolicy({
      model,
      name: 'mine',
      version: '2',
      prompts: {
        decide({ question, history }) {
          seen.push(`${question} after ${history.length}`);
          return { system: 'Decide.', user: question };
        },
      },
    });
    const { steps } = await createRouterGraph(
      routerOptions({ policy, reader: fakeReader(), answerer: fakeAnswerer() }),
    ).invoke({ question: 'q' });
    expect(steps.map(({ decision: { type }, policy: { name, version } }) => [type, name, version])).toEqual([
      ['search', 'mine', '2'],
      ['stop', 'mine', '2'],
    ]);
    expect(seen).toEqual(['q after 0', 'q after 1']);
  });
});
