import { expect, it } from 'vitest';
import { giveWay } from '../../src/common/give-way.ts';

/** Holds the thread. */
function compute(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('lets the event loop come round between pieces of work, one piece a round', async () => {
  const seen: string[] = [];
  const work = async (name: string) => {
    for (let piece = 0; piece < 3; piece++) {
      await giveWay();
      seen.push(name);
      compute(6);
    }
  };
  let rounds = 0;
  let isDone = false;
  const watch = () => {
    rounds++;
    if (!isDone) setImmediate(watch);
  };
  setImmediate(watch);
  await Promise.all([work('a'), work('b')]);
  isDone = true;
  expect(seen).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect(rounds).toBeGreaterThanOrEqual(5);
});

it('costs no round where little was computed', async () => {
  const comesRound = async () => {
    await new Promise(setImmediate);
    await giveWay();
    let isLater = false;
    setImmediate(() => {
      isLater = true;
    });
    for (let piece = 0; piece < 10; piece++) await giveWay();
    return isLater;
  };
  // On a busy machine the thread itself may have to wait.
  const tries: boolean[] = [];
  for (let count = 0; count < 20; count++) tries.push(await comesRound());
  expect(tries).toContain(false);
});
