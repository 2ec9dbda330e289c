/** Every TypeScript snippet of README, the tutorial, how-to and explanation, checked by the compiler against the sources. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, codeBlocks, isGuide, ROOT } from '../../scripts/docs/pages.ts';

/** What the snippets take as given. */
const GIVEN = `
import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseRetriever } from '@langchain/core/retrievers';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { VectorStore } from '@langchain/core/vectorstores';
import type { QdrantClient as Client } from '@qdrant/js-client-rest';
import type { createAgent as create } from 'langchain';
import type * as router from 'r1-router';
import type * as tools from 'r1-router/tools';

declare global {
  const model: BaseChatModel;
  const knowledgeBases: [tools.SearchableKnowledgeBase, ...tools.SearchableKnowledgeBase[]];
  const knowledgeBase: tools.KnowledgeBase;
  const agent: router.RouterAgent;
  const graph: router.RouterGraph;
  const drive: router.RouterDriver;
  const images: router.ImageStore;
  const question: string;
  const questions: { id: string; question: string }[];
  const runId: string;
  const bytes: Uint8Array;
  const retrieverTools: [StructuredToolInterface, ...StructuredToolInterface[]];
  const documents: never[];
  const formatDocuments: (documents: object[]) => string;
  const myRetriever: BaseRetriever;
  const myStore: VectorStore;
  const webSearchTool: StructuredToolInterface;
  const embeddings: Embeddings;
  const QdrantClient: typeof Client;
  const createAgent: typeof create;
  const url: string;
  const points: Parameters<typeof tools.upsertInBatches>[1];
  const vector: number[];
}
`;

test('every snippet compiles', () => {
  const folder = join(ROOT, 'node_modules/.cache/r1-router-snippets');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ['*.ts', '../../../src/**/*.d.ts'],
    exclude: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'given.d.ts'), GIVEN);
  let snippets = 0;
  for (const { name, text } of allPages().filter(isGuide)) {
    codeBlocks(text, /^ts$/).forEach((code, place) => {
      snippets += 1;
      const file = `${name.replaceAll('/', '-').replace('.md', '')}-${place + 1}.ts`;
      writeFileSync(join(folder, file), `${code}\nexport {};\n`);
    });
  }
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder, '--noEmit'], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
  expect(snippets).toBeGreaterThan(30);
});
