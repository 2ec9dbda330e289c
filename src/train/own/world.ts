/** The world of a training on people's own knowledge bases: the reader and answerer that serve them, and a language with their sketch. */
import type { ImageStore } from '../../graph/image-store.ts';
import { filesAnswerer } from '../../offline/files/answerer.ts';
import { filesLanguage } from '../../offline/files/language.ts';
import type { Proposals } from '../../offline/files/proposals.ts';
import { filesReader } from '../../offline/files/reader.ts';
import { sketchOf } from '../../offline/files/sketch.ts';
import { allPassages } from '../../tools/planner/all-passages.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import type { TrainingWorld } from '../trainer/train-options.ts';

export async function ownWorld(
  knowledgeBases: readonly StoreKnowledgeBase[],
  images: ImageStore,
  { proposals, signal }: { proposals?: Proposals; signal?: AbortSignal } = {},
): Promise<TrainingWorld> {
  const sources: Parameters<typeof sketchOf>[0][number][] = [];
  for (const knowledgeBase of knowledgeBases) {
    sources.push({ name: knowledgeBase.name, passages: await allPassages(knowledgeBase, signal) });
  }
  const language = filesLanguage(sketchOf(sources), proposals);
  return { knowledgeBases, images, reader: filesReader(), answerer: filesAnswerer(), language };
}
