/**
 * The container of GGUF files: the header with its metadata and list of tensors, and the values of a tensor. Knows nothing of
 * models. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md.
 */
import { userError } from '../common/errors.ts';
import { sizeOf } from '../engine/shapes.ts';
import { BLOCK_TYPES, TYPE_NAMES } from './gguf-blocks.ts';

export type GgufMetadata = Record<string, unknown>;

interface GgufTensor {
  name: string;
  /** Rows first, as in safetensors. */
  shape: number[];
  type: number;
  /** From the start of the data. */
  offset: number;
}

interface GgufHeader {
  metadata: GgufMetadata;
  tensors: Map<string, GgufTensor>;
  /** Where the list of tensors begins, and the data, in bytes of the file. */
  tensorsStart: number;
  dataStart: number;
}

/** Reads little-endian values one after another. */
class Cursor {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    this.position += 4;
    return this.#view.getUint32(this.position - 4, true);
  }

  u64(): number {
    this.position += 8;
    return Number(this.#view.getBigUint64(this.position - 8, true));
  }

  text(): string {
    const length = this.u64();
    if (length > this.#bytes.length - this.position) throw new Error(`a text of ${length} bytes`);
    this.position += length;
    return Buffer.from(this.#bytes.subarray(this.position - length, this.position)).toString('utf8');
  }

  value(type: number): unknown {
    const view = this.#view;
    const take = <T>(size: number, read: (at: number) => T): T => {
      this.position += size;
      return read(this.position - size);
    };
    switch (type) {
      case 0:
        return take(1, (at) => view.getUint8(at));
      case 1:
        return take(1, (at) => view.getInt8(at));
      case 2:
        return take(2, (at) => view.getUint16(at, true));
      case 3:
        return take(2, (at) => view.getInt16(at, true));
      case 4:
        return this.u32();
      case 5:
        return take(4, (at) => view.getInt32(at, true));
      case 6:
        return take(4, (at) => view.getFloat32(at, true));
      case 7:
        return take(1, (at) => view.getUint8(at) !== 0);
      case 8:
        return this.text();
      case 9: {
        const [itemType, length] = [this.u32(), this.u64()];
        if (length > this.#bytes.length) throw new Error(`a list of ${length} items`);
        return Array.from({ length }, () => this.value(itemType));
      }
      case 10:
        return this.u64();
      case 11:
        return take(8, (at) => Number(view.getBigInt64(at, true)));
      case 12:
        return take(8, (at) => view.getFloat64(at, true));
      default:
        throw new Error(`a value of the unknown type ${type}`);
    }
  }
}

/** Throws a plain Error that says what is wrong with the bytes. */
export function readGgufHeader(bytes: Uint8Array): GgufHeader {
  const cursor = new Cursor(bytes);
  if (cursor.u32() !== 0x46554747) throw new Error('it does not begin with GGUF');
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw new Error(`its version is ${version}; 2 and 3 are understood`);
  const [tensorCount, valueCount] = [cursor.u64(), cursor.u64()];
  const metadata: GgufMetadata = {};
  for (let i = 0; i < valueCount; i++) {
    const key = cursor.text();
    metadata[key] = cursor.value(cursor.u32());
  }
  const tensorsStart = cursor.position;
  const tensors = new Map<string, GgufTensor>();
  for (let i = 0; i < tensorCount; i++) {
    const name = cursor.text();
    const shape = Array.from({ length: cursor.u32() }, () => cursor.u64()).reverse();
    tensors.set(name, { name, shape, type: cursor.u32(), offset: cursor.u64() });
  }
  const alignment = Number(metadata['general.alignment'] ?? 32);
  return { metadata, tensors, tensorsStart, dataStart: Math.ceil(cursor.position / alignment) * alignment };
}

/** The tensor's values; `bytes` begin where it begins. Throws `gguf-unsupported` for a block type that is not known. */
export function dequantise({ name, shape, type }: GgufTensor, bytes: Uint8Array): Float32Array {
  const block = BLOCK_TYPES[type];
  if (!block) {
    const known = Object.values(BLOCK_TYPES).map((one) => one.name);
    throw userError(
      'gguf-unsupported',
      `gguf: ${name} is of the type ${TYPE_NAMES[type] ?? `number ${type}`}; supported are ${known.join(', ')}`,
    );
  }
  const size = sizeOf(shape);
  const blocks = size / block.values;
  if (blocks * block.bytes > bytes.length) throw userError('gguf-invalid', `gguf: the file ends inside of ${name}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(size);
  for (let i = 0; i < blocks; i++) block.read(view, i * block.bytes, values, i * block.values);
  return values;
}
