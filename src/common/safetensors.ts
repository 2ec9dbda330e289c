/**
 * The safetensors file format: an 8-byte header length, a JSON header, then values without holes. Float32 is written; float16
 * and bfloat16 are read too, widened. Format: github.com/huggingface/safetensors.
 */
import { z } from 'zod';
import { userError } from './errors.ts';

export interface NamedTensor {
  shape: readonly number[];
  values: Float32Array;
}

export interface SafetensorsFile {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

const EntrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Bytes of a file; tensors in the order given, each starting where the one before ends. */
export function encodeSafetensors(
  tensors: Iterable<readonly [string, NamedTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const list = [...tensors];
  let offset = 0;
  for (const [name, { shape, values }] of list) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.length * 4] };
    offset += values.length * 4;
  }
  const text = JSON.stringify(header);
  // Padded with spaces so that the values start at a multiple of 8.
  const headerBytes = new TextEncoder().encode(text.padEnd(text.length + paddingTo8(Buffer.byteLength(text))));
  const bytes = new Uint8Array(8 + headerBytes.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  bytes.set(headerBytes, 8);
  let position = 8 + headerBytes.length;
  for (const [, { values }] of list) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

const paddingTo8 = (length: number): number => (8 - (length % 8)) % 8;

/** Throws `safetensors-invalid`, with what is wrong, for anything but a well-formed file. */
export function decodeSafetensors(bytes: Uint8Array, where = 'safetensors'): SafetensorsFile {
  const fail = (problem: string, cause?: unknown): never => {
    throw userError('safetensors-invalid', `${where}: ${problem}; the file is damaged or not safetensors`, cause);
  };
  if (bytes.length < 8) fail(`${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > bytes.length - 8) fail(`the header claims ${headerLength} bytes`);
  let header: Record<string, unknown> = {};
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + headerLength)));
  } catch (cause) {
    fail('the header is not JSON', cause);
  }
  const { __metadata__: rawMetadata, ...entries } = header;
  const metadata = z.record(z.string(), z.string()).safeParse(rawMetadata ?? {});
  const tensors = new Map<string, NamedTensor>();
  const data = bytes.subarray(8 + headerLength);
  for (const [name, raw] of Object.entries(entries)) {
    const parsed = EntrySchema.safeParse(raw);
    if (!parsed.success) return fail(`the entry of ${name} is malformed`);
    const { dtype, shape, data_offsets } = parsed.data;
    const [start, end] = data_offsets;
    const width = { F32: 4, F16: 2, BF16: 2 }[dtype];
    if (width === undefined) return fail(`${name} has the type ${dtype}; F32, F16 and BF16 are understood`);
    if (end > data.length || end - start !== sizeOf(shape) * width) fail(`the values of ${name} do not fit its shape`);
    tensors.set(name, { shape, values: widen(dtype, data.slice(start, end)) });
  }
  return { tensors, metadata: metadata.success ? metadata.data : {} };
}

function widen(dtype: string, bytes: Uint8Array): Float32Array {
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  if (dtype === 'F16') return Float32Array.from(halves, float16);
  return Float32Array.from(halves, bfloat16);
}

/** A half-precision number from its bits. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** A bfloat16 number from its bits: the upper half of a float32. */
export function bfloat16(bits: number): number {
  word.setUint32(0, bits * 0x1_0000);
  return word.getFloat32(0);
}
