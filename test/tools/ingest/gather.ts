/** Reads a source to its end: the documents, the errors, and the items in the order they came. */

import type { KnowledgeDocument } from '../../../src/tools/document.ts';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import type { SourceItem } from '../../../src/tools/ingest/source.ts';
import type { Modality } from '../../../src/tools/knowledge-base.ts';

export async function gather(
  paths: string[],
  modality: Modality,
  { skip = 0, format }: { skip?: number; format?: string } = {},
): Promise<{ documents: KnowledgeDocument[]; errors: SourceItem['errors']; items: SourceItem[] }> {
  const items: SourceItem[] = [];
  for (const source of await openSources(paths, { modality, format })) {
    for await (const item of source.items({ skip, workers: 1 })) items.push(item);
  }
  return { documents: items.flatMap((item) => item.documents), errors: items.flatMap((item) => item.errors), items };
}
