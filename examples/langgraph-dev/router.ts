/**
 * The agent for LangGraph's development server: `npx @langchain/langgraph-cli dev` in this folder, then open Studio. It asks the
 * model that ROUTER_MODEL names, for which the environment needs that provider's package and key. The server keeps the threads, so
 * that no checkpointer is given.
 */
import { createRouterAgent } from 'r1-router';
import { officeNotes } from '../custom-knowledge-base.ts';

export const agent = createRouterAgent({
  model: process.env.ROUTER_MODEL ?? 'openai:gpt-4o-mini',
  knowledgeBases: [officeNotes],
  systemPrompt: 'Answer in one sentence.',
  maxSteps: 3,
});
