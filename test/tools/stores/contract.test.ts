/**
 * The exported contract suite on every provider there is: LocalQdrant in memory and in a directory, the real client over HTTP to
 * the double, and a real server where QDRANT_URL names one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, it } from 'vitest';
import { registerStoreContract } from '../../../src/tools/contract/index.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { startQdrantDouble } from './qdrant-http-double.ts';

const runner = { describe, it, expect };

registerStoreContract(runner, {
  name: 'LocalQdrant in memory',
  open: async () => {
    const store = await openLocalQdrant({ location: ':memory:' });
    return { store, close: () => store.close() };
  },
});

registerStoreContract(runner, {
  name: 'LocalQdrant in a directory',
  open: async () => {
    const location = mkdtempSync(join(tmpdir(), 'r1-store-'));
    const store = await openLocalQdrant({ location });
    return {
      store,
      async close() {
        await store.close();
        rmSync(location, { recursive: true, force: true });
      },
    };
  },
});

registerStoreContract(runner, {
  name: 'QdrantClient over HTTP',
  open: async () => {
    const double = await startQdrantDouble();
    return {
      store: new QdrantClient({ url: double.url, checkCompatibility: false }),
      async close() {
        await double.close();
        expect(double.badResponses).toEqual([]);
      },
    };
  },
});

const url = process.env.QDRANT_URL;
if (url) {
  registerStoreContract(runner, {
    name: `Qdrant at ${url}`,
    open: async () => ({
      store: new QdrantClient({ url, apiKey: process.env.QDRANT_API_KEY }),
      close: async () => undefined,
    }),
  });
} else {
  it.skip('store contract on a real Qdrant: QDRANT_URL is not set', () => undefined);
}
