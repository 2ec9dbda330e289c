/**
 * Many readers or one writer, across threads, over shared memory: rollouts read the weights, the trainer writes them, and no
 * rollout sees a half-made update. A writer that waits keeps new readers out, so it always gets its turn. The version
 * counts the updates: what a rollout stamps on its samples.
 */

const READERS = 0;
const WRITER = 1;
const VERSION = 2;

export class WeightLock {
  readonly #cells: Int32Array<SharedArrayBuffer>;

  /** Pass `lock.buffer` to another thread and make a lock of it there. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(12)) {
    this.#cells = new Int32Array(buffer);
  }

  get buffer(): SharedArrayBuffer {
    return this.#cells.buffer;
  }

  /** Number of finished writes. */
  get version(): number {
    return Atomics.load(this.#cells, VERSION);
  }

  /** Runs `task` while nobody writes; many readers at a time. The task gets the version it reads. */
  async read<T>(task: (version: number) => Promise<T>): Promise<T> {
    while (!this.#enter()) await this.#until(WRITER, (writers) => writers === 0);
    try {
      return await task(this.version);
    } finally {
      this.#leave();
    }
  }

  /** Runs `task` alone, then counts the version up. A task that throws does not. */
  async write<T>(task: () => T | Promise<T>): Promise<T> {
    while (Atomics.compareExchange(this.#cells, WRITER, 0, 1) !== 0)
      await this.#until(WRITER, (writers) => writers === 0);
    try {
      await this.#until(READERS, (readers) => readers === 0);
      const result = await task();
      Atomics.add(this.#cells, VERSION, 1);
      return result;
    } finally {
      Atomics.store(this.#cells, WRITER, 0);
      Atomics.notify(this.#cells, WRITER);
    }
  }

  #enter(): boolean {
    // Counted in before looking: a writer that came in between sees this reader and waits for it to leave.
    Atomics.add(this.#cells, READERS, 1);
    if (Atomics.load(this.#cells, WRITER) === 0) return true;
    this.#leave();
    return false;
  }

  #leave(): void {
    Atomics.sub(this.#cells, READERS, 1);
    Atomics.notify(this.#cells, READERS);
  }

  // Asynchronous, because readers of one thread must not keep each other from leaving.
  async #until(cell: number, holds: (value: number) => boolean): Promise<void> {
    for (;;) {
      const value = Atomics.load(this.#cells, cell);
      if (holds(value)) return;
      const wait = Atomics.waitAsync(this.#cells, cell, value);
      if (wait.async) await wait.value;
    }
  }
}
