/** A file read in pieces by place, and how much of it may be unpacked at a time. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const WINDOW = 64 * 1024;
const MEGABYTE = 1024 * 1024;
const LEAST_UNPACKED = 64 * MEGABYTE;
const MOST_UNPACKED = 512 * MEGABYTE;
/** Texts and numbers pack to a tenth; only what is made to fill a memory unpacks to more than this. */
const UNPACKED_A_BYTE = 16;

export class FileBytes {
  readonly size: number;
  readonly #file: number;
  #window = new Uint8Array(0);
  #start = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.size = fstatSync(this.#file).size;
  }

  /** The bytes from `start`, as long as nobody writes to them. Throws where the file ends before. */
  read(start: number, length: number): Uint8Array {
    if (!(start >= 0 && length >= 0 && start + length <= this.size))
      throw new Error('the file ends before its data does');
    const at = start - this.#start;
    if (at >= 0 && at + length <= this.#window.length) return this.#window.subarray(at, at + length);
    const window = new Uint8Array(Math.max(length, Math.min(WINDOW, this.size - start)));
    for (let done = 0; done < window.length; ) {
      const count = readSync(this.#file, window, done, window.length - done, start + done);
      if (count === 0) throw new Error('the file ends before its data does');
      done += count;
    }
    this.#window = window;
    this.#start = start;
    return window.subarray(0, length);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What a file holds unpacked at a time, at most 64 MB and 16 times its size, and 512 MB whatever its size. */
export class Budget {
  readonly #most: number;
  held = 0;

  constructor(fileBytes: number) {
    this.#most = Math.min(MOST_UNPACKED, LEAST_UNPACKED + UNPACKED_A_BYTE * fileBytes);
  }

  /** Before the bytes are set aside. */
  take(bytes: number): void {
    if (!(this.held + bytes <= this.#most)) {
      throw new Error(`it unpacks to more than ${Math.floor(this.#most / MEGABYTE)} MB at a time`);
    }
    this.held += bytes;
  }
}
