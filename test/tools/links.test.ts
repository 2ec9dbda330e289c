/** Links and metadata, from the document that is ingested to the passage that is cited, and through an export. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { KnowledgeDocument } from '../../src/tools/document.ts';
import type { Modality } from '../../src/tools/knowledge-base.ts';
import { openKnowledgeBase } from '../../src/tools/open.ts';
import { PassageSchema } from '../../src/tools/passage.ts';
import { exportKnowledgeBase, importKnowledgeBase } from '../../src/tools/portable.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { memoryStore, PROVIDERS } from './fixtures.ts';

const folder = await mkdtemp(join(tmpdir(), 'r1-router-links-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const metadata = {
  author: 'Ann',
  year: 2024,
  draft: false,
  tags: ['x'],
  loc: { lines: { from: 1, to: 9 } },
  none: null,
};
const CASES: [Modality, KnowledgeDocument, string | undefined][] = [
  [
    'text',
    { id: 'page', title: 'Zebras', text: 'A zebra has stripes.', url: 'https://example.org/zebra?a=1#top', metadata },
    'https://example.org/zebra?a=1#top',
  ],
  ['text', { id: 'file', text: 'A zebra has stripes.', url: 'notes/zebra.md', metadata }, 'notes/zebra.md'],
  [
    'text',
    { id: 'long', text: 'A zebra has stripes. '.repeat(200).trim(), url: 'https://example.org/long', metadata },
    'https://example.org/long',
  ],
  [
    'table',
    {
      id: 'table',
      header: ['Animal'],
      rows: Array.from({ length: 25 }, () => ['zebra']),
      url: 'https://example.org/t',
      metadata,
    },
    'https://example.org/t',
  ],
  [
    'text-image',
    { id: 'picture', text: 'A zebra.', url: 'https://example.org/zebra.png', metadata },
    'https://example.org/zebra.png',
  ],
  ['text', { id: 'plain', text: 'A zebra has stripes.' }, undefined],
];

describe.each(PROVIDERS)('on $name', ({ open }) => {
  test.each(CASES)('%s document %o', async (modality, document, url) => {
    const { store, close } = await open();
    const knowledgeBase = await createKnowledgeBase({ store, card: { name: 'kb', description: 'x', modality } });
    expect(await knowledgeBase.ingest([document])).toMatchObject({ documents: 1, errors: [] });
    const check = async (opened: typeof knowledgeBase) => {
      const passages = await opened.search({ text: 'zebra' });
      expect(passages.length).toBeGreaterThan(0);
      for (const passage of passages) {
        expect(passage.url).toBe(url);
        expect(passage.metadata).toEqual(document.metadata);
        expect(PassageSchema.parse(passage)).toEqual(passage);
      }
      expect(await opened.get([document.id])).toEqual([document]);
    };
    await check(knowledgeBase);
    await knowledgeBase.reindex();
    await check(knowledgeBase);
    const file = join(folder, `${document.id}.jsonl.gz`);
    await exportKnowledgeBase({ store, name: 'kb', file });
    await importKnowledgeBase({ store, file, name: 'again' });
    await check(await openKnowledgeBase({ store, name: 'again' }));
    await close();
  });
});

test('a link that would run a script, and metadata that JSON does not hold, are refused; a new link is a new version', async () => {
  const store = await memoryStore();
  const knowledgeBase = await createKnowledgeBase({ store, card: { name: 'kb', description: 'x', modality: 'text' } });
  let deep: unknown = 1;
  for (let level = 0; level < 20_000; level++) deep = [deep];
  const bad = [
    { url: 'javascript:alert(1)' },
    { url: ' java\nscript:alert(1)' },
    { url: 'data:text/html,x' },
    { url: '' },
    { metadata: { when: new Date(0) } },
    { metadata: { call: () => 1 } },
    { metadata: { size: 1n } },
    { metadata: { ratio: Number.NaN } },
    { metadata: { deep } },
    { metadata: ['x'] },
  ];
  const rows = bad.map((fields, i) => ({ id: String(i), text: 'x', ...fields }) as never);
  const { documents, errors } = await knowledgeBase.ingest(rows);
  expect([documents, errors.length]).toEqual([0, bad.length]);
  expect(errors[0]!.message).toContain('url: must be the address of a page');
  expect(errors[4]!.message).toContain('metadata: must be plain JSON');

  await knowledgeBase.ingest([{ id: 'a', text: 'zebra', url: 'https://example.org/1' }]);
  await knowledgeBase.ingest([{ id: 'a', text: 'zebra', url: 'https://example.org/2' }]);
  expect(await knowledgeBase.search({ text: 'zebra' })).toMatchObject([{ id: 'a', url: 'https://example.org/2' }]);
  await store.close();
});
