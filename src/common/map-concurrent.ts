/** Work over a list, a bounded number of items at once, results in the order of the list. The first failure ends it. */

interface MapConcurrentOptions {
  concurrency: number;
  signal?: AbortSignal;
}

export async function mapConcurrent<Item, Result>(
  items: readonly Item[],
  { concurrency, signal }: MapConcurrentOptions,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let failed = false;
  async function runner(): Promise<void> {
    while (next < items.length && !failed) {
      signal?.throwIfAborted();
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, runner));
  return results;
}
