/**
 * Your own retrievers: a LangChain retriever, a search tool and an existing Qdrant collection become knowledge bases in one line
 * each. Ids, links and metadata come up as they are stored. Run it with `npx node examples/own-retriever.ts`.
 */
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { BaseRetriever } from '@langchain/core/retrievers';
import { tool } from '@langchain/core/tools';
import { createRouterGraph, fixedPolicy } from 'r1-router';
import { openLocalQdrant } from 'r1-router/local-qdrant';
import {
  createBm25Encoder,
  knowledgeBaseFromCollection,
  knowledgeBaseFromRetriever,
  knowledgeBaseFromTool,
} from 'r1-router/tools';
import { z } from 'zod';
import { answerWithLastReading, readFirstLine } from './parts.ts';

/** Stands for any retriever you have: a vector store's, a reranking one, one of your own. */
class HandbookRetriever extends BaseRetriever {
  lc_namespace = ['examples'];

  override async _getRelevantDocuments(query: string): Promise<DocumentInterface[]> {
    const pages = [
      { text: 'Visitors sign in at the front desk.', source: 'https://example.org/handbook/visitors' },
      { text: 'The kitchen closes at six.', source: 'https://example.org/handbook/kitchen' },
    ];
    const wanted = query.toLowerCase().match(/\p{L}+/gu) ?? [];
    return pages
      .filter(({ text }) => wanted.some((word) => text.toLowerCase().includes(word)))
      .map(({ text, source }) => new Document({ pageContent: text, metadata: { source } }));
  }
}

/** Stands for a web search, a product's API or a tool of an MCP server. */
const stockTool = tool(
  async () => JSON.stringify([{ id: 'p7', title: 'Desk lamp', text: 'Desk lamp: 12 in stock.' }]),
  {
    name: 'stock_search',
    description: 'How many of each product are in stock.',
    schema: z.object({ query: z.string() }),
  },
);

/** Stands for a collection that another program filled, here in the shape of LangChain's QdrantVectorStore. */
async function filledCollection() {
  const client = await openLocalQdrant({ location: ':memory:' });
  const { encodeDocument } = createBm25Encoder({ language: 'english' });
  const content = 'The projector in room two needs a new lamp.';
  await client.createCollection('tickets', { vectors: {}, sparse_vectors: { words: { modifier: 'idf' } } });
  await client.upsert('tickets', {
    points: [
      {
        id: 41,
        vector: { words: encodeDocument([{ text: content, weight: 1 }]) },
        payload: { content, metadata: { source: 'https://example.org/tickets/41', room: 2 } },
      },
    ],
  });
  return client;
}

export async function main(): Promise<string[]> {
  const client = await filledCollection();
  const { encodeQuery } = createBm25Encoder({ language: 'english' });
  const knowledgeBases = [
    knowledgeBaseFromRetriever(new HandbookRetriever(), { name: 'Handbook', description: 'Rules of our office.' }),
    knowledgeBaseFromTool(stockTool, { name: 'Stock', cost: 2 }),
    await knowledgeBaseFromCollection(client, 'tickets', {
      name: 'Tickets',
      description: 'Open and solved support tickets.',
      sparse: { vector: 'words', encode: encodeQuery },
    }),
  ];

  const said: string[] = [];
  for (const [name, question] of [
    ['Handbook', 'Where do visitors sign in?'],
    ['Stock', 'How many desk lamps are there?'],
    ['Tickets', 'What does the projector need?'],
  ] as const) {
    const policy = fixedPolicy({ knowledgeBase: name });
    const graph = createRouterGraph({ knowledgeBases, policy, reader: readFirstLine, answerer: answerWithLastReading });
    const { answer } = await graph.invoke({ question });
    const [passage] = await knowledgeBases
      .find((knowledgeBase) => knowledgeBase.name === name)!
      .search({ text: question });
    said.push(`${name}: ${answer} (${passage?.url ?? passage?.title})`);
  }
  await client.close();
  return said;
}

if (import.meta.main) console.log((await main()).join('\n'));
