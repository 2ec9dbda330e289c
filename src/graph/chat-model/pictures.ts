/**
 * Whether a model is shown the question's picture, and what it is told where it is not: that there is one, which retrievers are shown
 * it, and which of the passages found is the picture itself, so that its caption stands in for the pixels.
 */
import type { QueryImage } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { PolicyState, StepContext } from '../policy.ts';
import { type AnyRunnable, readsTextOnly } from './model.ts';

/** `every-step`, `first-step` or `never`; a model that reads text alone is never shown one. */
export type ImageAt = 'every-step' | 'first-step' | 'never';

export const IMAGE_AT: readonly ImageAt[] = ['every-step', 'first-step', 'never'];

/** The pixels for this step, where the model is to see them. */
export async function shownPicture(
  model: AnyRunnable,
  imageAt: ImageAt,
  { steps }: Pick<PolicyState, 'steps'>,
  context: Pick<StepContext, 'image'>,
): Promise<QueryImage | undefined> {
  const isWanted = imageAt === 'every-step' || (imageAt === 'first-step' && steps.length === 0);
  return isWanted && !readsTextOnly(model) ? await context.image() : undefined;
}

/** The line that stands in for a picture that is not shown; undefined where there is none. */
export function pictureNote({ image, knowledgeBases }: PolicyState, shown: QueryImage | undefined): string | undefined {
  if (image === undefined || shown) return undefined;
  const places = knowledgeBases.filter(({ modality }) => modality === 'text-image').map(({ name }) => name);
  const where = places.length === 0 ? '' : ` A search of ${places.join(' or ')} is given it and says what it shows.`;
  return `A picture belongs to the question, and you cannot see it.${where}`;
}

/** A cosine from which two pictures are the same one, saved anew or scaled. */
const SAME_PICTURE = 0.95;

/** Whether a passage found with a picture is that picture. */
export function isSamePicture({ image, scores, rank }: Passage): boolean {
  return image !== undefined && rank === 0 && (scores?.image ?? 0) >= SAME_PICTURE;
}
