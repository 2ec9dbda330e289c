/**
 * All vector indexes of a collection by name, kept in step with its configuration.
 */
import type { VectorSpec } from '../collection-config.ts';
import type { PointVectors, StoredVector } from '../vectors.ts';
import type { Bitmap } from './bitmap.ts';
import { DenseIndex } from './dense-index.ts';
import { MultiIndex } from './multi-index.ts';
import { SparseIndex } from './sparse-index.ts';

export class VectorIndexes {
  readonly dense = new Map<string, DenseIndex>();
  readonly sparse = new Map<string, SparseIndex>();
  readonly multi = new Map<string, MultiIndex>();
  #all: (DenseIndex | SparseIndex | MultiIndex)[] = [];

  constructor(specs: readonly VectorSpec[]) {
    for (const { name, kind, size, distance, idf } of specs) {
      if (kind === 'dense') this.dense.set(name, new DenseIndex(size, distance));
      else if (kind === 'multi') this.multi.set(name, new MultiIndex(size, distance));
      else this.sparse.set(name, new SparseIndex(idf));
    }
    this.#all = [...this.dense.values(), ...this.sparse.values(), ...this.multi.values()];
  }

  /** Points that have the vector; undefined for an unknown name. */
  presence(name: string): Bitmap | undefined {
    return (this.dense.get(name) ?? this.sparse.get(name) ?? this.multi.get(name))?.present;
  }

  set(slot: number, name: string, vector: StoredVector): void {
    if (vector.kind === 'dense') this.dense.get(name)?.set(slot, vector.values);
    else if (vector.kind === 'multi') this.multi.get(name)?.set(slot, vector);
    else this.sparse.get(name)?.set(slot, vector);
  }

  replace(slot: number, vectors: PointVectors): void {
    this.remove(slot);
    for (const [name, vector] of vectors) this.set(slot, name, vector);
  }

  remove(slot: number): void {
    for (const index of this.#all) index.remove(slot);
  }
}
