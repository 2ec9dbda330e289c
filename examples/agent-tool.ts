/**
 * The router as a tool of a LangChain agent. The agent's model is a fake that calls the tool once and then repeats what it was
 * told; put any chat model that can call tools in its place. Run it with `npx node examples/agent-tool.ts`.
 */
import { AIMessage, createAgent, fakeModel, HumanMessage, ToolMessage } from 'langchain';
import { createRouterGraph, createRouterTool, fixedPolicy, RouterOutputSchema } from 'r1-router';
import { officeNotes } from './custom-knowledge-base.ts';
import { answerWithLastReading, readFirstLine } from './parts.ts';

const graph = createRouterGraph({
  knowledgeBases: [officeNotes],
  policy: fixedPolicy({ knowledgeBase: officeNotes.name }),
  reader: readFirstLine,
  answerer: answerWithLastReading,
});

export async function main(): Promise<{ said: string; searches: number }> {
  const model = fakeModel()
    .respondWithTools([{ name: 'ask_office', args: { question: 'Where do visitors sign in?' }, id: 'call-1' }])
    .respond((messages) => new AIMessage(`I looked it up. ${messages.at(-1)?.text}`));

  const agent = createAgent({
    model,
    tools: [createRouterTool(graph, { name: 'ask_office', context: { seed: 7 } })],
  });
  const { messages } = await agent.invoke({ messages: [new HumanMessage('I have a guest today.')] });

  // What the tool's content leaves out stands in its artifact: the records of all steps.
  const toolMessage = messages.find((message) => ToolMessage.isInstance(message));
  const { usage } = RouterOutputSchema.parse(toolMessage?.artifact);
  return { said: messages.at(-1)?.text ?? '', searches: usage.searches };
}

if (import.meta.main) console.log(await main());
