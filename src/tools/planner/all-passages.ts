/** Every passage of a knowledge base, as a search would give it: what a knowledge base is when nobody asks it anything. */
import type { Passage } from '../passage.ts';
import type { StoreKnowledgeBase } from './handle.ts';
import { passageOf, passagesOf } from './passages.ts';

/** In the order of their ids (code units), whatever happened while the knowledge base was filled. Scores and ranks are 0. */
export async function allPassages(
  knowledgeBase: Pick<StoreKnowledgeBase, 'name' | 'modality' | 'index' | 'documents'>,
  signal?: AbortSignal,
): Promise<Passage[]> {
  const { name, modality, index } = knowledgeBase;
  const found: { order: string; passages: Passage[] }[] = [];
  for await (const document of knowledgeBase.documents(signal)) {
    const passages = passagesOf(document, modality, index).map(({ payload }) =>
      passageOf({ payload, score: 0 }, 0, name, index),
    );
    found.push({ order: document.id, passages });
  }
  return found.sort((a, b) => (a.order < b.order ? -1 : 1)).flatMap(({ passages }) => passages);
}
