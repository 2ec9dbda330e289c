/**
 * The golden fixtures (see scripts/golden) and how answers are compared with them: scores within 1e-5, and the same ids except
 * inside blocks of equal scores, whose order Qdrant leaves open.
 */
import { readFileSync } from 'node:fs';
import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import type { ClientFace } from './client-face.ts';

const Hit = z.object({ id: z.union([z.number(), z.string()]), score: z.number(), order_value: z.number().optional() });
type Hit = z.infer<typeof Hit>;
const Hits = z.array(Hit);
const Page = z.object({
  points: z.array(z.looseObject({ id: z.union([z.number(), z.string()]) })),
  next: z.unknown().optional(),
});
const Groups = z.array(z.object({ id: z.union([z.number(), z.string()]), hits: Hits }));

const Case = z.object({
  name: z.string(),
  method: z.enum(['query', 'scroll', 'count', 'facet', 'queryGroups']),
  oracle: z.enum(['edge', 'client', 'server']),
  request: z.record(z.string(), z.unknown()),
  expect: z.unknown().optional(),
  error: z.string().optional(),
});
export type GoldenCase = z.infer<typeof Case>;

const Fixture = z.object({
  collection: z.record(z.string(), z.unknown()),
  indexes: z.record(z.string(), z.unknown()),
  points: z.array(z.record(z.string(), z.unknown())),
  cases: z.array(Case),
});

export const golden = Fixture.parse(
  JSON.parse(readFileSync(new URL('./fixtures/golden.json', import.meta.url), 'utf8')),
);

export async function fillGolden(store: ClientFace, name: string): Promise<void> {
  await store.createCollection(name, golden.collection);
  for (const [field, schema] of Object.entries(golden.indexes)) {
    await store.createPayloadIndex(name, {
      field_name: field,
      field_schema: schema as Schemas['PayloadFieldSchema'],
      wait: true,
    });
  }
  await store.upsert(name, { points: golden.points as Schemas['PointStruct'][], wait: true });
}

const TOLERANCE = 1e-5;
const close = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));

/** What is different, or undefined. */
export function differenceOfHits(
  actual: readonly Hit[],
  expected: readonly Hit[],
  { limit, offset }: { limit?: unknown; offset?: unknown } = {},
): string | undefined {
  const cutAtStart = typeof offset === 'number' && offset > 0;
  const cutAtEnd = limit === expected.length;
  if (actual.length !== expected.length) return `${actual.length} hits instead of ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    if (!close(actual[i]!.score, expected[i]!.score)) {
      return `score ${actual[i]!.score} of ${actual[i]!.id} at ${i}, expected ${expected[i]!.score} of ${expected[i]!.id}`;
    }
    if (actual[i]!.order_value !== expected[i]!.order_value) {
      return `order value ${actual[i]!.order_value} at ${i}, expected ${expected[i]!.order_value}`;
    }
  }
  for (let start = 0; start < expected.length; ) {
    let end = start + 1;
    while (end < expected.length && sameBlock(expected[end - 1]!, expected[end]!)) end += 1;
    // The first and the last block may have been cut anywhere by offset and limit.
    if (!(start === 0 && cutAtStart) && !(end === expected.length && cutAtEnd)) {
      const ids = (hits: readonly Hit[]) =>
        hits
          .slice(start, end)
          .map(({ id }) => String(id))
          .sort()
          .join(' ');
      if (ids(actual) !== ids(expected)) return `ids ${ids(actual)} at ${start}, expected ${ids(expected)}`;
    }
    start = end;
  }
  return undefined;
}

const sameBlock = (a: Hit, b: Hit) => close(a.score, b.score) && a.order_value === b.order_value;

/** Runs a case; returns what differs from the fixture, or undefined. */
export async function differenceOfCase(
  store: ClientFace,
  name: string,
  example: GoldenCase,
): Promise<string | undefined> {
  const { request, expect } = example;
  switch (example.method) {
    case 'query': {
      const { points } = await store.query(name, {
        ...request,
        params: { exact: true, ...(request.params as object) },
      });
      return differenceOfHits(Hits.parse(points), Hits.parse(expect), request);
    }
    case 'count': {
      const { count } = await store.count(name, request);
      return count === expect ? undefined : `count ${count}, expected ${expect}`;
    }
    case 'facet': {
      const { hits } = await store.facet(name, request as Parameters<ClientFace['facet']>[1]);
      return differenceOf(hits, expect);
    }
    case 'scroll': {
      const { points, next_page_offset: next } = await store.scroll(name, request);
      const wanted = Page.parse(expect);
      if ('order_by' in request) {
        const ranked = (list: readonly { id: string | number; order_value?: unknown }[]) =>
          list.map(({ id, order_value }) => ({ id, score: 0, order_value: Number(order_value) }));
        return differenceOfHits(ranked(points), ranked(wanted.points), request);
      }
      return differenceOf({ points, next: next ?? null }, { points: wanted.points, next: wanted.next ?? null });
    }
    case 'queryGroups': {
      const { groups } = await store.queryGroups(name, request as Parameters<ClientFace['queryGroups']>[1]);
      const wanted = Groups.parse(expect);
      if (groups.length !== wanted.length) return `${groups.length} groups, expected ${wanted.length}`;
      for (const [i, group] of wanted.entries()) {
        if (groups[i]!.id !== group.id) return `group ${groups[i]!.id} at ${i}, expected ${group.id}`;
        const difference = differenceOfHits(Hits.parse(groups[i]!.hits), group.hits);
        if (difference) return `group ${group.id}: ${difference}`;
      }
      return undefined;
    }
    default:
      return example.method satisfies never;
  }
}

/** Deep comparison; numbers within the tolerance. */
function differenceOf(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (typeof actual === 'number' && typeof expected === 'number' && close(actual, expected)) return undefined;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return Object.is(actual, expected)
      ? undefined
      : `${path}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`;
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const key of keys) {
    const difference = differenceOf(
      (actual as Record<string, unknown>)[key],
      (expected as Record<string, unknown>)[key],
      `${path}.${key}`,
    );
    if (difference) return difference;
  }
  return undefined;
}
