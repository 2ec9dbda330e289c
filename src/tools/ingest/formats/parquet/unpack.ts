/** The codecs of Parquet, none of which gives more than the length that was promised: Node's own where it has them. */
import * as zlib from 'node:zlib';
import { compressors } from 'hyparquet-compressors';

type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

/** zlib takes no limit of 0. */
const limit = (length: number) => ({ maxOutputLength: Math.max(1, length) });

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

const CODECS: Record<string, Unpack | undefined> = {
  UNCOMPRESSED: (packed) => packed,
  // Some writers leave the wrapping out.
  GZIP: (packed, length) => (isGzip(packed) ? zlib.gunzipSync : zlib.inflateRawSync)(packed, limit(length)),
  BROTLI: (packed, length) => zlib.brotliDecompressSync(packed, limit(length)),
  // Node has it from 22.15 on.
  ZSTD: (packed, length) =>
    typeof zlib.zstdDecompressSync === 'function'
      ? zlib.zstdDecompressSync(packed, limit(length))
      : compressors.ZSTD!(packed, length),
  SNAPPY: compressors.SNAPPY,
  LZ4: compressors.LZ4,
  LZ4_RAW: compressors.LZ4_RAW,
};

/** Throws where it is not `length` bytes. */
export function unpack(packed: Uint8Array, { codec, length }: { codec: string; length: number }): Uint8Array {
  // An empty page is not even the packed form of nothing.
  if (length === 0) return new Uint8Array();
  const of = CODECS[codec];
  if (!of) throw new Error(`its codec ${codec} is not known`);
  const bytes = of(packed, length);
  if (bytes.length !== length) throw new Error(`a page is ${bytes.length} bytes long and should be ${length}`);
  return bytes;
}
