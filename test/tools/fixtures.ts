/** Stores and a few documents, for the tests of the planner. */
import { expect } from 'vitest';
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import type { StorePort } from '../../src/tools/stores/port.ts';
import { openQdrant } from '../../src/tools/stores/qdrant/index.ts';
import { startQdrantDouble } from './stores/qdrant-http-double.ts';

export const memoryStore = () => openLocalQdrant({ location: ':memory:' });

interface TestStore {
  store: StorePort;
  close(): Promise<void>;
}

/** In process, and through the real client over HTTP, every request and response checked against Qdrant's OpenAPI file. */
export const PROVIDERS: { name: string; open(): Promise<TestStore> }[] = [
  {
    name: 'the embedded store',
    async open() {
      const store = await memoryStore();
      return { store, close: () => store.close() };
    },
  },
  {
    name: 'a server',
    async open() {
      const double = await startQdrantDouble();
      const store = await openQdrant({ url: double.url });
      return {
        store,
        async close() {
          await double.close();
          expect(double.badResponses).toEqual([]);
        },
      };
    },
  },
];

export const TEXTS = [
  {
    id: 'otter',
    title: 'Otter',
    text: 'Otters are carnivorous mammals that swim in rivers.',
    metadata: { kind: 'animal' },
  },
  { id: 'oak', title: 'Oak', text: 'An oak is a tree with lobed leaves and acorns.', metadata: { kind: 'plant' } },
  { id: 'river', title: 'River', text: 'A river is a natural stream of fresh water.' },
];

export const RIVERS = {
  id: 'rivers',
  title: 'Longest rivers',
  section: 'World',
  header: ['River', 'Length (km)', 'Continent'],
  rows: Array.from({ length: 24 }, (_, i) => [`River${i}`, String(6000 - i * 10), i % 2 ? 'Asia' : 'Africa']),
};
