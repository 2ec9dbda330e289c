/** Citations rest on identities: what differs in one code unit of its id is another document, on every path through a store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openKnowledgeBase } from '../../src/tools/open.ts';
import { exportKnowledgeBase, importKnowledgeBase } from '../../src/tools/portable.ts';
import { createKnowledgeBase, type StoreKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import type { StorePort } from '../../src/tools/stores/port.ts';
import { memoryStore, PROVIDERS } from './fixtures.ts';

const folder = await mkdtemp(join(tmpdir(), 'r1-router-identity-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Pairs that a careless key would merge: folders, case, normal forms, digits past 2^53, spaces, names of Object's own. */
const ALIKE = [
  ['a/README.md', 'b/README.md'],
  ['readme', 'README'],
  ['caf\u00e9', 'cafe\u0301'],
  ['\u212b', '\u00c5'],
  ['1234567890123456789', '1234567890123456788'],
  ['1', '01'],
  ['1e3', '1000'],
  ['x', 'x '],
  ['a\tb', 'a b'],
  ['__proto__', 'constructor'],
  ['file.csv', 'file'],
  ['ss', '\u00df'],
  ['\u{1f600}', '\ufffd'],
  ['n', 'n#1'],
  ['n#1#0', 'n#0'],
] as const;
const IDS = ALIKE.flat();

const documentsOf = (ids: readonly string[]) => ids.map((id, i) => ({ id, text: `Word${i} is the word of this one.` }));

async function expectApart(knowledgeBase: StoreKnowledgeBase, ids: readonly string[]) {
  const documents = documentsOf(ids);
  expect(await knowledgeBase.stats()).toMatchObject({ documents: ids.length });
  expect(await knowledgeBase.get(ids)).toEqual(documents);
  const listed = [];
  for await (const document of knowledgeBase.documents()) listed.push(document);
  expect(listed).toHaveLength(ids.length);
  expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(ids));
  for (const [i, id] of ids.entries()) {
    expect(await knowledgeBase.search({ text: `word${i}` }, { limit: 1 })).toMatchObject([{ documentId: id }]);
  }
  const passages = await knowledgeBase.search({ text: 'this' }, { limit: 2 * ids.length });
  expect(new Set(passages.map(({ id }) => id)).size).toBe(passages.length);
}

async function filled(store: StorePort, name: string, ids: readonly string[]) {
  const knowledgeBase = await createKnowledgeBase({
    store,
    card: { name, description: 'x', modality: 'text' },
    index: { sparse: { language: 'none' } },
  });
  const report = await knowledgeBase.ingest(documentsOf(ids));
  expect(report).toMatchObject({ documents: ids.length, duplicates: 0, errors: [] });
  return knowledgeBase;
}

describe.each(PROVIDERS)('on $name', ({ open }) => {
  test('ids that look alike are kept apart: written, read, searched, deleted, indexed anew', async () => {
    const { store, close } = await open();
    const knowledgeBase = await filled(store, 'alike', IDS);
    await expectApart(knowledgeBase, IDS);
    expect((await knowledgeBase.ingest(documentsOf(IDS))).duplicates).toBe(IDS.length);
    await knowledgeBase.reindex();
    await expectApart(knowledgeBase, IDS);
    for (const [one, other] of ALIKE) {
      expect(await knowledgeBase.delete([one])).toBe(1);
      expect(await knowledgeBase.get([one, other])).toMatchObject([{ id: other }]);
    }
    await close();
  });
});

test('an export and its import keep them apart', async () => {
  const store = await memoryStore();
  await filled(store, 'first', IDS);
  const file = join(folder, 'alike.jsonl');
  await exportKnowledgeBase({ store, name: 'first', file });
  await importKnowledgeBase({ store, file, name: 'second' });
  await expectApart(await openKnowledgeBase({ store, name: 'second' }), IDS);
  await store.close();
});

test('a document called "a#1" is not the second passage of "a"', async () => {
  const store = await memoryStore();
  const knowledgeBase = await createKnowledgeBase({
    store,
    card: { name: 'numbered', description: 'x', modality: 'table' },
    index: { tableRows: 1 },
  });
  const table = (id: string, values: string[]) => ({ id, header: ['Animal'], rows: values.map((value) => [value]) });
  const documents = [
    table('a', ['zebra one', 'zebra two']),
    table('a#1', ['zebra three']),
    table('a#1#0', ['zebra four']),
  ];
  await knowledgeBase.ingest(documents);
  const passages = await knowledgeBase.search({ text: 'zebra' });
  expect(passages.map(({ id }) => id).sort()).toEqual(['a#0', 'a#1', 'a#1#0', 'a#1#0#0']);
  expect(await knowledgeBase.get(['a', 'a#1', 'a#1#0'])).toEqual(documents);
  await store.close();
});

test('any two ids that differ are two documents', async () => {
  const store = await memoryStore();
  let run = 0;
  const id = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
    fc.constantFrom('a', 'A', 'a#0', 'a#1', 'a\u0301', '\u00e1', '0', '-0', ' ', '\n'),
  );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(id, { minLength: 2, maxLength: 12 }), async (ids) => {
      await expectApart(await filled(store, `any ${run++}`, ids), ids);
    }),
    { numRuns: 8, seed: 7 },
  );
  await store.close();
});

test('a number as an id is refused with the way out, and a lone surrogate too; the others are stored', async () => {
  const store = await memoryStore();
  const knowledgeBase = await createKnowledgeBase({ store, card: { name: 'n', description: 'x', modality: 'text' } });
  const rows = [
    { id: 1234567890123456789n, text: 'a bigint' },
    { id: 12, text: 'a number' },
    { id: 'x\ud800', text: 'half a character' },
    { id: 'good', text: 'a text' },
  ] as unknown as { id: string; text: string }[];
  const { documents, errors } = await knowledgeBase.ingest(rows);
  expect(documents).toBe(1);
  expect(errors.map(({ message }) => message)).toEqual([
    'id: must be a text; put a number in quotes, so that long ones keep their digits',
    'id: must be a text; put a number in quotes, so that long ones keep their digits',
    'id: is not well-formed Unicode',
  ]);
  await store.close();
});
