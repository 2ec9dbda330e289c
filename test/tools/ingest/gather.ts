/** Reads a source to its end: the documents, the errors, the notes, and the items in the order they came. */

import type { KnowledgeDocument } from '../../../src/tools/document.ts';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import type { Note, SourceItem } from '../../../src/tools/ingest/source.ts';
import type { Modality } from '../../../src/tools/knowledge-base.ts';

export async function gather(
  paths: string[],
  modality: Modality,
  { skip = 0, format, followLinks }: { skip?: number; format?: string; followLinks?: boolean } = {},
): Promise<{ documents: KnowledgeDocument[]; errors: SourceItem['errors']; notes: Note[]; items: SourceItem[] }> {
  const items: SourceItem[] = [];
  for (const source of await openSources(paths, { modality, format, followLinks })) {
    for await (const item of source.items({ skip, workers: 1 })) items.push(item);
  }
  return {
    documents: items.flatMap((item) => item.documents),
    errors: items.flatMap((item) => item.errors),
    notes: items.flatMap((item) => item.notes ?? []),
    items,
  };
}
