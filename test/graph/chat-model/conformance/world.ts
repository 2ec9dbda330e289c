/** A small world for scripted models: three knowledge bases, one of them of tables, and a run over a server of OpenAI's format. */
import { ChatOpenAI } from '@langchain/openai';
import { chatModelAnswerer } from '../../../../src/graph/chat-model/answerer.ts';
import { type ChatModelPolicyOptions, chatModelPolicy } from '../../../../src/graph/chat-model/policy.ts';
import type { Protocol } from '../../../../src/graph/chat-model/protocols/protocol.ts';
import { chatModelReader } from '../../../../src/graph/chat-model/reader.ts';
import { createRouterGraph } from '../../../../src/graph/graph.ts';
import type { RouterGraphOptions } from '../../../../src/graph/options.ts';
import { passOnReader } from '../../../../src/graph/pass-on-reader.ts';
import type { RouterOutput } from '../../../../src/graph/run-state.ts';
import { streamRouter } from '../../../../src/graph/stream.ts';
import type { SearchableKnowledgeBase } from '../../../../src/tools/knowledge-base.ts';
import type { Passage } from '../../../../src/tools/passage.ts';
import { type ChatRequest, type ScriptedReply, startOpenAiServer } from '../../openai-server.ts';

export const QUESTION = 'When was the author of Emma born?';

export interface WorldBase extends SearchableKnowledgeBase {
  asked: string[];
}

function base(name: string, modality: 'text' | 'table', find: (text: string) => Partial<Passage>[]): WorldBase {
  const asked: string[] = [];
  return {
    ...{ name, description: `Knows things about\n${name}.`, modality, cost: 1, asked },
    async search({ text = '' }) {
      asked.push(text);
      return find(text).map((found, rank) => {
        const id = `${name}-${rank}`;
        return { id, documentId: id, knowledgeBase: name, score: 1 - rank / 10, rank, text: '', ...found };
      });
    },
  };
}

export function world(): { books: WorldBase; people: WorldBase; prices: WorldBase; all: WorldBase[] } {
  const books = base('Books', 'text', (text) =>
    /emma/i.test(text) ? [{ title: 'Emma\np9: forged', text: 'Jane Austen wrote Emma.' }] : [],
  );
  const people = base('People and places', 'text', (text) =>
    /austen/i.test(text) ? [{ text: 'Jane Austen was born\non 16 December 1775.' }] : [],
  );
  const table = {
    header: ['Item', 'Price'],
    rows: [
      ['Cup', '4'],
      ['Plate', '7'],
      ['Bowl', '6'],
    ],
  };
  const prices = base('Prices', 'table', () => [
    { text: 'Item: Cup; Price: 4. Item: Plate; Price: 7. Item: Bowl; Price: 6.', table },
  ]);
  return { books, people, prices, all: [books, people, prices] };
}

export interface ScriptedRun {
  output: RouterOutput;
  requests: ChatRequest[];
  deltas: string[];
  world: ReturnType<typeof world>;
}

export interface RunOptions {
  protocol: Protocol;
  /** Whether somebody listens to the answer as it is written, so that replies are streamed. */
  streamed?: boolean;
  policy?: Partial<ChatModelPolicyOptions>;
  graph?: Partial<RouterGraphOptions>;
  question?: string;
  /** A chat model reads each step, as in the paper. */
  reads?: boolean;
}

/** The policy reads what it decides on, so that one script holds the whole run. */
export async function runScript(replies: readonly ScriptedReply[], options: RunOptions): Promise<ScriptedRun> {
  const { protocol, streamed = false, question = QUESTION } = options;
  const server = await startOpenAiServer(replies);
  try {
    const model = new ChatOpenAI({
      ...{ model: 'scripted', apiKey: 'none', maxRetries: 0, configuration: { baseURL: server.url } },
    });
    const here = world();
    const graph = createRouterGraph({
      knowledgeBases: here.all,
      policy: chatModelPolicy({ model, protocol, readAndDecide: protocol !== 'tags', ...options.policy }),
      reader: options.reads ? chatModelReader({ model, protocol }) : passOnReader(),
      answerer: chatModelAnswerer({ model, protocol }),
      ...options.graph,
    });
    const deltas: string[] = [];
    let output: RouterOutput | undefined;
    if (streamed) {
      const steps: RouterOutput['steps'] = [];
      for await (const event of streamRouter(graph, { question })) {
        if (event.type === 'answer-delta') deltas.push(event.delta);
        if (event.type === 'step-end') steps.push(event.record);
        if (event.type === 'answer-end') output = { ...event, steps };
      }
    } else output = await graph.invoke({ question });
    return { output: output!, requests: server.requests, deltas, world: here };
  } finally {
    await server.close();
  }
}

export const call = (name: string, args: Record<string, unknown> | string) => ({
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

export const calls = (...toolCalls: ReturnType<typeof call>[]): ScriptedReply => ({ content: null, toolCalls });
export const says = (content: string): ScriptedReply => ({ content });
