/**
 * What a worker made of a task, on its way as bytes: as strings, results that wait for their turn would survive in the nursery of the
 * thread that reads, and make it grow. JSON, because `v8.deserialize` holds on to what it made until its object is collected.
 */
import type { KnowledgeDocument } from '../../document.ts';

export interface TaskResult {
  documents: KnowledgeDocument[];
  errors: { where: string; message: string }[];
}

const encoder = new TextEncoder();

export function packResult(result: TaskResult): Uint8Array {
  return encoder.encode(JSON.stringify(result));
}

/** Takes the bytes: their memory is given back here, as it would pile up until a garbage collection. */
export function unpackResult(bytes: Uint8Array): TaskResult {
  const result = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  (bytes.buffer as ArrayBuffer).transfer(0);
  return result;
}
