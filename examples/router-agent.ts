/**
 * The router as an agent: one call fills everything from one model, and messages go in and come out. The model is a fake with its
 * calls written down, so that the example runs anywhere; put any chat model that calls tools in its place. Run it with
 * `npx node examples/router-agent.ts`.
 */
import { MemorySaver } from '@langchain/langgraph';
import { fakeModel, HumanMessage } from 'langchain';
import { createRouterAgent } from 'r1-router';
import { officeNotes } from './custom-knowledge-base.ts';

const search = { name: 'search_Office_notes', args: { query: 'What do visitors wear?' }, id: 'call-1' };
const finish = {
  ...{ name: 'finish', id: 'call-2' },
  args: { quote: 'Visitors sign in at the front desk and wear a badge.', answer: 'a badge', citations: ['p1'] },
};

export async function main(): Promise<{ answer: string | null; quote?: string; messages: string[] }> {
  const agent = createRouterAgent({
    model: fakeModel().respondWithTools([search]).respondWithTools([finish]),
    knowledgeBases: [officeNotes],
    checkpointer: new MemorySaver(), // only for the conversation; leave it out otherwise
  });
  const { answer, citations, messages } = await agent.invoke(
    { messages: [new HumanMessage('How does one recognise a visitor?')] },
    { configurable: { thread_id: 'a' } },
  );
  return { answer, quote: citations[0]?.quote, messages: messages.map(({ type, text }) => `${type}: ${text}`) };
}

if (import.meta.main) console.log(await main());
