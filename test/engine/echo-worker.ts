// A worker for the tests: fills shared weights with its number, under the lock, and reads them likewise.
import { workerData } from 'node:worker_threads';
import { userError } from '../../src/common/errors.ts';
import { Parameters, type SharedParameters } from '../../src/engine/parameters.ts';
import { WeightLock } from '../../src/engine/weight-lock.ts';
import { serveWorker } from '../../src/engine/worker.ts';

const { shared, lock: buffer } = workerData as { shared: SharedParameters; lock: SharedArrayBuffer };
const parameters = Parameters.from(shared);
const lock = new WeightLock(buffer);

const functions = {
  async write(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await lock.write(async () => {
        const next = parameters.flat[0]! + 1;
        for (let at = 0; at < parameters.flat.length; at++) {
          parameters.flat[at] = next;
          if (at % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      });
    }
    emit({ written: times });
  },
  /** How many of the reads saw weights that differ from one another. */
  async torn(times: number): Promise<number> {
    let torn = 0;
    for (let i = 0; i < times; i++) {
      await lock.read(async () => {
        const first = parameters.flat[0];
        await new Promise((resolve) => setImmediate(resolve));
        if (!parameters.flat.every((value) => value === first)) torn++;
      });
    }
    return torn;
  },
  fail(): never {
    throw userError('test-code', 'wrong on purpose');
  },
};
export type EchoFunctions = typeof functions;
const emit = serveWorker(functions);
