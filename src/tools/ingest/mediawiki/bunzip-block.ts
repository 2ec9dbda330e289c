/** One block of bz2: its tables and symbols, to the links by which its bytes are put back in order. The part that takes the time. */

const TOO_SHORT = 'the bz2 file ends in the middle of a block: it was not copied or downloaded to its end';
const damaged = (what: string) => new Error(`the bz2 file is damaged: ${what}`);

/** Bits of packed bytes, the most significant first. Used-up bytes are let go. */
export interface PackedBits {
  bytes: Uint8Array;
  /** Of the next bit. */
  bit: number;
  /** No more bytes will come. */
  ended: boolean;
  add(more: Uint8Array): void;
  available(): number;
  /** Of the bytes that are there; the memory may be longer. */
  length(): number;
  /** Up to 24 bits. Throws where the file ends. */
  read(count: number): number;
  toByte(): void;
  startsWith(text: string): boolean;
}

const LOOK_AHEAD = 4;

export function createBits(): PackedBits {
  let length = 0;
  return {
    bytes: new Uint8Array(),
    bit: 0,
    ended: false,
    add(more) {
      if (length + more.length + LOOK_AHEAD > this.bytes.length) {
        // What is used up is let go, and room made for as much again, so that no byte is moved often.
        const from = this.bit >>> 3;
        const left = length - from;
        const wider = new Uint8Array(Math.max(2 * (left + more.length), 1 << 20) + LOOK_AHEAD);
        wider.set(this.bytes.subarray(from, length));
        this.bytes = wider;
        this.bit &= 7;
        length = left;
      }
      this.bytes.set(more, length);
      length += more.length;
      // What a symbol's look ahead meets after the end.
      this.bytes.fill(0, length, length + LOOK_AHEAD);
    },
    length: () => length,
    available() {
      return length - (this.bit >>> 3);
    },
    read(count) {
      let value = 0;
      for (let left = count; left > 0; ) {
        const at = this.bit >>> 3;
        if (at >= length) throw new Error(TOO_SHORT);
        const here = 8 - (this.bit & 7);
        const take = Math.min(here, left);
        value = value * 2 ** take + ((this.bytes[at]! >>> (here - take)) & ((1 << take) - 1));
        this.bit += take;
        left -= take;
      }
      return value;
    },
    toByte() {
      this.bit = (this.bit + 7) & ~7;
    },
    startsWith(text) {
      const at = this.bit >>> 3;
      return [...text].every(
        (character, place) => at + place < length && this.bytes[at + place] === character.charCodeAt(0),
      );
    },
  };
}

/** Codes up to this length are looked up at once. */
const LOOK_BITS = 10;
const LONGEST_CODE = 20;
/** Symbols that are coded by one table before the next is chosen. */
const GROUP = 50;

interface CodeTable {
  /** By the next `LOOK_BITS` bits: symbol and length, or 0 for a longer code. */
  look: Uint16Array;
  /** By length: the last code, and what its symbol's place is less the code. */
  limit: Int32Array;
  offset: Int32Array;
  symbols: Uint16Array;
}

function readLengths(bits: PackedBits, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  let length = bits.read(5);
  for (let symbol = 0; symbol < count; symbol++) {
    while (bits.read(1) === 1) length += bits.read(1) === 1 ? -1 : 1;
    if (length < 1 || length > LONGEST_CODE) throw damaged('a code is too long');
    lengths[symbol] = length;
  }
  return lengths;
}

function codeTable(lengths: Uint8Array): CodeTable {
  const symbols = new Uint16Array(lengths.length);
  const limit = new Int32Array(LONGEST_CODE + 2).fill(-1);
  const offset = new Int32Array(LONGEST_CODE + 2);
  const look = new Uint16Array(1 << LOOK_BITS);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    offset[length] = place - code;
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      symbols[place++] = symbol;
      if (length <= LOOK_BITS && code < 1 << length) {
        const from = code << (LOOK_BITS - length);
        look.fill((symbol << 5) | length, from, from + (1 << (LOOK_BITS - length)));
      }
      code++;
    }
    limit[length] = code - 1;
    code <<= 1;
  }
  return { look, limit, offset, symbols };
}

interface BlockHead {
  start: number;
  /** The bytes that occur, in order. */
  alphabet: Uint8Array;
  tables: CodeTable[];
  selectors: Uint8Array;
}

