/**
 * Room for others between two pieces of work on the one thread. Everything that computes takes its turn here: one piece a round
 * of the event loop, first come first served, so that what waits on the network never waits for more than one of them. A plain
 * `setImmediate` each would let all of them run in the same round.
 */
const waiting: (() => void)[] = [];
let first = 0;
let isScheduled = false;

function schedule(): void {
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    const next = waiting[first++];
    if (first === waiting.length) {
      waiting.length = 0;
      first = 0;
    } else {
      schedule();
    }
    next?.();
  });
}

/** Resolves when it is the caller's turn, one round of the event loop later at the earliest. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (!isScheduled) schedule();
  });
}
