/** Knowledge bases: the seam, those on a store, the atlas that ships, ingestion, encoders, and the LangChain adapters. */
export { openAtlas } from './atlas.ts';
export * from './document.ts';
export * from './encoders/index.ts';
export { type IngestJobOptions, ingestSources, type JobProgress, type JobReport } from './ingest/job.ts';
export { openSources } from './ingest/open-sources.ts';
export type { Source, SourceItem } from './ingest/source.ts';
export * from './knowledge-base.ts';
export * from './langchain.ts';
export * from './open-knowledge-bases.ts';
export { type OpenStore, type OpenStoreOptions, openStore } from './open-store.ts';
export * from './passage.ts';
export { encodersByName } from './planner/encoders-by-name.ts';
export { exportKnowledgeBase, importKnowledgeBase } from './portable.ts';
export * from './store-knowledge-base.ts';
export { type CopyStoreOptions, copyStore } from './stores/copy-store.ts';
export type { StorePort } from './stores/port.ts';
export * from './stores/qdrant/index.ts';
