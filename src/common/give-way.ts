/**
 * Room for others between two pieces of work on the one thread. Everything that computes takes its turn here: once the thread has
 * computed for a few milliseconds, one piece a round of the event loop, first come first served, so that what waits on the network never
 * waits for more than that and one piece. A plain `setImmediate` each would let all of them run in the same round.
 */
const waiting: (() => void)[] = [];
let first = 0;
let isScheduled = false;
/** When the event loop last came round. */
let round = 0;

/** A round of the event loop costs more than a short piece of work; nobody notices a wait of this many milliseconds. */
const LONGEST = 4;

function schedule(): void {
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    round = performance.now();
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

/** Resolves when it is the caller's turn: at once where the event loop has just come round and nobody else waits. */
export async function giveWay(): Promise<void> {
  if (waiting.length === 0 && performance.now() - round < LONGEST) return;
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    if (!isScheduled) schedule();
  });
}
