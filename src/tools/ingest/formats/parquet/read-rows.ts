/** The rows of a Parquet file from the thread that decodes it, each portion asked for when the one before is used up. */
import { messageOf } from '../../../../common/errors.ts';
import { threadModule } from '../../../../common/thread.ts';
import { takeThread } from '../decoder-thread.ts';
import type { ParquetAnswer, ParquetTask } from './worker.ts';

/** Milliseconds for a thread to load and a file to be opened. */
const PATIENCE = 30_000;
/** For one portion of rows, where a damaged file may make the decoder run in circles: by what there is to decode. */
const LEAST_PATIENCE = 3_000;
const MOST_PATIENCE = 300_000;
const BYTES_A_SECOND = 256 * 1024;
/** More than this ends the thread, and the file is an error. */
const MOST_HEAP_MB = 2_048;

/** Ends with `end` or `unreadable`, whatever the file is. */
export async function* readParquet(
  task: ParquetTask,
  { size, signal }: { size: number; signal?: AbortSignal },
): AsyncGenerator<ParquetAnswer> {
  const thread = takeThread(threadModule(import.meta.url, './worker'), { heapMb: MOST_HEAP_MB });
  let message: ParquetTask | 'next' = task;
  let patience = PATIENCE;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const answer = await thread
        .ask<ParquetAnswer>(message, patience)
        .catch((error: unknown): ParquetAnswer => ({ kind: 'unreadable', message: messageOf(error) }));
      message = 'next';
      if (answer.kind === 'open') {
        patience = Math.min(LEAST_PATIENCE + (1_000 * size) / BYTES_A_SECOND, MOST_PATIENCE);
      }
      const last = answer.kind === 'end' || answer.kind === 'unreadable';
      if (last) thread.release();
      yield answer;
      if (last) return;
    }
  } finally {
    await thread.drop();
  }
}
