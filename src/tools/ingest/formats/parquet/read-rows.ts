/** The rows of a Parquet file from the thread that decodes it, each portion asked for when the one before is used up. */
import type { Worker } from 'node:worker_threads';
import { messageOf } from '../../../../common/errors.ts';
import { startThread, threadModule } from '../../../../common/thread.ts';
import type { ParquetAnswer, ParquetTask } from './worker.ts';

/** Milliseconds for one portion: a file that takes longer is damaged so that the decoder runs in circles. */
const PATIENCE = 300_000;
/** A few bytes may stand for any number of rows; more than this ends the thread, and the file is an error. */
const MOST_HEAP_MB = 2_048;

function ask(thread: Worker): Promise<ParquetAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(() => reject(new Error('the decoder does not come to an end'))), PATIENCE);
    const onMessage = (answer: ParquetAnswer) => done(() => resolve(answer));
    const onError = (error: Error) => done(() => reject(error));
    const onExit = () => done(() => reject(new Error('the decoder broke down')));
    const done = (settle: () => void) => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage('next');
  });
}

/** Ends with `end` or `unreadable`, whatever the file is. */
export async function* readParquet(task: ParquetTask, signal?: AbortSignal): AsyncGenerator<ParquetAnswer> {
  const thread = startThread(threadModule(import.meta.url, './worker'), {
    name: 'parquet',
    data: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  });
  // Between two questions too, where nobody else listens.
  thread.on('error', () => {});
  try {
    for (;;) {
      signal?.throwIfAborted();
      let answer: ParquetAnswer;
      try {
        answer = await ask(thread);
      } catch (error) {
        answer = { kind: 'unreadable', message: messageOf(error) };
      }
      yield answer;
      if (answer.kind === 'end' || answer.kind === 'unreadable') return;
    }
  } finally {
    await thread.terminate();
  }
}
