import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { ChatOpenAI } from '@langchain/openai';
import { afterEach, describe, expect, it } from 'vitest';
import { chatModelAnswerer } from '../../../../src/graph/chat-model/answerer.ts';
import type { ChatModelLike } from '../../../../src/graph/chat-model/model.ts';
import { chatModelPolicy } from '../../../../src/graph/chat-model/policy.ts';
import type { Protocol } from '../../../../src/graph/chat-model/protocols/protocol.ts';
import { createRouterGraph } from '../../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../../src/graph/image-store.ts';
import { passOnReader } from '../../../../src/graph/pass-on-reader.ts';
import { type ScriptedReply, startOpenAiServer } from '../../openai-server.ts';
import { call, calls, QUESTION, says, world } from './world.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
const DATA_URL = `data:image/png;base64,${Buffer.from(PNG).toString('base64')}`;

let close = async () => {};
afterEach(() => close());

async function openAi(replies: readonly ScriptedReply[]) {
  const server = await startOpenAiServer(replies);
  close = server.close;
  const fields = { model: 'scripted', apiKey: 'none', maxRetries: 0, configuration: { baseURL: server.url } };
  return { model: new ChatOpenAI(fields), requests: server.requests, url: server.url };
}

async function ask(model: ChatModelLike, protocol?: Protocol, image?: Uint8Array) {
  const images = memoryImageStore();
  const graph = createRouterGraph({
    knowledgeBases: world().all,
    policy: chatModelPolicy({ model, protocol }),
    reader: passOnReader(),
    answerer: chatModelAnswerer({ model, protocol }),
    images,
  });
  return graph.invoke({ question: QUESTION, ...(image && { image: await images.put(image) }) });
}

const TOOLS: ScriptedReply[] = [
  calls(call('search_People_and_places', { query: 'When was Jane Austen born?' })),
  calls(call('finish', { quote: '1775', answer: '1775', citations: ['p1'] })),
];
const FORMS: ScriptedReply[] = [
  says('{"thought": "", "searches": [{"knowledgeBase": "People and places", "query": "Austen"}]}'),
  says('{"thought": "", "searches": []}'),
  says('{"quote": "1775", "answer": "1775", "citations": ["p1"]}'),
];
const TAGS: ScriptedReply[] = [
  says('<sub-question>Austen?</sub-question><ret>People and places</ret>'),
  says('None'),
  says('<answer>1775</answer><cite>ter-0</cite>'),
];

const wrappers: [string, (model: ChatOpenAI) => ChatModelLike][] = [
  ['itself', (model) => model],
  ['withRetry', (model) => model.withRetry({ stopAfterAttempt: 2 })],
  ['withFallbacks', (model) => model.withFallbacks([model])],
  ['withConfig', (model) => model.withConfig({ tags: ['mine'] })],
  ['several of them', (model) => model.withRetry({ stopAfterAttempt: 2 }).withFallbacks([model.withConfig({})])],
];

describe.each(wrappers)('a model as %s', (name, wrap) => {
  it.each([
    ['tools', TOOLS],
    ['structured', FORMS],
    ['tags', TAGS],
  ] as const)('keeps %s and the image', async (protocol, script) => {
    const { model, requests } = await openAi(script);
    const { answer } = await ask(wrap(model), protocol, PNG);
    expect(answer).toBe('1775');
    const sent = JSON.stringify(requests[0]);
    expect(sent).toContain(DATA_URL);
    expect(sent).not.toContain('r1-router-image');
    if (protocol === 'tools') expect(requests[0]!.tools).toHaveLength(5);
    if (protocol === 'structured') expect(sent).toMatch(/"enum":\["Books"/);
  });

  it('takes tools by itself', async () => {
    const { model, requests } = await openAi(TOOLS);
    expect((await ask(wrap(model))).answer).toBe('1775');
    expect(requests[0]!.tools).toBeDefined();
  });

  it('tries again where it is wrapped for that', async () => {
    const { model } = await openAi([{ content: null, status: 500 }, ...TOOLS]);
    const run = ask(wrap(model));
    if (name === 'itself' || name === 'withConfig') await expect(run).rejects.toMatchObject({ code: 'policy-failed' });
    else expect((await run).answer).toBe('1775');
  });
});

class PlainModel extends BaseChatModel {
  seen: BaseMessage[][] = [];
  script: string[];
  constructor(script: readonly string[]) {
    super({});
    this.script = [...script];
  }
  _llmType() {
    return 'plain';
  }
  async _generate(messages: BaseMessage[]) {
    this.seen.push(messages);
    const text = this.script.shift();
    if (text === undefined) throw new Error('the script has run out');
    return { generations: [{ text, message: new AIMessage(text) }] };
  }
}

describe('auto', () => {
  const script = TAGS.map(({ content }) => content!);

  it('speaks in tags with a model that knows neither tools nor schemas', async () => {
    const model = new PlainModel(script);
    expect((await ask(model)).answer).toBe('1775');
    expect(model.seen[0]![0]!.text).toContain('<sub-question>');
  });

  it('fills a schema where a model takes schemas alone', async () => {
    const model = new PlainModel([]);
    const replies = FORMS.map(({ content }) => JSON.parse(content!) as Record<string, unknown>);
    const withStructuredOutput = () => RunnableLambda.from(async () => replies.shift());
    Object.assign(model, { withStructuredOutput });
    expect((await ask(model)).answer).toBe('1775');
  });

  it('speaks in tags with a runnable that does not show its model, and gives it the image', async () => {
    const model = new PlainModel(script);
    const hidden = RunnableLambda.from((messages: BaseMessage[]) => model.invoke(messages));
    expect((await ask(hidden as unknown as ChatModelLike, 'auto', PNG)).answer).toBe('1775');
    expect(JSON.stringify(model.seen[0])).toContain(DATA_URL);
  });

  it('says so where a model cannot do what was asked for, or is none', () => {
    const model = new PlainModel([]);
    expect(() => chatModelPolicy({ model, protocol: 'tools' })).toThrow(/"tools" needs a model with bindTools/);
    expect(() => chatModelPolicy({ model, protocol: 'structured' })).toThrow(/withStructuredOutput/);
    expect(() => chatModelPolicy({ model: {} as ChatModelLike })).toThrow(/option model: give a LangChain chat model/);
    expect(() => chatModelPolicy({ model, protocol: 'xml' as Protocol })).toThrow(/"xml" is none of auto, tools/);
  });
});

describe('a model by name', () => {
  it('is opened by langchain, at the first call', async () => {
    const { url, requests } = await openAi(TOOLS);
    process.env.OPENAI_API_KEY = 'none';
    process.env.OPENAI_BASE_URL = url;
    try {
      const policy = chatModelPolicy({ model: 'openai:gpt-4o-mini' });
      expect(policy.version).toBe('openai:gpt-4o-mini');
      expect((await ask('openai:gpt-4o-mini', 'auto', PNG)).answer).toBe('1775');
      expect(requests[0]!.model).toBe('gpt-4o-mini');
      expect(JSON.stringify(requests[0])).toContain(DATA_URL);
    } finally {
      delete process.env.OPENAI_API_KEY;
      delete process.env.OPENAI_BASE_URL;
    }
  });

  it('says what is missing', async () => {
    await expect(ask('nobody:nothing')).rejects.toMatchObject({ code: 'model-setup', kind: 'user' });
    await expect(ask('cohere:command')).rejects.toThrow(/"cohere:command" cannot be opened: .*@langchain\/cohere/);
  });
});
