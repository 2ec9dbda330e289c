import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { BaseMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { describe, expect, it } from 'vitest';
import { buildMethod, embeddingRoutingPolicy, type MethodSettings, methods } from '../../../src/eval/methods/index.ts';
import { referenceNames } from '../../../src/graph/chat-model/protocols/naming.ts';
import { searchFor } from '../../../src/graph/decision.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import type { Reader } from '../../../src/graph/policy.ts';
import { knowledgeBasesOf } from '../../../src/graph/step-record.ts';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  policyOf,
  search,
  stop,
} from '../../../src/test/fakes.ts';

/** Every query finds one passage in each knowledge base, which says where it is from. */
function world() {
  return (['Texts', 'Pictures', 'Tables'] as const).map((name) =>
    fakeKnowledgeBase(name, async ({ text }) => [passage(name, `${name}/${text}`, `${name} knows Paris`)], {
      modality: name === 'Pictures' ? 'text-image' : name === 'Tables' ? 'table' : 'text',
    }),
  );
}

/** Model calls by name and searches as `name: query`, in order, as the callbacks see them. */
class CallLog extends BaseCallbackHandler {
  name = 'call-log';
  override awaitHandlers = true;
  readonly calls: string[] = [];
  /** The user turn of each model call. */
  readonly prompts: string[] = [];
  override handleChatModelStart(...[, messages, , , , , , runName]: unknown[]) {
    this.calls.push(String(runName));
    this.prompts.push((messages as BaseMessage[][])[0]!.at(-1)!.text);
  }
  override handleRetrieverStart(...[, query, , , , , name]: unknown[]) {
    this.calls.push(`${name}: ${query}`);
  }
}

async function run(name: string, replies: string[], settings: MethodSettings = {}, image = false) {
  const images = memoryImageStore();
  const log = new CallLog();
  const model = new FakeListChatModel({ responses: replies });
  const knowledgeBases = world();
  const graph = createRouterGraph({ knowledgeBases, images, ...buildMethod(name, { model, ...settings }) });
  const output = await graph.invoke(
    { question: 'Which city?', ...(image && { image: await images.put(new Uint8Array([1])) }) },
    { callbacks: [log] },
  );
  return { calls: log.calls, prompts: log.prompts, output, answer: output.answer };
}

const decision = (subQuestion: string, name: string) =>
  `<think>t</think><sub-question>${subQuestion}</sub-question><ret>${name}</ret>`;
const DONE = decision('None', 'None');
const PARIS = '<answer>Paris</answer>';
const EVERYWHERE = (query: string) => [`Texts: ${query}`, `Pictures: ${query}`, `Tables: ${query}`];

