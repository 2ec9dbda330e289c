/** Documents of open knowledge bases as the report's page shows them: tables as tables, pictures as small pictures. */
import { join } from 'node:path';
import type { DisplayDocument, DocumentLookup } from '../../eval/report/page-documents.ts';
import type { KnowledgeDocument } from '../../tools/document.ts';
import type { KnowledgeBase } from '../../tools/knowledge-base.ts';
import { smallPicture } from './show.ts';

/** `pictures` is the folder that image files are relative to; without it only captions are shown. */
export function documentLookup(
  knowledgeBases: readonly Pick<KnowledgeBase, 'name' | 'get'>[],
  pictures?: string,
): DocumentLookup {
  return async (name, ids) => {
    const knowledgeBase = knowledgeBases.find((candidate) => candidate.name === name);
    const found = new Map<string, DisplayDocument>();
    for (const document of (await knowledgeBase?.get(ids)) ?? [])
      found.set(document.id, await display(document, pictures));
    return found;
  };
}

async function display(document: KnowledgeDocument, pictures: string | undefined): Promise<DisplayDocument> {
  const { title } = document;
  if ('header' in document) return { title, table: { header: document.header, rows: document.rows } };
  const file = 'file' in document ? document.file : undefined;
  const picture =
    file !== undefined && pictures !== undefined ? await smallPicture(join(pictures, ...file.split('/'))) : undefined;
  return { title, text: document.text.slice(0, 400), picture };
}
