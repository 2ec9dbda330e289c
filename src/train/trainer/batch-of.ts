/** Which questions an iteration trains on: a function of the seed and the iteration, so that a resumed training draws the same. */
import { keyedRandom } from '../../common/random.ts';

/** Batch `iteration` of passes over the items, each pass in an order of its own. */
export function batchOf<Item>(
  items: readonly Item[],
  { seed, iteration, size }: { seed: number; iteration: number; size: number },
): Item[] {
  const batch: Item[] = [];
  for (let place = iteration * size; place < (iteration + 1) * size; place++) {
    const pass = Math.floor(place / items.length);
    batch.push(orderOf(items, seed, pass)[place % items.length]!);
  }
  return batch;
}

const orders = new WeakMap<object, Map<string, readonly unknown[]>>();

function orderOf<Item>(items: readonly Item[], seed: number, pass: number): readonly Item[] {
  const known = orders.get(items) ?? new Map<string, readonly unknown[]>();
  orders.set(items, known);
  const key = `${seed}/${pass}`;
  const order = known.get(key) ?? keyedRandom('training-order', seed, pass).shuffle(items);
  known.clear();
  known.set(key, order);
  return order as readonly Item[];
}
