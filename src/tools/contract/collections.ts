/**
 * Contract of collections, aliases and payload indexes.
 */
import type { ContractContext } from './context.ts';

const CONFIG = {
  vectors: { dense: { size: 4, distance: 'Cosine' as const } },
  sparse_vectors: { words: { modifier: 'idf' as const } },
};

export function registerCollectionContract({ runner: { describe, it, expect }, withStore }: ContractContext): void {
  describe('collections', () => {
    it(
      'are created, described, listed and deleted',
      withStore(async (store, name) => {
        expect((await store.collectionExists(name)).exists).toBe(false);
        expect(await store.createCollection(name, CONFIG)).toBe(true);
        expect((await store.collectionExists(name)).exists).toBe(true);
        const { collections } = await store.getCollections();
        expect(collections.some((collection) => collection.name === name)).toBe(true);
        const info = await store.getCollection(name);
        expect(info.points_count).toBe(0);
        const { vectors, sparse_vectors } = info.config.params;
        expect(JSON.stringify(vectors).includes('"size":4')).toBe(true);
        expect(sparse_vectors?.words?.modifier).toBe('idf');
        expect(await store.deleteCollection(name)).toBe(true);
        expect((await store.collectionExists(name)).exists).toBe(false);
        expect(await store.deleteCollection(name)).toBe(false);
      }),
    );

    it(
      'are reached by aliases, which move in one step',
      withStore(async (store, name) => {
        const other = `${name}-other`;
        const alias = `${name}-alias`;
        await store.createCollection(name, CONFIG);
        await store.createCollection(other, CONFIG);
        try {
          await store.upsert(other, { wait: true, points: [{ id: 7, vector: { dense: [1, 0, 0, 0] } }] });
          await store.updateCollectionAliases({
            actions: [{ create_alias: { collection_name: name, alias_name: alias } }],
          });
          expect((await store.count(alias, { exact: true })).count).toBe(0);
          await store.updateCollectionAliases({
            actions: [
              { delete_alias: { alias_name: alias } },
              { create_alias: { collection_name: other, alias_name: alias } },
            ],
          });
          expect((await store.count(alias, { exact: true })).count).toBe(1);
          const { aliases } = await store.getAliases();
          expect(aliases.filter((entry) => entry.alias_name === alias)).toEqual([
            { alias_name: alias, collection_name: other },
          ]);
          await store.updateCollectionAliases({
            actions: [{ rename_alias: { old_alias_name: alias, new_alias_name: `${alias}-2` } }],
          });
          expect((await store.retrieve(`${alias}-2`, { ids: [7] })).length).toBe(1);
        } finally {
          await store.deleteCollection(other);
        }
      }),
    );

    it(
      'report their payload indexes',
      withStore(async (store, name) => {
        await store.createCollection(name, CONFIG);
        await store.createPayloadIndex(name, { wait: true, field_name: 'color', field_schema: 'keyword' });
        await store.createPayloadIndex(name, {
          wait: true,
          field_name: 'tenant',
          field_schema: { type: 'keyword', is_tenant: true },
        });
        const { payload_schema } = await store.getCollection(name);
        expect(Object.keys(payload_schema).sort()).toEqual(['color', 'tenant']);
        expect(payload_schema.color?.data_type).toBe('keyword');
      }),
    );
  });
}
