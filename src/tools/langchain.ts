/**
 * Knowledge bases outward, to LangChain: a retriever (its runs carry their documents in traces), one search tool a knowledge
 * base for agents, and a VectorStore for code that asks for one. Thin adapters; inside, `KnowledgeBase` is the seam.
 */
import type { CallbackManagerForRetrieverRun } from '@langchain/core/callbacks/manager';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { Embeddings } from '@langchain/core/embeddings';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { RunnableConfig } from '@langchain/core/runnables';
import { type DynamicStructuredTool, tool } from '@langchain/core/tools';
import { VectorStore } from '@langchain/core/vectorstores';
import { z } from 'zod';
import { sha256 } from '../common/content-hash.ts';
import { userError } from '../common/errors.ts';
import type {
  KnowledgeBase,
  QueryImage,
  SearchableKnowledgeBase,
  SearchFilter,
  SearchOptions,
} from './knowledge-base.ts';
import type { Passage } from './passage.ts';

/** What a document of ours carries beside its text. */
export type PassageMetadata = Omit<Passage, 'text'>;

export function documentOfPassage({ text, ...metadata }: Passage): Document<PassageMetadata> {
  return new Document({ pageContent: text, metadata, id: metadata.id });
}

export function passageOfDocument({ pageContent, metadata }: DocumentInterface<PassageMetadata>): Passage {
  return { ...metadata, text: pageContent };
}

export interface KnowledgeBaseRetrieverInput extends BaseRetrieverInput {
  knowledgeBase: SearchableKnowledgeBase;
  search?: Omit<SearchOptions, 'signal'>;
  /** The question's image, searched together with every text. It never appears in a trace. */
  image?: QueryImage;
}

/** Documents of a knowledge base for a text; `invoke(text, { signal })` aborts. */
export class KnowledgeBaseRetriever extends BaseRetriever<PassageMetadata> {
  lc_namespace = ['r1_router', 'retrievers'];
  readonly knowledgeBase: SearchableKnowledgeBase;
  readonly #search: Omit<SearchOptions, 'signal'>;
  readonly #image: QueryImage | undefined;
  /** Signals of calls under way: the base class hands on callbacks only. */
  #signal: AbortSignal | undefined;

  static override lc_name(): string {
    return 'KnowledgeBaseRetriever';
  }

  constructor({ knowledgeBase, search = {}, image, ...input }: KnowledgeBaseRetrieverInput) {
    super({
      ...input,
      metadata: { ...input.metadata, knowledgeBase: knowledgeBase.name, modality: knowledgeBase.modality },
    });
    this.knowledgeBase = knowledgeBase;
    this.#search = search;
    this.#image = image;
  }

  override getName(suffix?: string): string {
    return suffix ? super.getName(suffix) : this.knowledgeBase.name;
  }

  override invoke(input: string, options?: RunnableConfig): Promise<DocumentInterface<PassageMetadata>[]> {
    // Read synchronously by `_getRelevantDocuments` of a copy, so that concurrent calls keep apart.
    const call = new KnowledgeBaseRetriever({
      knowledgeBase: this.knowledgeBase,
      search: this.#search,
      image: this.#image,
      callbacks: this.callbacks,
      tags: this.tags,
      metadata: this.metadata,
      verbose: this.verbose,
    });
    call.#signal = options?.signal;
    return super.invoke.call(call, input, {
      ...options,
      runName: options?.runName ?? this.knowledgeBase.name,
    }) as Promise<DocumentInterface<PassageMetadata>[]>;
  }

  override async _getRelevantDocuments(
    text: string,
    _callbacks?: CallbackManagerForRetrieverRun,
  ): Promise<DocumentInterface<PassageMetadata>[]> {
    const passages = await this.knowledgeBase.search(
      { text, image: this.#image },
      { ...this.#search, signal: this.#signal },
    );
    return passages.map(documentOfPassage);
  }
}

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
    .map(({ id, title, text, table }) => `[${id}]${title && !table ? ` ${title}` : ''}\n${text}`)
    .join('\n\n');
}

/** The encoders of a knowledge base are its own; LangChain embeddings have no part in it. */
class OwnEncoders extends Embeddings {
  constructor() {
    super({});
  }
  embedDocuments(): Promise<number[][]> {
    return Promise.reject(vectorsAreOurs());
  }
  embedQuery(): Promise<number[]> {
    return Promise.reject(vectorsAreOurs());
  }
}

function vectorsAreOurs() {
  return userError(
    'vectors-not-exposed',
    'KnowledgeBaseVectorStore: a knowledge base encodes by itself; search and add by text',
  );
}

/** A knowledge base where LangChain code asks for a vector store. Scores are the knowledge base's own. */
export class KnowledgeBaseVectorStore extends VectorStore {
  declare FilterType: SearchFilter;
  readonly knowledgeBase: KnowledgeBase;

  constructor(knowledgeBase: KnowledgeBase) {
    super(new OwnEncoders(), {});
    this.knowledgeBase = knowledgeBase;
  }

  _vectorstoreType(): string {
    return 'r1-router';
  }

  override async similaritySearch(query: string, k = 4, filter?: SearchFilter): Promise<Document<PassageMetadata>[]> {
    const passages = await this.knowledgeBase.search({ text: query }, { limit: k, filter });
    return passages.map(documentOfPassage);
  }

  override async similaritySearchWithScore(
    query: string,
    k = 4,
    filter?: SearchFilter,
  ): Promise<[Document<PassageMetadata>, number][]> {
    const documents = await this.similaritySearch(query, k, filter);
    return documents.map((document) => [document, document.metadata.score]);
  }

  /** Text knowledge bases only. A document needs an `id`; without one it gets the hash of its text. */
  async addDocuments(documents: DocumentInterface[]): Promise<string[]> {
    const rows = documents.map(({ id, pageContent, metadata }) => ({
      id: id ?? sha256(pageContent).slice(0, 32),
      text: pageContent,
      ...(typeof metadata.title === 'string' ? { title: metadata.title } : {}),
    }));
    const { errors } = await this.knowledgeBase.ingest(rows);
    if (errors[0]) throw userError('bad-document', `Document ${errors[0].id ?? ''}: ${errors[0].message}`);
    return rows.map(({ id }) => id);
  }

  override async delete({ ids }: { ids: string[] }): Promise<void> {
    await this.knowledgeBase.delete(ids);
  }

  addVectors(): Promise<string[]> {
    return Promise.reject(vectorsAreOurs());
  }

  similaritySearchVectorWithScore(): Promise<[Document, number][]> {
    return Promise.reject(vectorsAreOurs());
  }
}