describe('call sequences', () => {
  it.each([
    ['direct', {}, [PARIS], ['write answer']],
    ['chain-of-thought', {}, [`<think>hm</think>${PARIS}`], ['write answer']],
    ['rag-one', { knowledgeBase: 'Tables' }, [PARIS], ['Tables: Which city?', 'write answer']],
    ['rag-all', {}, [PARIS], [...EVERYWHERE('Which city?'), 'write answer']],
    ['all-once', {}, [PARIS, PARIS], [...EVERYWHERE('Which city?'), 'write reading', 'write answer']],
    [
      'iter-retgen',
      { knowledgeBase: 'Texts' },
      ['It may be Rome.\nSo the answer is: Rome.', 'It is Paris.\nSo the answer is: Paris.'],
      ['Texts: Which city?', 'generate', 'Texts: It may be Rome.\nSo the answer is: Rome. Which city?', 'generate'],
    ],
    [
      'ircot',
      { knowledgeBase: 'Texts' },
      ['The capital is in France. It lies on the Seine.', 'So the answer is: Paris.', PARIS],
      ['Texts: Which city?', 'reason', 'Texts: The capital is in France.', 'reason', 'write answer'],
    ],
    [
      'search-o1',
      { knowledgeBase: 'Texts' },
      [
        'I wonder. <|begin_search_query|>capital of France<|end_search_query|>',
        'It is Paris.',
        'So Paris it is.',
        PARIS,
      ],
      ['reason', 'Texts: capital of France', 'reason in documents', 'reason', 'write answer'],
    ],
    [
      'omnisearch',
      {},
      [decision('Capital of France?', 'Texts'), PARIS, decision('Is it Paris?', 'Tables'), PARIS, DONE, PARIS],
      [
        ...['write decision', 'Texts: Capital of France?', 'write reading'],
        ...['write decision', 'Tables: Is it Paris?', 'write reading'],
        ...['write decision', 'write answer'],
      ],
    ],
    ['modality-classifier', {}, ['"Tables"', PARIS], ['classify', 'Tables: Which city?', 'write answer']],
    ['modality-classifier', {}, ['None', PARIS], ['classify', 'write answer']],
    [
      'modality-classifier',
      {},
      ['The web.', 'Tables', PARIS],
      ['classify', 'classify', 'Tables: Which city?', 'write answer'],
    ],
    [
      'r1-router',
      { naming: referenceNames },
      [decision('Capital of France?', 'Text Image Retriever'), PARIS, DONE, PARIS],
      ['write decision', 'Pictures: Capital of France?', 'write reading', 'write decision', 'write answer'],
    ],
    [
      'all',
      {},
      [decision('Capital of France?', 'Texts'), PARIS, DONE, PARIS],
      ['write decision', ...EVERYWHERE('Capital of France?'), 'write reading', 'write decision', 'write answer'],
    ],
    [
      'fixed',
      { knowledgeBase: 'Tables' },
      [decision('Capital of France?', 'Texts'), PARIS, DONE, PARIS],
      ['write decision', 'Tables: Capital of France?', 'write reading', 'write decision', 'write answer'],
    ],
    [
      'embedding-routing',
      { utterances: { Texts: ['who wrote'], Pictures: ['what is in the image'], Tables: ['capital of Spain'] } },
      [decision('Capital of France?', 'Texts'), PARIS, DONE, PARIS],
      ['write decision', 'Tables: Capital of France?', 'write reading', 'write decision', 'write answer'],
    ],
  ] as [string, MethodSettings, string[], string[]][])('%s %o', async (name, settings, replies, calls) => {
    const { calls: seen, output } = await run(name, replies, settings);
    expect(seen).toEqual(calls);
    expect(output).toMatchObject({ answer: 'Paris', stopReason: 'policy' });
  });

  it('caption-then-rag: describes the image, searches with the description, answers from the passages', async () => {
    const { calls, answer } = await run('caption-then-rag', ['A tower.', PARIS], { knowledgeBase: 'Texts' }, true);
    expect(calls).toEqual(['write caption', 'Texts: Which city? A tower.', 'write answer']);
    expect(answer).toBe('Paris');
    const without = await run('caption-then-rag', [PARIS], { knowledgeBase: 'Texts' });
    expect(without.calls).toEqual(['Texts: Which city?', 'write answer']);
  });

  it('random: the decomposition of the model, somewhere', async () => {
    const { calls } = await run('random', [decision('Capital?', 'Texts'), PARIS, DONE, PARIS]);
    expect(calls).toHaveLength(5);
    expect(calls[1]).toMatch(/^(Texts|Pictures|Tables): Capital\?$/);
  });
});

describe('what they see and count', () => {
  it('retrieve-then-answer methods count a passage once, where it is read', async () => {
    const { output } = await run('rag-all', [PARIS]);
    expect(output.usage).toMatchObject({ searches: 3, reads: 3, modelCalls: 1 });
    expect(output.citations).toEqual([{ passageId: 'Texts/Which city?', knowledgeBase: 'Texts', quote: 'Paris' }]);
  });

  it('iter-retgen abstains where no generation says what the answer is', async () => {
    const { answer } = await run('iter-retgen', ['I cannot tell.']);
    expect(answer).toBeNull();
  });

  it('ircot shows every passage so far, and the sentences as one reasoning', async () => {
    const { prompts } = await run('ircot', ['One. Two.', 'So the answer is: Paris.', PARIS], {
      knowledgeBase: 'Texts',
    });
    expect(prompts[1]).toBe(
      'ter-0: Texts knows Paris\nter-1: Texts knows Paris\nQuestion: Which city?\nReasoning so far: One.',
    );
    expect(prompts[2]).toBe('ter-0: Texts knows Paris\nter-1: Texts knows Paris\nQuestion: Which city?');
  });

  it('search-o1 goes on from its own thoughts, queries and refined results', async () => {
    const replies = ['Hm. <|begin_search_query|>France\nand more', 'Paris is its capital.', 'Clear.', PARIS];
    const { prompts } = await run('search-o1', replies, { knowledgeBase: 'Texts' });
    expect(prompts[2]).toBe(
      'Question: Which city?\nHm.\n<|begin_search_query|>France<|end_search_query|>\n' +
        '<|begin_search_result|>Paris is its capital.<|end_search_result|>',
    );
  });

  it('search-o1 stops at the step limit without a last thought', async () => {
    const replies = ['<|begin_search_query|>a', 'None', '<|begin_search_query|>b', 'None', '<answer>None</answer>'];
    const { output } = await run('search-o1', replies, { knowledgeBase: 'Texts', maxSteps: 2 });
    expect(output).toMatchObject({ answer: null, stopReason: 'max-steps' });
  });
});

