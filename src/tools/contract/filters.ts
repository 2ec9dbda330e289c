/**
 * Contract of the filter language, and of counting. The odd corners stand in the golden fixtures; this is what a
 * caller relies on every day.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import type { StorePort } from '../stores/port.ts';
import type { ContractContext } from './context.ts';

const ROWS: Record<string, unknown>[] = [
  {
    city: 'Rome',
    size: 3,
    tags: ['a', 'b'],
    when: '2024-01-05T10:00:00Z',
    place: { lon: 12.5, lat: 41.9 },
    live: true,
  },
  { city: 'Paris', size: 7, tags: ['b'], when: '2024-03-01T00:00:00Z', place: { lon: 2.35, lat: 48.85 }, live: false },
  {
    city: 'Oslo',
    size: 1.5,
    tags: [],
    parts: [
      { kind: 'x', n: 1 },
      { kind: 'y', n: 5 },
    ],
    place: { lon: 10.75, lat: 59.9 },
  },
  { city: 'Lima', size: null, info: { owner: 'ann' }, parts: [{ kind: 'x', n: 5 }] },
  { city: 'Rome', size: 9, tags: ['c'], when: '2025-06-01' },
];

async function fill(store: StorePort, name: string): Promise<void> {
  await store.createCollection(name, { vectors: { dense: { size: 2, distance: 'Dot' } } });
  for (const [field_name, field_schema] of [
    ['city', 'keyword'],
    ['size', 'float'],
    ['when', 'datetime'],
    ['place', 'geo'],
  ] as const) {
    await store.createPayloadIndex(name, { wait: true, field_name, field_schema });
  }
  const points = ROWS.map((payload, id) => ({ id, vector: { dense: [id, 1] }, payload }));
  await store.upsert(name, { wait: true, points });
}

const CASES: [string, Schemas['Filter'], number[]][] = [
  ['match a value', { must: [{ key: 'city', match: { value: 'Rome' } }] }, [0, 4]],
  ['match a boolean', { must: [{ key: 'live', match: { value: false } }] }, [1]],
  ['match any', { must: [{ key: 'tags', match: { any: ['a', 'c'] } }] }, [0, 4]],
  ['match all but', { must: [{ key: 'city', match: { except: ['Rome', 'Lima'] } }] }, [1, 2]],
  ['range', { must: [{ key: 'size', range: { gt: 1.5, lte: 7 } }] }, [0, 1]],
  ['time range', { must: [{ key: 'when', range: { gte: '2024-02-01T00:00:00Z' } }] }, [1, 4]],
  ['number of values', { must: [{ key: 'tags', values_count: { gte: 1 } }] }, [0, 1, 4]],
  ['emptiness', { must: [{ is_empty: { key: 'tags' } }] }, [2, 3]],
  ['null', { must: [{ is_null: { key: 'size' } }] }, [3]],
  ['ids', { must: [{ has_id: [1, 3, 77] }] }, [1, 3]],
  ['a vector', { must: [{ has_vector: 'dense' }] }, [0, 1, 2, 3, 4]],
  ['a path', { must: [{ key: 'info.owner', match: { value: 'ann' } }] }, [3]],
  ['elements of arrays', { must: [{ key: 'parts[].n', range: { gte: 5 } }] }, [2, 3]],
  [
    'one element that fits altogether',
    {
      must: [
        {
          nested: {
            key: 'parts',
            filter: {
              must: [
                { key: 'kind', match: { value: 'x' } },
                { key: 'n', range: { gte: 5 } },
              ],
            },
          },
        },
      ],
    },
    [3],
  ],
  ['a circle', { must: [{ key: 'place', geo_radius: { center: { lon: 12.4, lat: 41.8 }, radius: 50_000 } }] }, [0]],
  [
    'a box',
    {
      must: [{ key: 'place', geo_bounding_box: { top_left: { lon: 0, lat: 60 }, bottom_right: { lon: 11, lat: 45 } } }],
    },
    [1, 2],
  ],
  [
    'one of several',
    {
      should: [
        { key: 'city', match: { value: 'Lima' } },
        { key: 'size', range: { gte: 9 } },
      ],
    },
    [3, 4],
  ],
  ['none of several', { must_not: [{ key: 'city', match: { value: 'Rome' } }, { is_empty: { key: 'tags' } }] }, [1]],
  [
    'enough of several',
    {
      min_should: {
        conditions: [
          { key: 'city', match: { value: 'Rome' } },
          { key: 'size', range: { gte: 3 } },
          { key: 'tags', match: { value: 'b' } },
        ],
        min_count: 2,
      },
    },
    [0, 1, 4],
  ],
  ['nothing', { must: [{ key: 'city', match: { value: 'Bonn' } }] }, []],
];

export function registerFilterContract({ runner: { describe, it, expect }, withStore }: ContractContext): void {
  describe('filters', () => {
    it(
      'select the same points in scroll, count and query',
      withStore(async (store, name) => {
        await fill(store, name);
        for (const [what, filter, expected] of CASES) {
          const { points } = await store.scroll(name, { filter, limit: 100 });
          expect([what, points.map(({ id }) => id)]).toEqual([what, expected]);
          expect([what, (await store.count(name, { filter, exact: true })).count]).toEqual([what, expected.length]);
          const found = await store.query(name, {
            query: [1, 0],
            using: 'dense',
            filter,
            limit: 100,
            params: { exact: true },
          });
          expect([what, found.points.map(({ id }) => id)]).toEqual([what, [...expected].reverse()]);
        }
      }),
    );
  });
}
