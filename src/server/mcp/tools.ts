/** The tools of `/mcp`: `ask` for whole questions, and a search for each knowledge base. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { withAbort } from '../../common/abort.ts';
import { giveWay } from '../../common/give-way.ts';
import { toolNames } from '../../graph/chat-model/protocols/tool-names.ts';
import type { RouterEvent } from '../../graph/events.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import { WellFormedText } from '../ask/ask-request.ts';
import type { Runner } from '../ask/run.ts';
import { errorReply } from '../error-reply.ts';
import { contentOf } from '../openai/completion.ts';
import type { RouterServerOptions } from '../options.ts';
import { type RequestContext, reportError } from '../request-context.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface ToolParts {
  runner: Runner;
  options: RouterServerOptions;
  context: RequestContext;
}

const READ_ONLY = { readOnlyHint: true, openWorldHint: false, idempotentHint: true, destructiveHint: false };
const ASK = 'ask';

const AskInput = {
  question: WellFormedText.describe('One complete question that can be understood without the conversation.'),
  image: z
    .string()
    .optional()
    .describe('A picture the question is about: data:image/png;base64,... (PNG, JPEG, WebP).'),
  maxSteps: z.number().int().min(1).max(50).optional().describe('How many times to look something up at most.'),
};
const AskOutput = {
  answer: z.string().nullable().describe('Null where the knowledge bases hold no answer.'),
  citations: z.array(z.looseObject({ passageId: z.string(), knowledgeBase: z.string() })),
  evidence: z
    .array(z.looseObject({}))
    .describe('The best sentences that were found, whether or not there is an answer.'),
  runId: z.string(),
  stopReason: z.string(),
};
const SearchInput = {
  query: WellFormedText.min(1).max(8_000).describe('What to look for, in a few words or as a question.'),
  limit: z.number().int().min(1).max(50).optional().describe('How many passages at most; default 10.'),
};
const SearchOutput = { passages: z.array(z.looseObject({ id: z.string(), text: z.string() })) };

export function addTools(server: McpServer, parts: ToolParts): void {
  const { options } = parts;
  const knowledgeBases = options.knowledgeBases ?? [];
  const known = knowledgeBases.map(({ name, description }) => `${name}: ${description}`).join('\n');
  server.registerTool(
    ASK,
    {
      title: 'Ask the knowledge bases',
      description: `Answers a question, also one that needs several facts, by looking it up step by step. Returns a short answer with its sources, or says that there is none.${known === '' ? '' : `\nIt knows:\n${known}`}`,
      inputSchema: AskInput,
      outputSchema: AskOutput,
      annotations: READ_ONLY,
    },
    (asked, extra) => guarded(parts, () => ask(asked, extra, parts)),
  );
  const names = toolNames(
    knowledgeBases.map(({ name }) => name),
    [ASK],
  );
  for (const knowledgeBase of knowledgeBases) {
    server.registerTool(
      names.get(knowledgeBase.name)!,
      {
        title: `Search ${knowledgeBase.name}`,
        description: `Searches one knowledge base and returns its best passages. ${knowledgeBase.description}`,
        inputSchema: SearchInput,
        outputSchema: SearchOutput,
        annotations: READ_ONLY,
      },
      (asked) => guarded(parts, () => search(knowledgeBase, asked, parts)),
    );
  }
}

async function ask(
  asked: { question: string; image?: string; maxSteps?: number },
  extra: Extra,
  { runner, context }: ToolParts,
): Promise<CallToolResult> {
  const run = await runner.start(asked, context);
  let told = 0;
  for await (const event of run.follow(0, context.signal)) {
    const message = messageOfEvent(event);
    const progressToken = extra._meta?.progressToken;
    if (message === undefined || progressToken === undefined) continue;
    await extra.sendNotification({
      method: 'notifications/progress',
      params: { progressToken, progress: ++told, message },
    });
  }
  const output = run.output()!;
  const { answer, citations, evidence, runId, stopReason } = output;
  return {
    content: [{ type: 'text', text: textOf(output) }],
    structuredContent: { answer, citations, evidence, runId, stopReason },
  };
}

/** What a person who waits is told. */
function messageOfEvent(event: RouterEvent): string | undefined {
  if (event.type !== 'decision-end' || event.decision.type !== 'search') return undefined;
  return event.decision.searches.map(({ knowledgeBase, subQuestion }) => `${knowledgeBase}: ${subQuestion}`).join('; ');
}

function textOf(output: RouterOutput): string {
  const sources = output.citations.map(({ title, passageId, knowledgeBase, url }) => {
    return `- ${title ?? passageId} (${knowledgeBase})${url === undefined ? '' : ` ${url}`}`;
  });
  return [contentOf(output), ...(sources.length > 0 ? ['Sources:', ...new Set(sources)] : [])].join('\n');
}

async function search(
  knowledgeBase: SearchableKnowledgeBase,
  { query, limit = 10 }: { query: string; limit?: number },
  { context }: ToolParts,
): Promise<CallToolResult> {
  const { signal } = context;
  await giveWay();
  const passages = await withAbort(() => knowledgeBase.search({ text: query }, { limit, signal }), signal);
  return {
    content: passages.length > 0 ? passages.map(contentOfPassage) : [{ type: 'text', text: 'Nothing was found.' }],
    structuredContent: { passages },
  };
}

function contentOfPassage({ id, title, url, text }: Passage): { type: 'text'; text: string } {
  const head = [title ?? id, ...(url === undefined ? [] : [url])].join(' ');
  return { type: 'text', text: `${head}\n${text}` };
}

/** A model is told what it did wrong, and of anything else only that it happened. */
async function guarded({ options, context }: ToolParts, work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    const { status, code, message } = errorReply(error);
    context.error = error;
    if (status >= 500 && !context.signal.aborted) reportError(options, error, context);
    return { isError: true, content: [{ type: 'text', text: `${code}: ${message}` }] };
  }
}
