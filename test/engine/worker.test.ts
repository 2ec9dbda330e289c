import { describe, expect, it } from 'vitest';
import { Parameters } from '../../src/engine/parameters.ts';
import { WeightLock } from '../../src/engine/weight-lock.ts';
import { startWorker } from '../../src/engine/worker.ts';
import type { EchoFunctions } from './echo-worker.ts';

function start(onEvent?: (event: unknown) => void) {
  const parameters = new Parameters([{ name: 'w', shape: [512] }]);
  const lock = new WeightLock();
  const data = { shared: parameters.share(), lock: lock.buffer };
  const open = () => startWorker<EchoFunctions>(new URL('./echo-worker.ts', import.meta.url), { data, onEvent });
  return { parameters, lock, open };
}

describe('threads over shared weights', () => {
  it('never show a half-made update to a reader, and count every update', async () => {
    const events: unknown[] = [];
    const { parameters, lock, open } = start((event) => events.push(event));
    const writer = open();
    const readers = [open(), open()];
    const [, ...torn] = await Promise.all([
      writer.call('write', 40),
      ...readers.map((reader) => reader.call('torn', 60)),
    ]);
    expect(torn).toEqual([0, 0]);
    expect(parameters.values('w').every((value) => value === 40)).toBe(true);
    expect(lock.version).toBe(40);
    expect(events).toEqual([{ written: 40 }]);
    await Promise.all([writer, ...readers].map((worker) => worker.end()));
  });

  it('carry errors over with code and kind, and reject calls after the end', async () => {
    const { open } = start();
    const worker = open();
    await expect(worker.call('fail')).rejects.toMatchObject({
      code: 'test-code',
      kind: 'user',
      message: 'wrong on purpose',
    });
    await worker.end();
    await expect(worker.call('torn', 1)).rejects.toMatchObject({ code: 'worker-ended' });
  });
});

describe('WeightLock in one thread', () => {
  it('lets readers overlap, keeps the writer alone and does not starve it', async () => {
    const lock = new WeightLock();
    const log: string[] = [];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
    const reader = (name: string) =>
      lock.read(async (version) => {
        log.push(`${name}+${version}`);
        await pause();
        log.push(`${name}-`);
      });
    const early = [reader('a'), reader('b')];
    const write = lock.write(async () => {
      log.push('w+');
      await pause();
      log.push('w-');
    });
    await Promise.all([...early, write, reader('c')]);
    expect(log).toEqual(['a+0', 'b+0', 'a-', 'b-', 'w+', 'w-', 'c+1', 'c-']);
  });

  it('opens again after a writer that failed, without counting it', async () => {
    const lock = new WeightLock();
    await expect(lock.write(() => Promise.reject(new Error('no')))).rejects.toThrowError('no');
    expect(await lock.read(async (version) => version)).toBe(0);
  });
});
