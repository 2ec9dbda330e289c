/**
 * Unpacks bz2, a block at a time and each in pieces of bounded size: a block of a few bytes may unpack to 46 MB, and a file to any size. The
 * format: blocks of up to 900,000 bytes, each run-length coded, sorted (Burrows and Wheeler), moved to front, and Huffman coded, with a
 * checksum. Streams may follow one another.
 */
import { createBits, decodeBlock, type PackedBits } from './bunzip-block.ts';

/** Bytes given at once. */
const PIECE = 256 * 1024;
/** More than any block takes packed: 900,050 symbols of 20 bits, and its tables. */
const LONGEST_BLOCK = 2_400_000;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** The bytes of a sorted block, its runs written out. The same memory is given again and again. */
function* unsorted(
  links: Uint32Array,
  { start, count, checksum, number }: { start: number; count: number; checksum: number; number: number },
  piece: Uint8Array,
): Generator<Uint8Array> {
  let crc = 0xffffffff;
  let at = links[start]! >>> 8;
  let filled = 0;
  let last = -1;
  let equal = 0;
  for (let taken = 0; taken < count; taken++) {
    const link = links[at]!;
    const byte = link & 0xff;
    at = link >>> 8;
    if (equal === 4) {
      // After four of a kind comes how many more.
      for (let left = byte; left > 0; left--) {
        if (filled === PIECE) {
          yield piece;
          filled = 0;
        }
        piece[filled++] = last;
        crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ last) & 0xff]!;
      }
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    if (filled === PIECE) {
      yield piece;
      filled = 0;
    }
    piece[filled++] = byte;
    crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!;
  }
  if (filled > 0) yield piece.subarray(0, filled);
  if (~crc >>> 0 !== checksum >>> 0) throw new Error(`the bz2 file is damaged: block ${number} has another checksum`);
}

/** The unpacking as steps: it asks for input (`undefined`) until enough is there, or gives bytes. */
function* steps(bits: PackedBits): Generator<Uint8Array | undefined> {
  const piece = new Uint8Array(PIECE);
  const links = new Uint32Array(900_000);
  const enough = function* (bytes: number) {
    while (!bits.ended && bits.available() < bytes) yield undefined;
  };
  let number = 0;
  for (let stream = 0; ; stream++) {
    yield* enough(LONGEST_BLOCK);
    if (stream > 0 && !bits.startsWith('BZh')) return;
    if (!bits.startsWith('BZh')) throw new Error('not a bz2 file: it does not begin with BZh');
    bits.read(24);
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw new Error('the bz2 file is damaged: its first line names no block size');
    for (;;) {
      yield* enough(LONGEST_BLOCK);
      const magic = bits.read(24) * 0x1000000 + bits.read(24);
      const checksum = bits.read(16) * 0x10000 + bits.read(16);
      if (magic === END_MAGIC) break;
      if (magic !== BLOCK_MAGIC) throw new Error(`the bz2 file is damaged after block ${number}`);
      number++;
      const { start, count } = decodeBlock(bits, links, level * 100_000);
      yield* unsorted(links, { start, count, checksum, number }, piece);
    }
    bits.toByte();
  }
}

/** The unpacked bytes of a whole bz2 file in memory. Each piece is valid until the next is asked for. */
export function* bunzipBytes(packed: Uint8Array): Generator<Uint8Array> {
  const bits = createBits();
  bits.add(packed);
  bits.ended = true;
  for (const step of steps(bits)) if (step) yield step;
}

/** The unpacked bytes of a bz2 file that comes in chunks. What comes before damage is given before the damage is thrown. */
export async function* bunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = createBits();
  const chunks = packed[Symbol.asyncIterator]();
  try {
    for (const step of steps(bits)) {
      if (step) {
        yield step;
        continue;
      }
      const { value, done } = await chunks.next();
      if (done) bits.ended = true;
      else bits.add(value);
    }
  } finally {
    await chunks.return?.();
  }
}
