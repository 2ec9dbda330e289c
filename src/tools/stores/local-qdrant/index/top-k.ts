/**
 * The best k of a stream of scored slots. Higher is better; equal scores go to the smaller point id, so that results are the
 * same on every run (the server leaves ties open). A binary heap with the worst kept hit at its root.
 */
import { comparePointIds, type PointId } from '../point-id.ts';

export interface ScoredSlot {
  slot: number;
  score: number;
}

export class TopK {
  readonly limit: number;
  readonly #ids: readonly (PointId | undefined)[];
  #slots: number[] = [];
  #scores: number[] = [];

  constructor(limit: number, ids: readonly (PointId | undefined)[]) {
    this.limit = limit;
    this.#ids = ids;
  }

  /** A score strictly below this cannot enter; lets tight loops skip the call. */
  get floor(): number {
    return this.#slots.length < this.limit ? -Infinity : (this.#scores[0] ?? Infinity);
  }

  offer(slot: number, score: number): void {
    const size = this.#slots.length;
    if (size < this.limit) {
      this.#slots.push(slot);
      this.#scores.push(score);
      this.#up(size);
    } else if (size > 0 && this.#worse(this.#slots[0]!, this.#scores[0]!, slot, score)) {
      this.#slots[0] = slot;
      this.#scores[0] = score;
      this.#down(0);
    }
  }

  /** The kept hits, best first. */
  take(): ScoredSlot[] {
    const hits = this.#slots.map((slot, i) => ({ slot, score: this.#scores[i]! }));
    this.#slots = [];
    this.#scores = [];
    return sortHits(hits, this.#ids);
  }

  #worse(slotA: number, scoreA: number, slotB: number, scoreB: number): boolean {
    if (scoreA !== scoreB) return scoreA < scoreB;
    return comparePointIds(this.#ids[slotA]!, this.#ids[slotB]!) > 0;
  }

  #worseAt(a: number, b: number): boolean {
    return this.#worse(this.#slots[a]!, this.#scores[a]!, this.#slots[b]!, this.#scores[b]!);
  }

  #swap(a: number, b: number): void {
    const slot = this.#slots[a]!;
    const score = this.#scores[a]!;
    this.#slots[a] = this.#slots[b]!;
    this.#scores[a] = this.#scores[b]!;
    this.#slots[b] = slot;
    this.#scores[b] = score;
  }

  #up(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#worseAt(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(start: number): void {
    let at = start;
    for (;;) {
      const left = at * 2 + 1;
      let worst = at;
      if (left < this.#slots.length && this.#worseAt(left, worst)) worst = left;
      if (left + 1 < this.#slots.length && this.#worseAt(left + 1, worst)) worst = left + 1;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }
}

/** Best first; within equal scores by point id. Sorts in place. */
export function sortHits(hits: ScoredSlot[], ids: readonly (PointId | undefined)[]): ScoredSlot[] {
  return hits.sort((a, b) => b.score - a.score || comparePointIds(ids[a.slot]!, ids[b.slot]!));
}
