/**
 * LocalQdrant against the answers of Qdrant's own engine.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalQdrant, openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { differenceOfCase, fillGolden, golden } from './golden-support.ts';

describe('golden answers of the engine', () => {
  let store: LocalQdrant;
  beforeAll(async () => {
    store = await openLocalQdrant({ location: ':memory:' });
    await fillGolden(store, 'golden');
  });
  afterAll(() => store.close());

  it.each(golden.cases.map((example) => [`${example.method} ${example.name}`, example] as const))(
    '%s',
    async (_, example) => {
      expect(await differenceOfCase(store, 'golden', example)).toBeUndefined();
    },
  );
});
