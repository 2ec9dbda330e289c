/**
 * Other people's documents as passages. The order is kept and becomes the rank; a document without an id of its own is named by
 * its content, the same on every search; two different passages that claim one id are kept apart, and a warning says so.
 */
import { contentHash } from '../../common/content-hash.ts';
import type { Passage } from '../passage.ts';
import { CHANGING, type ForeignDocument } from './foreign-document.ts';

/** Ids remembered a knowledge base; what comes after them is trusted. */
const MOST_REMEMBERED = 20_000;

export type PassagesOf = (documents: readonly ForeignDocument[], limit: number, perDocument?: number) => Passage[];

/** One for each knowledge base: it remembers which content an id stood for. */
export function foreignPassages(knowledgeBase: string): PassagesOf {
  const contents = new Map<string, string>();
  let warned = false;

  function nameOf(document: ForeignDocument): string {
    const content = contentOf(document);
    if (document.id === undefined) {
      return document.documentId === undefined
        ? content.slice(0, 32)
        : `${document.documentId}~${content.slice(0, 12)}`;
    }
    const known = contents.get(document.id);
    if (known === undefined && contents.size < MOST_REMEMBERED) contents.set(document.id, content);
    if (known === undefined || known === content) return document.id;
    if (!warned) {
      warned = true;
      process.emitWarning(
        `knowledge base "${knowledgeBase}": different passages have the id ${JSON.stringify(document.id)}; they are kept apart by a part of their content's hash`,
        { code: 'R1_ROUTER_REPEATED_ID' },
      );
    }
    return `${document.id}~${content.slice(0, 12)}`;
  }

  return (documents, limit, perDocument = Number.POSITIVE_INFINITY) => {
    const passages = new Map<string, Passage>();
    const counts = new Map<string, number>();
    for (const document of documents) {
      if (passages.size >= limit) break;
      if (document.text.trim() === '') continue;
      const id = nameOf(document);
      const documentId = document.documentId ?? id;
      const count = (counts.get(documentId) ?? 0) + 1;
      if (passages.has(id) || count > perDocument) continue;
      counts.set(documentId, count);
      passages.set(id, passageOf(document, { id, documentId, knowledgeBase, rank: passages.size }));
    }
    return [...passages.values()];
  };
}

function contentOf({ text, title, url, documentId, metadata = {} }: ForeignDocument): string {
  const lasting = Object.fromEntries(Object.entries(metadata).filter(([key]) => !CHANGING.includes(key)));
  return contentHash({ text: text.toWellFormed(), title, url, documentId, metadata: lasting });
}

function passageOf(
  { text, title, url, score, metadata }: ForeignDocument,
  about: Pick<Passage, 'id' | 'documentId' | 'knowledgeBase' | 'rank'>,
): Passage {
  return {
    ...about,
    // Without a score the place stands for it: 1, 1/2, 1/3, ...
    score: score !== undefined && Number.isFinite(score) ? score : 1 / (about.rank + 1),
    ...(title ? { title } : {}),
    ...(url ? { url } : {}),
    ...(metadata ? { metadata } : {}),
    text,
  };
}
