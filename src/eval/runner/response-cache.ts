/**
 * A cache of chat-model responses in a folder, keyed by the content of the request: prompt, model and its parameters, hashed.
 * One file a response, so that processes share it and a kill leaves no half. Give it to a model as `cache`. With a temperature
 * above 0 a cached model gives the same sample again: `namespace` (say, the seed) keeps samples apart that should differ.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BaseCache, deserializeStoredGeneration, serializeGeneration } from '@langchain/core/caches';
import type { Generation } from '@langchain/core/outputs';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { contentHash } from '../../common/content-hash.ts';

export class ResponseCache extends BaseCache<Generation[]> {
  readonly #folder: string;
  readonly #namespace: string;
  hits = 0;
  misses = 0;

  constructor({ folder, namespace = '' }: { folder: string; namespace?: string }) {
    super();
    this.#folder = folder;
    this.#namespace = namespace;
  }

  async lookup(prompt: string, model: string): Promise<Generation[] | null> {
    try {
      const stored = JSON.parse(await readFile(this.#file(prompt, model), 'utf8')) as Parameters<
        typeof deserializeStoredGeneration
      >[0][];
      this.hits += 1;
      return stored.map(deserializeStoredGeneration);
    } catch {
      this.misses += 1;
      return null;
    }
  }

  async update(prompt: string, model: string, value: Generation[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFileAtomic(this.#file(prompt, model), JSON.stringify(value.map(serializeGeneration)));
  }

  #file(prompt: string, model: string): string {
    return join(this.#folder, `${contentHash({ namespace: this.#namespace, prompt, model })}.json`);
  }
}
