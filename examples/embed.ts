/**
 * The router inside a program: invoke it, stream it, run a batch, keep a conversation, stop it. The chat model is a fake with
 * its replies written down, so that the example runs anywhere; put any LangChain chat model in its place. Run it with
 * `npx node examples/embed.ts`.
 */
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MemorySaver } from '@langchain/langgraph';
import { chatModelPolicy, createRouterGraph, streamRouter } from 'r1-router';
import { officeNotes } from './custom-knowledge-base.ts';
import { answerWithLastReading, readFirstLine } from './parts.ts';

const model = new FakeListChatModel({
  responses: [
    '<think>House rules.</think><sub-question>What do visitors wear?</sub-question><ret>Office notes</ret>',
    '<think>Known now.</think><sub-question>None</sub-question><ret>None</ret>',
  ],
});

const graph = createRouterGraph({
  knowledgeBases: [officeNotes],
  policy: chatModelPolicy({ model, protocol: 'tags' }),
  reader: readFirstLine,
  answerer: answerWithLastReading,
  maxSteps: 3,
  checkpointer: new MemorySaver(), // only for the conversation; leave it out otherwise
});

export async function main(): Promise<string[]> {
  const lines: string[] = [];
  const thread = (id: string) => ({ configurable: { thread_id: id } });

  // All at once. The context is optional; so is the signal.
  const output = await graph.invoke(
    { question: 'How does one recognise a visitor?' },
    { ...thread('a'), context: { seed: 7, budgets: { searches: 10 } }, signal: AbortSignal.timeout(10_000) },
  );
  lines.push(`invoke: ${output.answer}`);

  // As it happens.
  for await (const event of streamRouter(graph, { question: 'And what do they do first?' }, thread('a'))) {
    if (event.type === 'decision-end' && event.decision.type === 'search') {
      for (const { subQuestion, knowledgeBase } of event.decision.searches) {
        lines.push(`stream: ${subQuestion} -> ${knowledgeBase}`);
      }
    }
    if (event.type === 'answer-end') lines.push(`stream: ${event.answer} (${event.usage.searches} search)`);
  }

  // Many, at most four at a time.
  const questions = ['one', 'two'].map((number) => ({ question: `Question ${number}: what do visitors wear?` }));
  const outputs = await graph.batch(
    questions,
    questions.map((_, index) => thread(`batch ${index}`)),
    { maxConcurrency: 1 },
  );
  lines.push(
    `batch: ${outputs.map(({ stopReason, steps }) => `${stopReason} after ${steps.length} steps`).join(', ')}`,
  );
  return lines;
}

if (import.meta.main) console.log((await main()).join('\n'));
