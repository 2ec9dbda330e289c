/**
 * The columns of a collection by path: made from the rows at the first use of a path, kept up to date from then on.
 */
import type { Rows } from '../storage/rows.ts';
import { Column } from './column.ts';
import { type Json, type PathStep, valuesAt } from './json-path.ts';

export class Columns {
  readonly #rows: Rows;
  readonly #columns = new Map<string, { steps: readonly PathStep[]; column: Column }>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  get empty(): boolean {
    return this.#columns.size === 0;
  }

  get(path: string, steps: readonly PathStep[]): Column {
    const known = this.#columns.get(path);
    if (known) return known.column;
    const column = new Column();
    const first = steps[0];
    if (first && 'key' in first && !/["\\]/.test(first.key)) {
      this.#rows.eachPayloadPart(first.key, (slot, part) => column.set(slot, valuesAt(part as Json, steps, 1)));
    } else {
      this.#rows.eachPayload((slot, payload) => column.set(slot, valuesAt(payload as Json, steps)));
    }
    this.#columns.set(path, { steps, column });
    return column;
  }

  set(slot: number, payload: Json): void {
    for (const { steps, column } of this.#columns.values()) column.set(slot, valuesAt(payload, steps));
  }

  remove(slot: number): void {
    for (const { column } of this.#columns.values()) column.remove(slot);
  }

  clear(): void {
    this.#columns.clear();
  }
}
