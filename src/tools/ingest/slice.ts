/** Documents on their way into the store, gathered until they are worth a call of it. */
import type { Placed } from './identity.ts';
import { createSeenRows } from './seen-rows.ts';

/** A knowledge base measures the average length of its passages on the first slice, so that one is large. */
const FIRST_SLICE = 20_000;
const SLICE = 2_048;
const SLICE_CHARACTERS = 24_000_000;

const charactersOf = ({ document }: Placed): number =>
  'text' in document ? document.text.length : document.rows.length * document.header.length * 12;

export function createSlice({ first }: { first: boolean }) {
  let limit = first ? FIRST_SLICE : SLICE;
  let gathered: Placed[] = [];
  let characters = 0;
  let seen = createSeenRows();
  /** Rows of the source that is read, in the slice, by their own ids. */
  const waiting = new Map<string, number>();

  return {
    get size() {
      return gathered.length;
    },
    get isFull() {
      return gathered.length >= limit || characters >= SLICE_CHARACTERS;
    },
    /** Ids of rows are told apart within one source. */
    beginSource(): void {
      seen = createSeenRows();
      waiting.clear();
    },
    /**
     * True for a second row of an id, which takes the place of the first: the store would find both in one batch, or write the one over
     * the other without a word.
     */
    add(placed: Placed): boolean {
      const { document, source, ownId } = placed;
      const isSecond = ownId && source.format !== 'mediawiki' && seen.replaces(document.id, JSON.stringify(document));
      const earlier = isSecond ? waiting.get(document.id) : undefined;
      if (earlier !== undefined) {
        gathered[earlier] = placed;
        return true;
      }
      if (ownId) waiting.set(document.id, gathered.length);
      gathered.push(placed);
      characters += charactersOf(placed);
      return isSecond;
    },
    /** What was gathered; begins anew. */
    take(): Placed[] {
      const taken = gathered;
      gathered = [];
      waiting.clear();
      characters = 0;
      limit = SLICE;
      return taken;
    },
  };
}
