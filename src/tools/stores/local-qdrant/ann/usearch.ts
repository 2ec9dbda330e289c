/**
 * The optional library behind the candidate stage. Where it is not installed, or has no build for the platform, searches stay
 * exact.
 */
import type { Distance } from '../collection-config.ts';

export interface Matches {
  keys: BigUint64Array;
}

/** The part of a usearch index that is used here. */
export interface UsearchIndex {
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  search(query: Float32Array, k: number, threads: number): Matches;
  size(): number;
  save(path: string): void;
  view(path: string): void;
}

interface Usearch {
  Index: new (config: Record<string, unknown>) => UsearchIndex;
}

let library: Promise<Usearch | undefined> | undefined;

/** Not a literal, so that the package also compiles where the optional dependency could not be installed. */
const NAME: string = 'usearch';

export function loadUsearch(): Promise<Usearch | undefined> {
  library ??= import(NAME).then(
    (module) => module as unknown as Usearch,
    () => undefined,
  );
  return library;
}

let warned = false;

/** Said once: whoever asked for candidates would otherwise wonder why searches are no faster. */
export function warnWithoutUsearch(): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'the optional package usearch is not installed, so that dense search stays exact; npm install usearch',
    { code: 'R1_ROUTER_NO_USEARCH' },
  );
}

/** Its name for the distance; undefined where it has none. */
export function metricOf(distance: Distance): string | undefined {
  switch (distance) {
    // Cosine vectors are stored at length one, where the inner product is the cosine.
    case 'Cosine':
    case 'Dot':
      return 'ip';
    case 'Euclid':
      return 'l2sq';
    case 'Manhattan':
      return undefined;
    default:
      return distance satisfies never;
  }
}

/** An empty index; half precision, since hits are scored again from the originals. */
export function createIndex({ Index }: Usearch, size: number, metric: string): UsearchIndex {
  return new Index({
    dimensions: size,
    metric,
    quantization: 'f16',
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 192,
    multi: false,
  });
}
