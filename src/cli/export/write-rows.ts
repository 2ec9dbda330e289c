/** Rows into a JSON Lines file as they come: those of a large set need not fit into memory. */
import { open } from 'node:fs/promises';
import { messageOf, systemError } from '../../common/errors.ts';

/** Bytes that are written at once. */
const CHUNK = 256 * 1024;

/** How many there were. Throws `write-failed` where the disk is full or the file may not be written. */
export async function writeRows(file: string, rows: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  try {
    const handle = await open(file, 'w');
    try {
      let held: string[] = [];
      let bytes = 0;
      for await (const row of rows) {
        const line = `${JSON.stringify(row)}\n`;
        held.push(line);
        bytes += line.length;
        count++;
        if (bytes < CHUNK) continue;
        await handle.appendFile(held.join(''));
        held = [];
        bytes = 0;
      }
      await handle.appendFile(held.join(''));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EACCES' && code !== 'EISDIR' && code !== 'ENOENT') throw error;
    throw systemError('write-failed', `cannot write ${file}: ${messageOf(error)}`, error);
  }
  return count;
}

/** The same rows; what they return is told at their end. */
export async function* counting<Row, End>(
  rows: AsyncGenerator<Row, End>,
  onEnd: (end: End) => void,
): AsyncGenerator<Row> {
  onEnd(yield* rows);
}
