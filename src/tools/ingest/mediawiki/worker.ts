/** A thread of `mapOrdered`: answers each task, in order, with its result as bytes or what was wrong. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../common/errors.ts';
import { convertTask, type PageTask } from './convert.ts';
import type { Answer } from './ordered-pool.ts';
import { packResult } from './result.ts';

const port = parentPort!;
let before: Promise<void> = Promise.resolve();

async function answer(task: PageTask): Promise<void> {
  try {
    const result = packResult(await convertTask(task));
    port.postMessage({ result } satisfies Answer, [result.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ error: messageOf(error) } satisfies Answer);
  }
}

port.on('message', (task: PageTask) => {
  before = before.then(() => answer(task));
});
