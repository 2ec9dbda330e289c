/** The rows of a Parquet file from the thread that decodes it, each portion asked for when the one before is used up. */
import { messageOf } from '../../../../common/errors.ts';
import { threadModule } from '../../../../common/thread.ts';
import { takeThread } from '../decoder-thread.ts';
import type { ParquetAnswer, ParquetTask } from './worker.ts';

/** Milliseconds for one portion: a file that takes longer is damaged so that the decoder runs in circles. */
const PATIENCE = 300_000;
/** A few bytes may stand for any number of rows; more than this ends the thread, and the file is an error. */
const MOST_HEAP_MB = 2_048;

/** Ends with `end` or `unreadable`, whatever the file is. */
export async function* readParquet(task: ParquetTask, signal?: AbortSignal): AsyncGenerator<ParquetAnswer> {
  const thread = takeThread(threadModule(import.meta.url, './worker'), { patience: PATIENCE, heapMb: MOST_HEAP_MB });
  let message: ParquetTask | 'next' = task;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const answer = await thread
        .ask<ParquetAnswer>(message)
        .catch((error: unknown): ParquetAnswer => ({ kind: 'unreadable', message: messageOf(error) }));
      message = 'next';
      const last = answer.kind === 'end' || answer.kind === 'unreadable';
      if (last) thread.release();
      yield answer;
      if (last) return;
    }
  } finally {
    await thread.drop();
  }
}
