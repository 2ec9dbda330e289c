/**
 * The router as a tool of an agent: `createAgent({ model, tools: [createRouterTool(graph)] })`. The model is given the answer
 * with its sources; the artifact of the tool message holds the whole output, records included. (Every Runnable has an `asTool`
 * of its own, which knows nothing of contents and artifacts.)
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { type ToolRunnableConfig, tool } from '@langchain/core/tools';
import { isGraphBubbleUp } from '@langchain/langgraph';
import { z } from 'zod';
import { type ErrorKind, isR1RouterError, messageOf } from '../common/errors.ts';
import { RECURSION_LIMIT, type RouterGraph } from './graph.ts';
import type { RouterContext, RouterOutput } from './run-state.ts';
import { searchFailure } from './steps/search-failure.ts';

export interface RouterToolOptions {
  /** Default `ask_knowledge_bases`. */
  name?: string;
  /** What the agent's model is told; say here what your knowledge bases know. */
  description?: string;
  /** Seed, budgets and the like of each run; a function is asked before each. The agent's own context is not passed on. */
  context?: RouterContext | ((config: RunnableConfig) => RouterContext);
  /** What the agent's model reads. Default: the answer and the titles or ids of what it rests on. */
  render?: (output: RouterOutput) => string;
  /**
   * What becomes of a run that fails within: `tell` (default) tells the agent's model that the look-up failed and nothing of why,
   * since messages of errors name servers and files; the error is the artifact, and traces have it. `throw` ends the agent.
   */
  onFailure?: 'tell' | 'throw';
}

/** The artifact of a run that failed. */
export interface RouterFailure {
  error: { code: string; kind: ErrorKind; message: string };
}

const QuestionSchema = z.object({
  question: z.string().describe('One complete question that can be understood without the conversation.'),
});

const DESCRIPTION =
  'Answers a question, also one that needs several facts, by looking it up step by step in the connected knowledge bases. Returns a short answer with its sources, or says that none was found.';

/**
 * The router as a LangChain tool that answers a question: the message holds the answer with its sources, the artifact the whole output.
 * Where a run fails it tells the model so, or throws, as `onFailure` says; a question that cannot be asked is always told.
 */
export function createRouterTool(graph: RouterGraph, options: RouterToolOptions = {}) {
  const { name = 'ask_knowledge_bases', description = DESCRIPTION, context = {}, render = renderAnswer } = options;
  const { onFailure = 'tell' } = options;
  return tool(
    async ({ question }, config: ToolRunnableConfig): Promise<[string, RouterOutput | RouterFailure | null]> => {
      try {
        // The rest of the config carries callbacks, signal and stream writer, so that traces nest and an abort reaches us.
        const own = typeof context === 'function' ? context(config) : context;
        // The agent's recursion limit counts the agent's steps.
        const ours = { ...config, context: own, recursionLimit: RECURSION_LIMIT };
        const output = await graph.invoke({ question }, ours);
        return [render(output), output];
      } catch (error) {
        // What the model did wrong it is told, and may do better; anything else is not its business.
        if (isR1RouterError(error) && error.kind === 'user') return [`Not asked: ${error.message}`, null];
        if (onFailure === 'throw' || config.signal?.aborted || isGraphBubbleUp(error)) throw error;
        return [FAILED, failureOf(error)];
      }
    },
    { name, description, schema: QuestionSchema, responseFormat: 'content_and_artifact' },
  );
}

const FAILED =
  'The look-up failed for a reason that has nothing to do with the question, so it is not known whether the knowledge bases hold an answer.';

function failureOf(error: unknown): RouterFailure {
  const { code, kind } = isR1RouterError(error) ? error : ({ code: 'unknown', kind: 'system' } as const);
  return { error: { code, kind, message: messageOf(error) } };
}

function renderAnswer({ answer, citations, steps }: RouterOutput): string {
  if (answer === null) {
    return searchFailure(steps) === undefined
      ? 'The knowledge bases hold no answer to this question.'
      : 'The knowledge bases cannot be searched at the moment, so it is not known whether they hold an answer.';
  }
  const passages = steps.flatMap((step) => step.passages);
  const sources = citations.map(({ passageId, knowledgeBase }) => {
    const cited = passages.find((passage) => passage.id === passageId && passage.knowledgeBase === knowledgeBase);
    return `${cited?.title ?? passageId} (${knowledgeBase})`;
  });
  const list = [...new Set(sources)].map((source, index) => `[${index + 1}] ${source}`);
  return list.length > 0 ? `${answer}\nSources: ${list.join('; ')}` : answer;
}