function readHead(bits: PackedBits): BlockHead {
  if (bits.read(1) === 1) throw damaged('a block is randomised, as no program has written for decades');
  const start = bits.read(24);
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >>> range)) === 0) continue;
    const inRange = bits.read(16);
    for (let low = 0; low < 16; low++) if (inRange & (0x8000 >>> low)) used.push(range * 16 + low);
  }
  if (used.length === 0) throw damaged('a block without bytes');
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0) throw damaged('a block names no tables');
  const order = Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(selectorCount);
  for (let at = 0; at < selectorCount; at++) {
    let back = 0;
    while (bits.read(1) === 1) if (++back >= tableCount) throw damaged('a block chooses a table that it does not have');
    const [table] = order.splice(back, 1);
    order.unshift(table!);
    selectors[at] = table!;
  }
  const tables = order.map(() => codeTable(readLengths(bits, used.length + 2)));
  return { start, alphabet: Uint8Array.from(used), tables, selectors };
}

/** The symbols of a block as bytes, into `links`; returns how many. */
function readSymbols(
  bits: PackedBits,
  { alphabet, tables, selectors }: BlockHead,
  links: Uint32Array,
  most: number,
): number {
  const { bytes } = bits;
  const length = bits.length();
  const end = alphabet.length + 1;
  let position = bits.bit >>> 3;
  // Behind the end of a file that was cut anything may seem to stand.
  const broken = (what: string) => (position >= length ? new Error(TOO_SHORT) : damaged(what));
  let held = 8 - (bits.bit & 7);
  let buffer = bytes[position++]! & ((1 << held) - 1);
  let count = 0;
  let run = 0;
  let weight = 1;
  let group = 0;
  let left = 0;
  let table = tables[0]!;
  for (;;) {
    if (left-- === 0) {
      if (group >= selectors.length) throw broken('a block has no end');
      table = tables[selectors[group++]!]!;
      left = GROUP - 1;
    }
    // Shifted out at the top is what has been read.
    while (held <= 24) {
      buffer = (buffer << 8) | (bytes[position++] ?? 0);
      held += 8;
    }
    if (position > length + 4) throw new Error(TOO_SHORT);
    const found = table.look[(buffer >>> (held - LOOK_BITS)) & ((1 << LOOK_BITS) - 1)]!;
    let symbol = found >>> 5;
    if (found !== 0) held -= found & 31;
    else {
      let width = LOOK_BITS + 1;
      let code = (buffer >>> (held - width)) & ((1 << width) - 1);
      while (code > table.limit[width]!) {
        if (++width > LONGEST_CODE) throw broken('a code that no symbol has');
        code = (buffer >>> (held - width)) & ((1 << width) - 1);
      }
      symbol = table.symbols[code + table.offset[width]!]!;
      held -= width;
    }
    if (symbol < 2) {
      run += weight << symbol;
      weight <<= 1;
      if (run > most) throw broken('a block is longer than it may be');
      continue;
    }
    if (run > 0) {
      if (count + run > most) throw broken('a block is longer than it may be');
      links.fill(alphabet[0]!, count, count + run);
      count += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) break;
    if (count >= most) throw broken('a block is longer than it may be');
    const place = symbol - 1;
    const byte = alphabet[place]!;
    if (place < 16) for (let at = place; at > 0; at--) alphabet[at] = alphabet[at - 1]!;
    else alphabet.copyWithin(1, 0, place);
    alphabet[0] = byte;
    links[count++] = byte;
  }
  bits.bit = position * 8 - held;
  if (bits.available() < 0) throw new Error(TOO_SHORT);
  return count;
}

/**
 * Decodes a block into `links`: the low 8 bits of each entry are a byte, the others the place of the entry after it. Begins at `start`.
 */
export function decodeBlock(bits: PackedBits, links: Uint32Array, most: number): { start: number; count: number } {
  const head = readHead(bits);
  const count = readSymbols(bits, head, links, most);
  if (head.start >= count) throw damaged('a block begins behind its end');
  const places = new Uint32Array(256);
  for (let at = 0; at < count; at++) places[links[at]! & 0xff]!++;
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const own = places[byte]!;
    places[byte] = sum;
    sum += own;
  }
  for (let at = 0; at < count; at++) {
    const place = places[links[at]! & 0xff]!++;
    links[place] = links[place]! | (at << 8);
  }
  return { start: head.start, count };
}
