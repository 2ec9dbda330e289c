/**
 * The optional library behind the candidate stage. Where it is not installed, or has no build for the platform, searches stay
 * exact.
 */
import { importUsearch } from '../../../../common/native-packages.ts';
import type { Distance } from '../collection-config.ts';

interface Matches {
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

export function loadUsearch(): Promise<Usearch | undefined> {
  library ??= importUsearch().then(
    (module) => module as Usearch,
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

export type Precision = 'i8' | 'f16';

/**
 * In what the index keeps its copy of the vectors; hits are scored again from the originals. Bytes are half the memory and a
 * quarter of the building time of half precision, for a recall of 0.998 against 1.000, but they hold numbers up to one only.
 */
export function precisionOf(distance: Distance): Precision {
  return distance === 'Cosine' ? 'i8' : 'f16';
}

/** An empty index. */
export function createIndex(
  { Index }: Usearch,
  { size, metric, precision }: { size: number; metric: string; precision: Precision },
): UsearchIndex {
  return new Index({
    dimensions: size,
    metric,
    quantization: precision,
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 256,
    multi: false,
  });
}
