/**
 * What the benches of training share: the atlas with its searches remembered from one process to the next, below
 * node_modules/.cache, so that twenty trainings pay for a search once. Answers are those of the store; only waiting is saved.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { writeFileAtomic } from '../../src/common/atomic-file.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { english } from '../../src/offline/english/english.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import type { SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import { atlasStamp } from '../../src/tools/open/atlas.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import type { Passage } from '../../src/tools/passage.ts';
import type { TrainingWorld } from '../../src/train/trainer/train-scorer.ts';

export const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/r1-router-training');

export interface BenchWorld extends TrainingWorld {
  /** Writes what was learnt of searches, and closes the store. */
  close(): Promise<void>;
}

export async function benchWorld(): Promise<BenchWorld> {
  const atlas = await openKnowledgeBases();
  const file = join(CACHE, `searches-${(await atlasStamp()).slice(0, 16)}`);
  await mkdir(CACHE, { recursive: true });
  const known: Map<string, Passage[]> = await readFile(file).then(deserialize, () => new Map());
  const before = known.size;
  const language = english();
  return {
    knowledgeBases: atlas.knowledgeBases.map((knowledgeBase) => withMemory(knowledgeBase, known)),
    images: memoryImageStore(),
    reader: extractiveReader({ language }),
    answerer: extractiveAnswerer({ language }),
    language,
    async close() {
      if (known.size > before) await writeFileAtomic(file, serialize(known));
      await atlas.close();
    },
  };
}

function withMemory(knowledgeBase: SearchableKnowledgeBase, known: Map<string, Passage[]>): SearchableKnowledgeBase {
  const { name, description, modality, cost } = knowledgeBase;
  return {
    name,
    description,
    modality,
    cost,
    async search(query, options = {}) {
      const key = JSON.stringify([name, query.text, query.image?.hash, options.limit]);
      const before = known.get(key);
      if (before) return before;
      const { signal: _signal, ...rest } = options;
      const passages = await knowledgeBase.search(query, rest);
      known.set(key, passages);
      return passages;
    },
  };
}
