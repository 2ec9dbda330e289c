/**
 * Evidence recall: how much of what a question needs has been found after each step. A need is met by any one of its
 * documents, since the same fact often stands in several places.
 */

/** Ids of documents that hold the same needed fact, of which one is enough. */
export type Need = readonly string[];

/**
 * Share of the needs met after 1, 2, ... steps, one number a step (never falling), given the documents that came back at each
 * step. Empty needs are left out; null where nothing was needed.
 */
export function evidenceRecallBySteps(
  documentsByStep: readonly (readonly string[])[],
  needs: readonly Need[],
): number[] | null {
  const open = needs.filter((need) => need.length > 0);
  if (open.length === 0) return null;
  const found = new Set<string>();
  return documentsByStep.map((documents) => {
    for (const id of documents) found.add(id);
    return open.filter((need) => need.some((id) => found.has(id))).length / open.length;
  });
}

/** Share of the needs met at the end of a run; 0 for a run without steps, null where nothing was needed. */
export function evidenceRecall(documentsByStep: readonly (readonly string[])[], needs: readonly Need[]): number | null {
  if (needs.every((need) => need.length === 0)) return null;
  return evidenceRecallBySteps(documentsByStep, needs)?.at(-1) ?? 0;
}
