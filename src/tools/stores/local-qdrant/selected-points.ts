/** The points that a request selects, by their ids or by a filter. */
import type { Collection } from './collection.ts';
import { notFound } from './errors.ts';
import type { PointId } from './point-id.ts';
import type { Selector } from './requests.ts';

/** Ids of the selected points that exist. */
export function knownIds(collection: Collection, selector: Selector): PointId[] {
  if (selector.kind === 'ids') return selector.ids.filter((id) => collection.slotOf(id) !== undefined);
  return Array.from(collection.select(selector.filter).toSlots(), (slot) => collection.ids[slot]!);
}

/** As `knownIds`, but an id that does not exist is an error. */
export function existingIds(collection: Collection, selector: Selector): PointId[] {
  const known = knownIds(collection, selector);
  if (selector.kind === 'ids') {
    const missing = selector.ids.find((id) => collection.slotOf(id) === undefined);
    if (missing !== undefined) throw notFound(`No point with id ${missing} found`);
  }
  return known;
}
