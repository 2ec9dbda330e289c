/**
 * The golden requests through the real client and HTTP: the client sends what the API takes, LocalQdrant answers what it gives.
 */
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differenceOfCase, fillGolden, golden } from './golden-support.ts';
import { type QdrantDouble, startQdrantDouble } from './qdrant-http-double.ts';

describe('golden requests over HTTP', () => {
  let double: QdrantDouble;
  let client: QdrantClient;
  beforeAll(async () => {
    double = await startQdrantDouble();
    if (!double.validator) console.info('requests and responses are not validated: no OpenAPI file on this machine');
    client = new QdrantClient({ url: double.url, checkCompatibility: false });
    await fillGolden(client, 'golden');
  });
  afterAll(() => double.close());

  it('gives the same answers, every message valid', async () => {
    const differences: string[] = [];
    for (const example of golden.cases) {
      const difference = await differenceOfCase(client, 'golden', example).catch((error) =>
        JSON.stringify(error.data ?? String(error)),
      );
      if (difference) differences.push(`${example.method} ${example.name}: ${difference}`);
    }
    expect(differences).toEqual([]);
    expect(double.badResponses).toEqual([]);
  });
});
