/** The snippets of docs/how-to/langchain.md, run one by one: types are taken off, imports come from the sources, the model is a fake. */
import { readFileSync } from 'node:fs';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import * as messages from '@langchain/core/messages';
import type { StructuredToolInterface } from '@langchain/core/tools';
import * as langgraph from '@langchain/langgraph';
import * as langchain from 'langchain';
import { describe, expect, it } from 'vitest';
import * as zod from 'zod';
import { officeNotes } from '../../examples/custom-knowledge-base.ts';
import * as router from '../../src/index.ts';
import * as testing from '../../src/test/index.ts';
import { compiledSnippet } from './run-snippet.ts';

const DOORS: Record<string, object> = {
  'r1-router': router,
  'r1-router/test': testing,
  '@langchain/core/messages': messages,
  '@langchain/langgraph': langgraph,
  langchain,
  zod,
};

/** Searches once, then answers with the first passage; an agent's tool it calls once, and then it is done. */
class DocumentsModel extends BaseChatModel {
  tools: StructuredToolInterface[] = [];
  _llmType() {
    return 'documents';
  }
  override bindTools(tools: unknown[]) {
    const bound = new DocumentsModel({});
    bound.tools = tools as StructuredToolInterface[];
    return bound;
  }
  override withStructuredOutput(): never {
    const raw = new messages.AIMessage('{"short": "a badge", "certain": true}');
    return { invoke: async () => ({ raw, parsed: null }) } as never;
  }
  async _generate(asked: messages.BaseMessage[]) {
    return { generations: [{ text: '', message: this.#reply(asked) }] };
  }
  #reply(asked: messages.BaseMessage[]): messages.AIMessage {
    const found = asked.findLast((message) => messages.ToolMessage.isInstance(message));
    const [first] = this.tools;
    const names = this.tools.map(({ name }) => name);
    if (!first) return new messages.AIMessage('<sub-question>None</sub-question><ret>None</ret>');
    if (!found && first.name.startsWith('search_')) return calling(first.name, { query: 'What do visitors wear?' });
    if (!found && names.includes('look_up')) return calling('look_up', { question: 'What do visitors wear?' });
    if (!names.includes('finish')) return new messages.AIMessage('done');
    const quote = found?.text.split('\n', 1)[0]?.replace(/^p\d+: /, '') ?? null;
    return calling('finish', { quote, answer: 'a badge', citations: ['p1'] });
  }
}

const calling = (name: string, args: Record<string, unknown>) =>
  new messages.AIMessage({ content: '', tool_calls: [{ name, args, id: 'call00001', type: 'tool_call' }] });

const page = readFileSync(new URL('../../docs/how-to/langchain.md', import.meta.url), 'utf8');
const snippets: { heading: string; code: string }[] = [];
let under = '';
for (const [, heading, code] of page.matchAll(/^## (.*)$|^```ts\n([\s\S]*?)^```$/gm)) {
  under = heading ?? under;
  if (code !== undefined) snippets.push({ heading: under, code });
}

describe('docs/how-to/langchain.md', () => {
  it.each(snippets)('$heading: $code', async ({ code }) => {
    const retrieverTools = ['search_a', 'search_b'].map((name) =>
      langchain.tool(async ({ query }) => `nothing of ${query}`, {
        ...{ name, description: `Searches ${name}.`, schema: zod.z.object({ query: zod.z.string() }) },
      }),
    );
    const parts = { model: new DocumentsModel({}), knowledgeBases: [officeNotes] };
    const out = await compiledSnippet(
      code,
      DOORS,
    )({
      ...parts,
      agent: router.createRouterAgent(parts),
      question: 'What do visitors wear?',
      bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      retrieverTools,
      console: { log() {} },
      process: { stdout: { write() {} } },
    });
    if ('answer' in out) expect(out.answer).toBe('a badge');
    if ('structuredResponse' in out) expect(out.structuredResponse).toEqual({ short: 'a badge', certain: true });
  });

  it('has its snippets', () => {
    expect(snippets.length).toBeGreaterThan(12);
  });
});
