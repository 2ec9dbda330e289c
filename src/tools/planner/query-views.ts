/**
 * The views of a query image, worked out once for as long as its bytes are held: a run asks about the same picture with several
 * sub-questions, and the views are nearly all of what a search by image costs.
 */
import { withAbort } from '../../common/abort.ts';
import type { ImageEncoder, QueryView } from '../encoders/encoder.ts';

const known = new WeakMap<ImageEncoder, WeakMap<Uint8Array, Promise<QueryView[]>>>();

export function queryViews(encoder: ImageEncoder, bytes: Uint8Array, signal?: AbortSignal): Promise<QueryView[]> {
  const ofEncoder = known.get(encoder) ?? new WeakMap<Uint8Array, Promise<QueryView[]>>();
  known.set(encoder, ofEncoder);
  let views = ofEncoder.get(bytes);
  if (!views) {
    // Without the caller's signal: others may wait for the same views.
    views = encoder.encodeQueryImage(bytes);
    ofEncoder.set(bytes, views);
    views.catch(() => ofEncoder.delete(bytes));
  }
  const shared = views;
  return withAbort(() => shared, signal);
}
