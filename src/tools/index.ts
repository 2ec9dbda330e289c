/** Knowledge bases: the seam, those on a store, the atlas that ships, ingestion, encoders, and the LangChain adapters. */
export {
  type ImageDocument,
  ImageDocumentSchema,
  type KnowledgeDocument,
  type TableDocument,
  TableDocumentSchema,
  type TextDocument,
  TextDocumentSchema,
} from './document.ts';
export {
  type Bm25Config,
  type Bm25Encoder,
  type ClipEncoderOptions,
  createBm25Encoder,
  createImageDescriptor,
  type DenseTextEncoder,
  type DenseTextEncoderOptions,
  type EncoderNames,
  type ImageDescriptorOptions,
  type ImageEncoder,
  type Language,
  LanguageSchema,
  MODELS,
  openClipEncoder,
  openDenseTextEncoder,
  openReranker,
  QDRANT_BM25_PRESET,
  type QueryView,
  type Reranker,
  type RerankerOptions,
  type SparseVector,
} from './encoders/index.ts';
export { type Evidence, type EvidenceFinder, type EvidenceInput, findEvidence } from './evidence.ts';
export { type IngestJobOptions, ingestSources, type JobProgress, type JobReport } from './ingest/job.ts';
export { openSources } from './ingest/open-sources.ts';
export type { Source, SourceItem } from './ingest/source.ts';
export {
  type IngestOptions,
  type IngestProgress,
  type IngestReport,
  type KnowledgeBase,
  type KnowledgeBaseCard,
  KnowledgeBaseCardSchema,
  type KnowledgeBaseStats,
  type Modality,
  ModalitySchema,
  type Query,
  type QueryImage,
  type SearchableKnowledgeBase,
  type SearchFilter,
  type SearchOptions,
} from './knowledge-base.ts';
export { documentOfPassage, type PassageMetadata, passageOfDocument } from './langchain/documents.ts';
export type { ForeignDocument } from './langchain/foreign-document.ts';
export type { ForeignCard } from './langchain/foreign-knowledge-base.ts';
export {
  type CollectionCard,
  type CollectionClient,
  knowledgeBaseFromCollection,
  type SparseSearch,
} from './langchain/from-collection.ts';
export { knowledgeBaseFromRetriever } from './langchain/from-retriever.ts';
export { knowledgeBaseFromTool, type SearchToolLike, type ToolCard } from './langchain/from-tool.ts';
export {
  knowledgeBaseFromVectorStore,
  type VectorStoreCard,
  type VectorStoreLike,
} from './langchain/from-vector-store.ts';
export { KnowledgeBaseRetriever, type KnowledgeBaseRetrieverInput } from './langchain/retriever.ts';
export { createRetrieverTool, createRetrieverTools, type RetrieverToolOptions } from './langchain/retriever-tool.ts';
export { KnowledgeBaseVectorStore } from './langchain/vector-store.ts';
export type { RetrieverLike } from './langchain/within-run.ts';
export type { Metadata } from './metadata.ts';
export {
  type OpenKnowledgeBaseOptions,
  type OpenKnowledgeBases,
  type OpenKnowledgeBasesOptions,
  type OpenStore,
  type OpenStoreOptions,
  openKnowledgeBase,
  openKnowledgeBases,
  openStore,
} from './open.ts';
export { type Passage, PassageSchema, type TablePart, TablePartSchema } from './passage.ts';
export { encodersByName } from './planner/encoders-by-name.ts';
export { exportKnowledgeBase, importKnowledgeBase } from './portable.ts';
export {
  type CreateOptions,
  createKnowledgeBase,
  deleteKnowledgeBase,
  describeKnowledgeBase,
  type Encoders,
  listKnowledgeBases,
  type ReindexOptions,
  type SearchSettingsOptions,
  type StoreKnowledgeBase,
} from './store-knowledge-base.ts';
export { type CopyStoreOptions, copyStore } from './stores/copy-store.ts';
export type { StorePort } from './stores/port.ts';
export {
  type CheckQdrantOptions,
  checkQdrant,
  type Finding,
  isQdrantError,
  openQdrant,
  QdrantError,
  type QdrantOptions,
  type QdrantReport,
  type QdrantStore,
  type RetryOptions,
  type UpsertBatchesOptions,
  upsertInBatches,
} from './stores/qdrant/index.ts';
