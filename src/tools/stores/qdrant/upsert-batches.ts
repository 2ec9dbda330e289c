/**
 * Streams points into a collection: batches bounded by count and by bytes, a few under way at a time, so that a slow server slows
 * the source down instead of filling memory. Works on either provider.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import { stringifyExactly } from '../../../common/exact-json.ts';
import type { StorePort } from '../port.ts';

export interface UpsertBatchesOptions {
  collection: string;
  /** Points a request at most; default 256. */
  batchSize?: number;
  /** Approximate JSON bytes a request at most; default 8 MB, a quarter of the server's limit. */
  batchBytes?: number;
  /** Requests under way at a time; default 2. */
  concurrency?: number;
  signal?: AbortSignal;
  /** After each batch that is stored. */
  onProgress?: (progress: { written: number }) => void;
}

type Point = Schemas['PointStruct'];

/** Returns the number of points stored. On an error the batches before it may be stored; sending all again is safe. */
export async function upsertInBatches(
  store: Pick<StorePort, 'upsert'>,
  points: Iterable<Point> | AsyncIterable<Point>,
  { collection, batchSize = 256, batchBytes = 8_000_000, concurrency = 2, signal, onProgress }: UpsertBatchesOptions,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let written = 0;
  let failure: { error: unknown } | undefined;
  let batch: Point[] = [];
  let bytes = 0;

  const send = async () => {
    const points = batch;
    batch = [];
    bytes = 0;
    while (underWay.size >= concurrency) await Promise.race(underWay);
    if (failure) throw failure.error;
    const sending = store.upsert(collection, { wait: true, points }).then(
      () => {
        written += points.length;
        onProgress?.({ written });
      },
      (error: unknown) => {
        failure ??= { error };
      },
    );
    const settled = sending.finally(() => underWay.delete(settled));
    underWay.add(settled);
  };

  try {
    for await (const point of points) {
      signal?.throwIfAborted();
      const size = sizeOf(point);
      if (batch.length > 0 && bytes + size > batchBytes) await send();
      batch.push(point);
      bytes += size;
      if (batch.length >= batchSize) await send();
    }
    if (batch.length > 0) await send();
  } finally {
    await Promise.all(underWay);
  }
  if (failure) throw failure.error;
  return written;
}

const BYTES_A_NUMBER = 12;

/** An estimate without serialising the vectors, which make most of it. */
function sizeOf({ vector, payload }: Point): number {
  let numbers = 0;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      if (typeof value[0] === 'number') numbers += value.length;
      else value.forEach(visit);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(vector);
  return numbers * BYTES_A_NUMBER + (payload ? stringifyExactly(payload).length : 0) + 64;
}
