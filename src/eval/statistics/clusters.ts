/**
 * Rows that repeat a template are not independent: they are resampled together, as one cluster. Sums and sizes of the clusters
 * are all that the bootstrap and the permutation test of a mean need.
 */

export interface Clusters {
  /** Sum of the values of each cluster. */
  sums: Float64Array;
  /** Number of rows of each cluster. */
  sizes: Float64Array;
}

/** Groups values by key, in order of first appearance; without keys every row is a cluster of its own. */
export function clustered(values: readonly number[], keys?: readonly string[]): Clusters {
  if (keys === undefined) {
    return { sums: Float64Array.from(values), sizes: new Float64Array(values.length).fill(1) };
  }
  if (keys.length !== values.length) throw new RangeError('statistics: as many cluster keys as values are needed');
  const places = new Map<string, number>();
  for (const key of keys) if (!places.has(key)) places.set(key, places.size);
  const sums = new Float64Array(places.size);
  const sizes = new Float64Array(places.size);
  keys.forEach((key, row) => {
    const place = places.get(key)!;
    sums[place] = sums[place]! + values[row]!;
    sizes[place] = sizes[place]! + 1;
  });
  return { sums, sizes };
}
