/**
 * A knowledge base where LangChain code asks for a vector store: documents in, documents out by text, with scores, filters and
 * MMR. The knowledge base encodes by itself, so that nothing takes or gives a vector. Scores are its own.
 */
import type { Callbacks } from '@langchain/core/callbacks/manager';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { Embeddings, type EmbeddingsInterface } from '@langchain/core/embeddings';
import { type MaxMarginalRelevanceSearchOptions, VectorStore } from '@langchain/core/vectorstores';
import { contentHash } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import type { TextDocument } from '../document.ts';
import type { KnowledgeBase, SearchFilter } from '../knowledge-base.ts';
import type { Passage } from '../passage.ts';
import { documentOfPassage, type PassageMetadata } from './documents.ts';
import { exactId, fieldsOfMetadata } from './foreign-document.ts';
import { mostMarginallyRelevant } from './mmr.ts';

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

export interface AddDocumentsOptions {
  /** Ids in the order of the documents, in place of their own. */
  ids?: readonly string[];
}

export class KnowledgeBaseVectorStore extends VectorStore {
  declare FilterType: SearchFilter;
  readonly knowledgeBase: KnowledgeBase;

  constructor(knowledgeBase: KnowledgeBase) {
    super(new OwnEncoders(), {});
    this.knowledgeBase = knowledgeBase;
  }

  /** LangChain's way to fill a store. The embeddings are not used; the knowledge base to fill comes last. */
  static override async fromDocuments(
    documents: DocumentInterface[],
    _embeddings: EmbeddingsInterface | undefined,
    { knowledgeBase }: { knowledgeBase: KnowledgeBase },
  ): Promise<KnowledgeBaseVectorStore> {
    const store = new KnowledgeBaseVectorStore(knowledgeBase);
    await store.addDocuments(documents);
    return store;
  }

  static override fromTexts(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface | undefined,
    config: { knowledgeBase: KnowledgeBase },
  ): Promise<KnowledgeBaseVectorStore> {
    const metadataOf = (i: number) => (Array.isArray(metadatas) ? metadatas[i] : metadatas) as Record<string, unknown>;
    const documents = texts.map((pageContent, i) => new Document({ pageContent, metadata: metadataOf(i) ?? {} }));
    return KnowledgeBaseVectorStore.fromDocuments(documents, embeddings, config);
  }

  _vectorstoreType(): string {
    return 'r1-router';
  }

  override async similaritySearch(query: string, k = 4, filter?: SearchFilter): Promise<Document<PassageMetadata>[]> {
    return (await this.#search(query, k, filter)).map(documentOfPassage);
  }

  override async similaritySearchWithScore(
    query: string,
    k = 4,
    filter?: SearchFilter,
  ): Promise<[Document<PassageMetadata>, number][]> {
    const passages = await this.#search(query, k, filter);
    return passages.map((passage) => [documentOfPassage(passage), passage.score]);
  }

  /** The likeness of two passages is that of their words. */
  override async maxMarginalRelevanceSearch(
    query: string,
    { k, fetchK = 20, lambda, filter }: MaxMarginalRelevanceSearchOptions<SearchFilter>,
    _callbacks?: Callbacks,
  ): Promise<Document<PassageMetadata>[]> {
    const passages = await this.#search(query, Math.max(k, fetchK), filter);
    return mostMarginallyRelevant(passages, { k, lambda }).map(documentOfPassage);
  }

  #search(text: string, limit: number, filter: SearchFilter | undefined): Promise<Passage[]> {
    // A vector store gives the nearest, however many come from one document.
    return this.knowledgeBase.search({ text }, { limit, perDocument: limit, ...(filter ? { filter } : {}) });
  }

  /**
   * Adds or overwrites by id; a document without one is named by its content. Metadata is kept, its `title` and `url` are read.
   * Returns the ids. Throws `bad-document` for the first that was not stored; the others are.
   */
  async addDocuments(documents: DocumentInterface[], { ids }: AddDocumentsOptions = {}): Promise<string[]> {
    const { name, modality } = this.knowledgeBase;
    if (modality !== 'text') {
      throw userError('bad-document', `Knowledge base "${name}" holds ${modality} documents; add them with its ingest`);
    }
    if (ids && ids.length !== documents.length) {
      throw userError('bad-document', `ids: there are ${ids.length} for ${documents.length} documents; give one each`);
    }
    const rows = documents.map((document, i) => textDocument(document, ids?.[i]));
    const { errors } = await this.knowledgeBase.ingest(rows, { duplicates: 'keep' });
    if (errors[0]) throw userError('bad-document', `Document ${errors[0].id ?? ''}: ${errors[0].message}`);
    return rows.map(({ id }) => id);
  }

  override async delete({ ids }: { ids?: string[] } = {}): Promise<void> {
    if (!ids) throw userError('bad-delete', 'KnowledgeBaseVectorStore: delete takes { ids }, a list of document ids');
    await this.knowledgeBase.delete(ids);
  }

  addVectors(): Promise<string[]> {
    return Promise.reject(vectorsAreOurs());
  }

  similaritySearchVectorWithScore(): Promise<[Document, number][]> {
    return Promise.reject(vectorsAreOurs());
  }
}

function textDocument({ id, pageContent, metadata = {} }: DocumentInterface, given: string | undefined): TextDocument {
  const { title, url, metadata: plain } = fieldsOfMetadata(metadata);
  const content = {
    ...(title ? { title } : {}),
    text: pageContent,
    ...(url ? { url } : {}),
    ...(plain ? { metadata: plain } : {}),
  };
  return { id: given ?? exactId(id) ?? contentHash(content).slice(0, 32), ...content };
}
