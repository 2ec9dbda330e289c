/**
 * Passages as LangChain documents and back. What an ingested document carried stands in its metadata where LangChain code looks
 * for it, beside what the search says of the passage.
 */
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { type Passage, PassageSchema } from '../passage.ts';

/** What a document of ours carries beside its text, and beside the metadata of what was ingested. */
export type PassageMetadata = Omit<Passage, 'text'>;

const OWN: ReadonlySet<string> = new Set(Object.keys(PassageSchema.shape));

/** A passage as a LangChain document: its text as the content, everything else as metadata. */
export function documentOfPassage({ text, metadata = {}, ...fields }: Passage): Document<PassageMetadata> {
  const clash = Object.keys(metadata).some((key) => OWN.has(key));
  // The passage's own fields win their names; what they hide is kept under `metadata`.
  const all = { ...metadata, ...fields, ...(clash ? { metadata } : {}) };
  return new Document({ pageContent: text, metadata: all, id: fields.id });
}

/** Of a document that `documentOfPassage` made. */
export function passageOfDocument({ pageContent, metadata }: DocumentInterface<PassageMetadata>): Passage {
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => OWN.has(key)));
  const others = Object.entries(metadata).filter(([key]) => !OWN.has(key));
  const given = metadata.metadata ?? (others.length > 0 ? Object.fromEntries(others) : undefined);
  return { ...(own as PassageMetadata), ...(given ? { metadata: given } : {}), text: pageContent };
}
