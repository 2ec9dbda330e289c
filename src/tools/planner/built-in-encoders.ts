/**
 * The encoders a knowledge base was filled with, found again by the ids in its registry entry: given ones are checked, the
 * built-in image descriptor is there by itself.
 */
import { userError } from '../../common/errors.ts';
import { createImageDescriptor, IMAGE_DESCRIPTOR_ID } from '../encoders/image/descriptor.ts';
import type { Encoders } from './options.ts';
import type { RegistryEntry } from './registry.ts';

/** Throws `encoder-mismatch` where a given encoder is not the one that filled the knowledge base. */
export function encodersOf({ card, index }: RegistryEntry, given: Encoders = {}): Encoders {
  const encoders: Encoders = { ...given };
  if (index.image?.id === IMAGE_DESCRIPTOR_ID) encoders.image ??= createImageDescriptor();
  for (const kind of ['dense', 'image'] as const) {
    const stored = index[kind];
    const encoder = encoders[kind];
    if (!stored || !encoder || stored.id === encoder.id) continue;
    throw userError(
      'encoder-mismatch',
      `Knowledge base "${card.name}" was filled with the ${kind} encoder ${stored.id}, but ${encoder.id} was given; ` +
        `open it with the former, or change it with reindex({ encoders: { ${kind} } })`,
    );
  }
  return encoders;
}
