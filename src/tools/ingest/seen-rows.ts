/**
 * The ids and contents of a file's rows so far, as hashes: a later row of the same id takes the place of an earlier one, and the report must
 * say so. 24 bytes a row at most, whatever the rows hold.
 */
import { hash } from 'node:crypto';

const FIRST_SLOTS = 1 << 12;
const FULLEST = 0.66;

/** 52 bits of a hash as a number, never 0. */
function mark(text: string): number {
  return Number.parseInt(hash('sha1', text, 'hex').slice(0, 13), 16) + 1;
}

export function createSeenRows() {
  let ids = new Float64Array(FIRST_SLOTS);
  let contents = new Float64Array(FIRST_SLOTS);
  let count = 0;

  function slotOf(table: Float64Array, id: number): number {
    let slot = id % table.length;
    while (table[slot] !== 0 && table[slot] !== id) slot = (slot + 1) % table.length;
    return slot;
  }

  function grow(): void {
    const [oldIds, oldContents] = [ids, contents];
    ids = new Float64Array(oldIds.length * 2);
    contents = new Float64Array(oldIds.length * 2);
    for (const [slot, id] of oldIds.entries()) {
      if (id === 0) continue;
      const place = slotOf(ids, id);
      ids[place] = id;
      contents[place] = oldContents[slot]!;
    }
  }

  return {
    /** Whether the id was there, with other content. Remembers the new. */
    replaces(id: string, content: string): boolean {
      if (count > ids.length * FULLEST) grow();
      const [idMark, contentMark] = [mark(id), mark(content)];
      const slot = slotOf(ids, idMark);
      const before = ids[slot] === 0 ? undefined : contents[slot];
      if (before === undefined) count++;
      ids[slot] = idMark;
      contents[slot] = contentMark;
      return before !== undefined && before !== contentMark;
    },
  };
}
