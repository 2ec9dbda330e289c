/**
 * The documents behind the passages that the page shows: a picture to look at, a table with its cells. They are looked up in
 * their knowledge bases, since a log holds passages as text; without that the page shows the text.
 */
import { rowText } from '../../tools/encoders/table-text.ts';

/** A document as the page shows it. */
export interface DisplayDocument {
  title?: string;
  text?: string;
  table?: { header: string[]; rows: string[][] };
  /** `data:` URL of a small picture. */
  picture?: string;
}

/** Documents for display by knowledge base and id, tables whole; ids that are not known are left out. */
export type DocumentLookup = (knowledgeBase: string, ids: readonly string[]) => Promise<Map<string, DisplayDocument>>;

/** A passage to be shown. */
export interface ShownPassage {
  knowledgeBase: string;
  documentId: string;
  text: string;
}

/** What to show of each passage, by the key it was given; a passage whose document is not known has no entry. */
export async function displayOf(
  passages: ReadonlyMap<string, ShownPassage>,
  documents: DocumentLookup | undefined,
): Promise<Record<string, DisplayDocument>> {
  const shown: Record<string, DisplayDocument> = {};
  if (documents === undefined) return shown;
  for (const [knowledgeBase, own] of Map.groupBy(passages, ([, passage]) => passage.knowledgeBase)) {
    const found = await documents(knowledgeBase, [...new Set(own.map(([, { documentId }]) => documentId))]);
    for (const [key, { documentId, text }] of own) {
      const document = found.get(documentId);
      if (document) shown[key] = document.table ? { ...document, table: partOf(document.table, text) } : document;
    }
  }
  return shown;
}

const ROWS_SHOWN = 12;

/** The rows of a table that its passage holds; where the passage is written in another style, the first ones. */
function partOf({ header, rows }: NonNullable<DisplayDocument['table']>, text: string) {
  const lines = new Set(text.split('\n'));
  const own = rows.filter((row) => lines.has(rowText(header, row)));
  return { header, rows: (own.length > 0 ? own : rows).slice(0, ROWS_SHOWN) };
}
