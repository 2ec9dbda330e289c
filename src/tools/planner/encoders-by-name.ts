/**
 * The encoders of a knowledge base from the names a user gave: each that its index remembers, opened when first needed, and the
 * reranker. `none` leaves the text encoder out, and search goes by words.
 */
import {
  type EncoderNames,
  lazyReranker,
  type OpenByNameOptions,
  storedImageEncoder,
  storedTextEncoder,
} from '../encoders/by-name.ts';
import { IMAGE_DESCRIPTOR_ID } from '../encoders/image/descriptor.ts';
import type { IndexConfig } from './config.ts';
import type { Encoders } from './options.ts';

export const NO_ENCODER = 'none';

/** The encoders that an index remembers, and the reranker of this name; each is opened when it is first needed. */
export function encodersByName(
  { dense, image }: Pick<IndexConfig, 'dense' | 'image'>,
  { text, image: imageName, reranker }: EncoderNames = {},
  options?: OpenByNameOptions,
): Encoders {
  const encoders: Encoders = {};
  if (dense && text !== NO_ENCODER) encoders.dense = storedTextEncoder(dense, text, options);
  if (image && image.id !== IMAGE_DESCRIPTOR_ID && imageName !== NO_ENCODER) {
    encoders.image = storedImageEncoder(image, imageName, options);
  }
  if (reranker !== undefined && reranker !== NO_ENCODER) encoders.reranker = lazyReranker(reranker, options);
  return encoders;
}
