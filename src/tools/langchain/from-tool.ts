/** A LangChain tool that searches (the web, a product's API, an MCP server) as a knowledge base. */
import type { RunnableConfig } from '@langchain/core/runnables';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { messageOf, systemError, userError } from '../../common/errors.ts';
import type { SearchableKnowledgeBase } from '../knowledge-base.ts';
import type { ForeignDocument } from './foreign-document.ts';
import { type ForeignCard, foreignKnowledgeBase } from './foreign-knowledge-base.ts';
import { documentsOfOutput, holdsDocuments } from './tool-output.ts';

/** The part of a LangChain structured tool that is used. */
export interface SearchToolLike {
  name: string;
  description?: string;
  schema?: unknown;
  responseFormat?: string;
  metadata?: Record<string, unknown>;
  invoke(input: unknown, config?: RunnableConfig): Promise<unknown>;
}

export interface ToolCard extends Partial<ForeignCard> {
  /** The argument that takes the query; by default its only text, or one called query, input, question, ... */
  inputKey?: string;
  /** Further arguments of every call. */
  arguments?: Readonly<Record<string, unknown>>;
  /** The output (the artifact of a tool that has one and fills it, else the content) as documents, in place of what is recognised. */
  parse?: (output: unknown) => readonly ForeignDocument[];
}

const INPUT_KEYS = [
  'query',
  'input',
  'question',
  'q',
  'search_query',
  'searchQuery',
  'search',
  'text',
  'term',
  'keywords',
];

/**
 * Routes to any LangChain tool that is asked by text. Its documents are read from a `content_and_artifact` artifact, a JSON list,
 * or its text, which is then one passage. Name and description are the tool's own where none are given. It has no scores unless
 * its results carry some.
 *
 * Throws `tool-input` where the argument for the query is not clear; searches throw `tool-failed` and what the tool throws.
 *
 * @example
 * knowledgeBaseFromTool(new TavilySearch({ maxResults: 5 }), { name: 'Web', cost: 3 });
 */
export function knowledgeBaseFromTool(tool: SearchToolLike, options: ToolCard = {}): SearchableKnowledgeBase {
  const { name = tool.name, description = tool.description?.slice(0, 2000) ?? '', parse, ...rest } = options;
  const { inputKey = inputKeyOf(tool, options.arguments), arguments: others, ...card } = rest;
  return foreignKnowledgeBase(
    { ...card, name, description },
    {
      what: 'tool',
      filterHint: 'give the tool its arguments when you make the knowledge base',
      async find({ text, signal, config = {} }) {
        const { runName: _name, runId: _id, ...inner } = config;
        const input = { ...others, [inputKey]: text };
        const output = await outputOf(tool, input, { ...inner, ...(signal ? { signal } : {}) }, name);
        return parse ? parse(output) : documentsOfOutput(output);
      },
    },
  );
}

async function outputOf(
  tool: SearchToolLike,
  args: Record<string, unknown>,
  config: RunnableConfig,
  name: string,
): Promise<unknown> {
  if (tool.responseFormat !== 'content_and_artifact') return unpacked(await tool.invoke(args, config), tool, name);
  // Only a call by a model gets the artifact beside the content.
  const call = { type: 'tool_call', id: crypto.randomUUID(), name: tool.name, args };
  return unpacked(await tool.invoke(call, config), tool, name);
}

/** Artifact or content of a tool message; every other output as it is. */
function unpacked(output: unknown, tool: SearchToolLike, name: string): unknown {
  if (typeof output !== 'object' || output === null || !('content' in output) || !('tool_call_id' in output))
    return output;
  const { content, artifact, status } = output as { content: unknown; artifact?: unknown; status?: unknown };
  if (status === 'error') {
    throw systemError('tool-failed', `Knowledge base "${name}": its tool ${tool.name} failed: ${messageOf(content)}`);
  }
  // An empty artifact says "nothing found" for our own tools only: others use it for something else than documents.
  const ours = tool.metadata?.knowledgeBase !== undefined && Array.isArray(artifact);
  return ours || holdsDocuments(artifact) ? artifact : content;
}

interface ObjectSchema {
  properties?: Record<string, { type?: unknown }>;
  required?: string[];
}

function inputKeyOf(tool: SearchToolLike, others: Readonly<Record<string, unknown>> = {}): string {
  const { properties = {}, required = [] } = schemaOf(tool);
  const names = Object.keys(properties).filter((name) => !(name in others));
  const texts = names.filter((name) => ['string', undefined].includes(properties[name]!.type as string | undefined));
  const needed = texts.filter((name) => required.includes(name));
  const usual = INPUT_KEYS.find((name) => texts.includes(name));
  const key = needed.length === 1 ? needed[0] : (usual ?? (texts.length === 1 ? texts[0] : undefined));
  if (key !== undefined) return key;
  if (names.length === 0) return 'input';
  throw userError(
    'tool-input',
    `Knowledge base from the tool ${tool.name}: which argument takes the query? Give inputKey; it has ${names.join(', ')}`,
  );
}

/** Of tools that take one text, LangChain's schema is a transform, which has no JSON schema. */
function schemaOf({ schema }: SearchToolLike): ObjectSchema {
  try {
    return toJsonSchema(schema as Parameters<typeof toJsonSchema>[0]) as ObjectSchema;
  } catch {
    return {};
  }
}