describe('methods without a chat model', () => {
  const settings: MethodSettings = {
    reader: fakeReader(),
    answerer: fakeAnswerer(),
    decomposition: policyOf(({ steps }) => ({ decision: steps.length ? stop : search('Capital?', 'Texts') })),
    scorer: policyOf(() => ({ decision: stop })),
    knowledgeBase: 'Tables',
  };
  it.each(['rag-one', 'rag-all', 'random', 'fixed', 'all', 'all-once', 'embedding-routing', 'r1-router-scorer'])(
    '%s runs with a reader, an answerer and a decomposition',
    async (name) => {
      const output = await driveRouter({ knowledgeBases: world(), ...buildMethod(name, settings) })({ question: 'q' });
      expect(output.stopReason).toBe('policy');
      expect(output.usage.modelCalls).toBe(0);
    },
  );

  it.each(['probe', 'rag-all', 'random', 'all', 'all-once', 'embedding-routing'])(
    '%s runs with nothing at all',
    async (name) => {
      const knowledgeBases = world();
      const output = await driveRouter({ knowledgeBases, ...buildMethod(name, {}) })({ question: 'What is Paris?' });
      expect(output.usage.modelCalls).toBe(0);
      expect(output.usage.searches).toBeGreaterThan(0);
    },
  );

  it('all asks each sub-question of every knowledge base once, also where nobody could read the answer', async () => {
    const knows = async () => [passage('Texts', 'p', 'The capital of Freedonia is Fredville.')];
    const reader: Reader = { ...fakeReader(), read: async () => ({ answer: null, citations: [] }) };
    const { steps } = await driveRouter({
      knowledgeBases: [fakeKnowledgeBase('Texts', knows), fakeKnowledgeBase('Tables', {}, { modality: 'table' })],
      ...buildMethod('all', { reader }),
    })({ question: 'What is the capital of Freedonia?' });
    expect(steps.map(knowledgeBasesOf)).toContainEqual(['Texts', 'Tables']);
    expect(steps.filter(({ repeatOf }) => repeatOf !== undefined)).toEqual([]);
  });

  it.each([
    'direct',
    'chain-of-thought',
    'caption-then-rag',
    'iter-retgen',
    'ircot',
    'search-o1',
    'omnisearch',
    'modality-classifier',
    'r1-router',
  ])('%s says that it needs a chat model', (name) => {
    expect(() => buildMethod(name, settings)).toThrow(`method "${name}" needs a chat model; name one with --model`);
  });

  it('says what else is missing, and which methods there are', () => {
    expect(() => buildMethod('rag-one', {})).toThrow('method "rag-one" needs the name of a knowledge base');
    expect(() => buildMethod('r1-router-scorer', {})).toThrow('needs a trained policy');
    expect(() => buildMethod('toString', {})).toThrow(/method "toString" does not exist; choose one of direct, /);
    expect(
      Object.values(methods).every(({ title, arxiv = '1234.56789' }) => title && /^\d{4}\.\d{5}$/.test(arxiv)),
    ).toBe(true);
  });
});

describe('routing by similarity', () => {
  it('averages the nearest examples of each route, and keeps the scores', async () => {
    const policy = embeddingRoutingPolicy({
      utterances: { Texts: ['a b', 'a b c d'], Pictures: ['a'], Tables: ['x'] },
    });
    const { steps } = await driveRouter({
      knowledgeBases: world(),
      policy,
      reader: fakeReader(),
      answerer: fakeAnswerer(),
    })({ question: 'a' }, { context: { includeTrace: true } });
    // Texts: (1/sqrt 2 + 1/2) / 2; Pictures: 1; Tables: 0.
    expect(steps[0]!.decision).toEqual(searchFor('a', 'Pictures'));
    const scores = steps[0]!.policy.trace?.scores as Record<string, number> | undefined;
    expect(scores!.Texts).toBeCloseTo((Math.SQRT1_2 + 0.5) / 2, 6);
    expect(scores).toMatchObject({ Pictures: 1, Tables: 0 });
  });

  it('does not depend on the order of the knowledge bases', async () => {
    const route = async (knowledgeBases: ReturnType<typeof world>) => {
      const parts = { policy: embeddingRoutingPolicy(), reader: fakeReader(), answerer: fakeAnswerer() };
      const { steps } = await driveRouter({ knowledgeBases, ...parts })({ question: 'What is about tables?' });
      return steps[0]!.decision;
    };
    expect(await route(world().reverse())).toEqual(await route(world()));
    expect(await route(world())).toMatchObject({ searches: [{ knowledgeBase: 'Tables' }] });
  });
});
