/** Ingests `argv[3]` into the store at `argv[2]`, printing what has been acknowledged; the tests kill it. */
import { join } from 'node:path';
import { ingestSources } from '../../../src/tools/ingest/job.ts';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import { openKnowledgeBase } from '../../../src/tools/open.ts';
import { createKnowledgeBase, listKnowledgeBases } from '../../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

const [location, source] = process.argv.slice(2) as [string, string];
const store = await openLocalQdrant({ location });
const exists = (await listKnowledgeBases(store)).some(({ name }) => name === 'docs');
const knowledgeBase = exists
  ? await openKnowledgeBase({ store, name: 'docs' })
  : await createKnowledgeBase({ store, card: { name: 'docs', description: 'Documents.', modality: 'text' } });
await ingestSources({
  knowledgeBase: {
    ...knowledgeBase,
    // Small portions, so that kills meet every part of the work; the first is measured whole.
    async ingest(documents, options) {
      return knowledgeBase.ingest(documents, {
        ...options,
        onProgress: ({ written }) => process.stdout.write(`${written}\n`),
      });
    },
  },
  sources: await openSources([source], { modality: 'text' }),
  cursorFile: join(location, 'cursor.json'),
});
await store.close();
