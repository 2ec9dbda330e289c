/**
 * Requests of several runs collected into one batch in front of a sampler. Runs that joined go in step: a batch is sampled when all
 * that are under way wait for one, so that what stands in a batch does not depend on which search ended first. Requests of nobody
 * that joined are collected for one turn of the event loop.
 */
import type { SampledRow, SampleOptions, Sampler } from './sampler.ts';

export interface SampleRequest extends Pick<SampleOptions, 'temperature' | 'topK' | 'endTokens' | 'form' | 'signal'> {
  maxTokens: number;
  seed: string | number;
}

interface Waiting {
  prompt: readonly number[];
  request: SampleRequest;
  resolve(row: SampledRow): void;
  reject(error: unknown): void;
}

/** What a queue samples with: a sampler, or several. */
export type BatchSampler = Pick<Sampler, 'sample'>;

export class SampleQueue {
  readonly #sampler: BatchSampler;
  readonly #rows: number;
  readonly #parts: number;
  #joined = 0;
  #waiting: Waiting[] = [];
  #isDue = false;

  /** `rows` is the largest batch; `parts` says into how many a batch is split at least, for a sampler that has several threads. */
  constructor(sampler: BatchSampler, { rows = 32, parts = 1 }: { rows?: number; parts?: number } = {}) {
    this.#sampler = sampler;
    this.#rows = rows;
    this.#parts = parts;
  }

  /** Runs a run whose requests others wait for. */
  async join<Result>(run: () => Promise<Result>): Promise<Result> {
    this.#joined++;
    try {
      return await run();
    } finally {
      this.#joined--;
      this.#schedule();
    }
  }

  sample(prompt: readonly number[], request: SampleRequest): Promise<SampledRow> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ prompt, request, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isDue || this.#waiting.length === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (this.#waiting.length < this.#joined) return;
      const batch = this.#waiting;
      this.#waiting = [];
      void this.#sampleAll(batch);
    });
  }

  async #sampleAll(batch: readonly Waiting[]): Promise<void> {
    const ready = batch.filter(({ request: { signal }, reject }) => {
      if (signal?.aborted) reject(signal.reason);
      return !signal?.aborted;
    });
    // By what they are and not by when they came; prompts of one length side by side are padded least.
    const sorted = ready.toSorted(
      (a, b) => a.prompt.length - b.prompt.length || compare(String(a.request.seed), String(b.request.seed)),
    );
    const parts = [...Map.groupBy(sorted, ({ request }) => settingsOf(request)).values()].flatMap((same) => {
      const rows = Math.min(this.#rows, Math.ceil(same.length / this.#parts));
      return Array.from({ length: Math.ceil(same.length / rows) }, (_, part) =>
        same.slice(part * rows, (part + 1) * rows),
      );
    });
    await Promise.all(parts.map((part) => this.#samplePart(part)));
  }

  async #samplePart(part: readonly Waiting[]): Promise<void> {
    const { seed: _seed, signal, ...request } = part[0]!.request;
    const isShared = part.every((other) => other.request.signal === signal);
    try {
      const rows = await this.#sampler.sample(
        part.map(({ prompt }) => prompt),
        { ...request, seeds: part.map((one) => one.request.seed), signal: isShared ? signal : undefined },
      );
      for (const [place, { resolve }] of part.entries()) resolve(rows[place]!);
    } catch (error) {
      for (const { reject } of part) reject(error);
    }
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Requests of the same settings may stand in one batch. */
function settingsOf({ maxTokens, temperature, topK, endTokens, form }: SampleRequest): string {
  return JSON.stringify([maxTokens, temperature, topK, endTokens, form?.id]);
}
