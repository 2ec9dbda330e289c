/**
 * A GGUF file with every weight widened to float32 by this package's own dequantiser, metadata and names left as they are. It lets
 * llama.cpp compute with the very weights this engine computes with, so that what still differs is arithmetic.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dequantise, readGgufHeader } from '../../src/causal-lm/gguf-format.ts';

const ALIGNMENT = 32;
const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

export async function writeFloat32Gguf(source: string, target: string): Promise<void> {
  const bytes = await readFile(source);
  const { metadata, tensors, tensorsStart, dataStart } = readGgufHeader(bytes);
  if (Number(metadata['general.alignment'] ?? ALIGNMENT) !== ALIGNMENT) throw new Error(`${source}: another alignment`);
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of tensors.values()) {
    const values = dequantise(tensor, bytes.subarray(dataStart + tensor.offset));
    const name = Buffer.from(tensor.name);
    const info = Buffer.alloc(8 + name.length + 4 + 8 * tensor.shape.length + 12);
    let at = info.writeBigUInt64LE(BigInt(name.length));
    at += name.copy(info, at);
    at = info.writeUInt32LE(tensor.shape.length, at);
    for (const size of tensor.shape.toReversed()) at = info.writeBigUInt64LE(BigInt(size), at);
    at = info.writeUInt32LE(0, at); // the type F32
    info.writeBigUInt64LE(BigInt(offset), at);
    infos.push(info);
    const part = Buffer.alloc(aligned(values.byteLength));
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).copy(part);
    data.push(part);
    offset += part.length;
  }
  const header = Buffer.concat([bytes.subarray(0, tensorsStart), ...infos]);
  await writeFile(target, Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length), ...data]));
}
