/**
 * The operations of the durability test and what a collection must hold after the first N of them.
 */
import { keyedRandom } from '../../../src/common/random.ts';
import type { LocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

export const COLLECTION = 'victim';
export const CONFIG = {
  vectors: { dense: { size: 16, distance: 'Dot' as const } },
  sparse_vectors: { words: { modifier: 'idf' as const } },
};
const IDS = 400;

interface Point {
  id: number;
  vector: { dense: number[]; words: { indices: number[]; values: number[] } };
  payload: { operation: number; text: string };
}

export type Operation =
  | { kind: 'upsert'; points: Point[] }
  | { kind: 'delete'; ids: number[] }
  | { kind: 'payload'; ids: number[] };

export function operationOf(number: number): Operation {
  const random = keyedRandom('durability', number);
  const ids = Array.from(new Set(Array.from({ length: 1 + random.below(40) }, () => random.below(IDS))));
  const kind = random.below(10);
  if (kind === 0) return { kind: 'delete', ids };
  if (kind === 1) return { kind: 'payload', ids };
  const points = ids.map((id) => ({
    id,
    vector: {
      dense: Array.from({ length: 16 }, () => Math.fround(random.normal())),
      words: { indices: [random.below(50), 50 + random.below(50)], values: [1, 2] },
    },
    payload: { operation: number, text: 'x'.repeat(random.below(3000)) },
  }));
  return { kind: 'upsert', points };
}

export async function applyOperation(store: LocalQdrant, number: number): Promise<void> {
  const operation = operationOf(number);
  if (operation.kind === 'upsert') await store.upsert(COLLECTION, { points: operation.points });
  else if (operation.kind === 'delete') await store.delete(COLLECTION, { points: operation.ids });
  else {
    const filter = { must: [{ has_id: operation.ids }] };
    await store.setPayload(COLLECTION, { filter, payload: { touched: number } });
  }
}

/** Everything a collection holds after the operations 0..count-1, by id, in a form that compares. */
export function stateAfter(count: number): Map<number, string> {
  const points = new Map<number, { vector: Point['vector']; payload: Record<string, unknown> }>();
  for (let number = 0; number < count; number++) {
    const operation = operationOf(number);
    if (operation.kind === 'upsert') for (const { id, ...point } of operation.points) points.set(id, point);
    else if (operation.kind === 'delete') for (const id of operation.ids) points.delete(id);
    else {
      for (const id of operation.ids) {
        const point = points.get(id);
        if (point) points.set(id, { ...point, payload: { ...point.payload, touched: number } });
      }
    }
  }
  return new Map(Array.from(points, ([id, point]) => [id, describePoint(point)]));
}

export const describePoint = ({ vector, payload }: { vector: Point['vector']; payload: unknown }): string =>
  JSON.stringify([vector.dense.map(Math.fround), vector.words, payload]);
