/**
 * The ids by which found passages are compared with needed evidence. Sets name documents, or single passages of long ones; a passage counts under
 * its own id where that is named, else under its document's.
 */

export interface FoundPassage {
  documentId: string;
  id?: string;
}

/** One id a passage, in order. `named` are the ids that the needs name. */
export function foundIds(passages: readonly FoundPassage[], named: ReadonlySet<string>): string[] {
  return passages.map(({ id, documentId }) => (id !== undefined && named.has(id) ? id : documentId));
}
