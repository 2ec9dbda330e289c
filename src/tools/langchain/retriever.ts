/**
 * A knowledge base as a LangChain retriever. Its runs carry their documents in traces.
 */
import type { CallbackManagerForRetrieverRun } from '@langchain/core/callbacks/manager';
import type { DocumentInterface } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import { patchConfig, type RunnableConfig } from '@langchain/core/runnables';
import type { QueryImage, SearchableKnowledgeBase, SearchOptions } from '../knowledge-base.ts';
import { documentOfPassage, type PassageMetadata } from './documents.ts';

export interface KnowledgeBaseRetrieverInput extends BaseRetrieverInput {
  knowledgeBase: SearchableKnowledgeBase;
  search?: Omit<SearchOptions, 'signal' | 'config'>;
  /** The question's image, searched together with every text. It never appears in a trace. */
  image?: QueryImage;
}

/** Documents of a knowledge base for a text; `invoke(text, { signal })` aborts. */
export class KnowledgeBaseRetriever extends BaseRetriever<PassageMetadata> {
  lc_namespace = ['r1_router', 'retrievers'];
  readonly knowledgeBase: SearchableKnowledgeBase;
  readonly #search: Omit<SearchOptions, 'signal' | 'config'>;
  readonly #image: QueryImage | undefined;
  /** Of the call under way: the base class hands on callbacks only. */
  #config: RunnableConfig | undefined;

  static override lc_name(): string {
    return 'KnowledgeBaseRetriever';
  }

  constructor({ knowledgeBase, search = {}, image, ...input }: KnowledgeBaseRetrieverInput) {
    super({
      ...input,
      metadata: {
        ...input.metadata,
        knowledgeBase: knowledgeBase.name,
        modality: knowledgeBase.modality,
        ls_retriever_name: knowledgeBase.name,
      },
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
    call.#config = options;
    return super.invoke.call(call, input, {
      ...options,
      runName: options?.runName ?? this.knowledgeBase.name,
    }) as Promise<DocumentInterface<PassageMetadata>[]>;
  }

  override async _getRelevantDocuments(
    text: string,
    run?: CallbackManagerForRetrieverRun,
  ): Promise<DocumentInterface<PassageMetadata>[]> {
    const passages = await this.knowledgeBase.search(
      { text, image: this.#image },
      { ...this.#search, signal: this.#config?.signal, config: this.#inner(run) },
    );
    return passages.map(documentOfPassage);
  }
  /** For what the knowledge base calls itself: below this run, with the caller's settings. */
  #inner(run: CallbackManagerForRetrieverRun | undefined): RunnableConfig | undefined {
    if (!run) return this.#config;
    const { runId: _id, ...config } = this.#config ?? {};
    return patchConfig(config, { callbacks: run.getChild() });
  }
}
