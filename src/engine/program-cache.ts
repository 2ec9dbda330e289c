/** Compiled programs by key, a bounded number of them: the least recently used leaves first, so that memory stays flat. */
import type { Program } from './program.ts';

export class ProgramCache {
  readonly #programs = new Map<string, Promise<Program>>();
  readonly #kept: number;

  constructor(kept: number) {
    this.#kept = kept;
  }

  get size(): number {
    return this.#programs.size;
  }

  async get(key: string, make: () => Promise<Program>): Promise<Program> {
    const program = this.#programs.get(key) ?? make();
    this.#programs.delete(key);
    this.#programs.set(key, program);
    program.catch(() => this.#programs.delete(key));
    for (const oldest of this.#programs.keys()) {
      if (this.#programs.size <= this.#kept) break;
      const leaving = this.#programs.get(oldest)!;
      this.#programs.delete(oldest);
      await (await leaving).release();
    }
    return program;
  }

  async release(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await (await program).release();
  }
}
