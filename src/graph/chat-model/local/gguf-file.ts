/** Whether a file can be a model, before anything is loaded: so that a wrong path is told at once. */
import { open } from 'node:fs/promises';
import { messageOf, userError } from '../../../common/errors.ts';

const MAGIC = 'GGUF';

/** Throws the user errors `gguf-missing` and `gguf-invalid`. */
export async function checkGgufFile(file: string): Promise<void> {
  let start: string;
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
      start = buffer.toString('latin1', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : `it cannot be read (${messageOf(error)})`;
    throw userError('gguf-missing', `model "gguf:${file}": ${reason}; give the path of a GGUF file`, error);
  }
  if (start === MAGIC) return;
  throw userError(
    'gguf-invalid',
    `model "gguf:${file}": it is no GGUF file; give one, such as Qwen2.5-1.5B-Instruct at Q4_K_M`,
  );
}
