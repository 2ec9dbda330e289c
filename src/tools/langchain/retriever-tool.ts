/** Search tools for agents: one a knowledge base, whose artifact is the passages themselves. */
import type { RunnableConfig } from '@langchain/core/runnables';
import { type DynamicStructuredTool, tool } from '@langchain/core/tools';
import { z } from 'zod';
import { sha256 } from '../../common/content-hash.ts';
import type { SearchableKnowledgeBase } from '../knowledge-base.ts';
import type { Passage } from '../passage.ts';
import { passageOfDocument } from './documents.ts';
import { KnowledgeBaseRetriever } from './retriever.ts';

export interface RetrieverToolOptions {
  /** The tool's name; by default `search_` and the knowledge base's name in letters that models accept. */
  name?: string;
  limit?: number;
  /** The image of the question at hand, for text-image knowledge bases. */
  image?: () => Promise<Uint8Array | undefined> | Uint8Array | undefined;
}

const ToolInputSchema = z.object({
  query: z.string().min(1).describe('One short, self-contained question or a few key words'),
  limit: z.number().int().min(1).max(20).optional().describe('How many passages'),
});

/** A tool whose content is the passages as a model should read them, and whose artifact is the passages themselves. */
export function createRetrieverTool(
  knowledgeBase: SearchableKnowledgeBase,
  { name, limit = 5, image }: RetrieverToolOptions = {},
): DynamicStructuredTool<typeof ToolInputSchema> {
  return tool(
    async (input: z.infer<typeof ToolInputSchema>, config: RunnableConfig): Promise<[string, Passage[]]> => {
      const bytes = knowledgeBase.modality === 'text-image' ? await image?.() : undefined;
      const retriever = new KnowledgeBaseRetriever({
        knowledgeBase,
        search: { limit: input.limit ?? limit },
        image: bytes ? { bytes, hash: sha256(bytes) } : undefined,
      });
      const passages = (await retriever.invoke(input.query, config)).map(passageOfDocument);
      return [passagesText(passages), passages];
    },
    {
      name: name ?? toolName(knowledgeBase.name),
      description: `Searches "${knowledgeBase.name}": ${knowledgeBase.description}`,
      schema: ToolInputSchema,
      responseFormat: 'content_and_artifact',
      metadata: { knowledgeBase: knowledgeBase.name },
    },
  ) as DynamicStructuredTool<typeof ToolInputSchema>;
}

/** One search tool a knowledge base: three for the three that ship. */
export function createRetrieverTools(
  knowledgeBases: readonly SearchableKnowledgeBase[],
  options: Omit<RetrieverToolOptions, 'name'> = {},
): DynamicStructuredTool<typeof ToolInputSchema>[] {
  return knowledgeBases.map((knowledgeBase) => createRetrieverTool(knowledgeBase, options));
}

function toolName(name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return `search_${readable || sha256(name).slice(0, 8)}`.slice(0, 64);
}

function passagesText(passages: readonly Passage[]): string {
  if (passages.length === 0) return 'No passage found.';
  return passages
    .map(({ id, title, url, text, table }) => {
      const about = [`[${id}]`, title && !table ? title : '', url ? `(${url})` : ''];
      return `${oneLine(about.filter(Boolean).join(' '))}\n${text}`;
    })
    .join('\n\n');
}

/** A title with a line of its own would look like another passage. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
