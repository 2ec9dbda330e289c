/**
 * The bytes of a dump cut into chunks that end with a page. The thread that reads does no more than look for `</page>`: it makes no
 * strings, so its heap stays small, and the buffers are shared with the workers and used again, so that a dump of any size is read in
 * the same few of them.
 */
import { messageOf } from '../../../common/errors.ts';
import type { SourceItem } from '../source.ts';

/** Enough to hide the hand-over to a worker, few enough to keep the order cheap. */
const CHUNK_BYTES = 64 * 1024;
/** Of XML. A page over this is reported and passed over, so that memory stays bounded. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
export const PAGE_END = '</page>';
/** What may stand at the end of a read as the beginning of `</page>`. */
const SPLIT_END = PAGE_END.length - 1;
/** In every export, with pages or without. */
const EXPORT_SIGN = /<\/?(?:page|mediawiki)\b/;
const NEWLINE = 0x0a;

/** Fills the target as far as the bytes of the dump go; less than its length is their end. */
export type ReadBytes = (target: Uint8Array) => Promise<number>;

/** Bytes that come in chunks, each of which may be written over when the next is asked for. */
export function readFrom(chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>): ReadBytes {
  let chunk: Uint8Array = new Uint8Array();
  return async (target) => {
    let count = 0;
    while (count < target.length) {
      if (chunk.length === 0) {
        const { value, done } = await chunks.next();
        if (done) break;
        chunk = value;
      }
      const part = chunk.subarray(0, target.length - count);
      target.set(part, count);
      chunk = chunk.subarray(part.length);
      count += part.length;
    }
    return count;
  };
}

export interface PageChunk {
  /** Over a `SharedArrayBuffer`; the chunk is its first `length` bytes. */
  bytes: Uint8Array;
  length: number;
  /** Of the dump, where the chunk begins; from 1. */
  line: number;
  /** Pages passed over before this chunk, and damage that ends the dump after it. */
  errors: SourceItem['errors'];
}

const sharedBytes = (length: number) => new Uint8Array(new SharedArrayBuffer(length));
const asBuffer = (bytes: Uint8Array, start: number, end: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);

function newlines(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}

/** Buffers of one size. What is released is overwritten by a later chunk. */
export function createChunkBuffers() {
  const free: Uint8Array[] = [];
  return {
    take: () => free.pop() ?? sharedBytes(CHUNK_BYTES),
    release(bytes: Uint8Array): void {
      // One that grew for a long page is not kept.
      if (bytes.length === CHUNK_BYTES) free.push(bytes);
    },
  };
}
export type ChunkBuffers = ReturnType<typeof createChunkBuffers>;

/** Chunks depend on the bytes alone, not on how they arrive: an interrupted ingestion counts them. */
export async function* pageChunks(name: string, read: ReadBytes, buffers: ChunkBuffers): AsyncGenerator<PageChunk> {
  let bytes = buffers.take();
  let held = 0;
  let line = 1;
  let errors: PageChunk['errors'] = [];
  let passingOver = false;
  const drop = (count: number) => {
    line += newlines(bytes, count);
    bytes.copyWithin(0, count, held);
    held -= count;
  };
  for (let more = true; more; ) {
    if (held === bytes.length) {
      const wider = sharedBytes(held * 2);
      wider.set(bytes);
      buffers.release(bytes);
      bytes = wider;
    }
    const target = bytes.subarray(held, held - (held % CHUNK_BYTES) + CHUNK_BYTES);
    const searchFrom = Math.max(0, held - SPLIT_END);
    try {
      const count = await read(target);
      held += count;
      more = count === target.length;
    } catch (error) {
      errors.push({ where: name, message: `the dump cannot be unpacked further: ${messageOf(error)}` });
      more = false;
    }
    if (passingOver) {
      const end = asBuffer(bytes, 0, held).indexOf(PAGE_END);
      passingOver = end < 0;
      drop(end < 0 ? Math.max(0, held - SPLIT_END) : end + PAGE_END.length);
      if (more) continue;
    }
    const last = asBuffer(bytes, searchFrom, held).lastIndexOf(PAGE_END);
    if (more && last < 0) {
      if (held < MAX_PAGE_BYTES) continue;
      const title = /<title>([^<]{0,200})/.exec(asBuffer(bytes, 0, 4096).toString())?.[1] ?? '';
      errors.push({ where: `${name}:${line}`, message: `page "${title}" is over ${MAX_PAGE_BYTES >> 20} MB` });
      passingOver = true;
      drop(held - SPLIT_END);
      continue;
    }
    if (!more && line === 1 && held > 0 && !EXPORT_SIGN.test(asBuffer(bytes, 0, held).toString())) {
      errors.push({ where: name, message: 'not an XML export of MediaWiki in UTF-8' });
    }
    const length = more ? searchFrom + last + PAGE_END.length : held;
    const next = buffers.take();
    next.set(bytes.subarray(length, held));
    held -= length;
    const lines = newlines(bytes, length);
    yield { bytes, length, line, errors };
    line += lines;
    errors = [];
    bytes = next;
  }
}
