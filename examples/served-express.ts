/**
 * The router in an Express app that has paths of its own: mounted below `/router`, with a key that is known by its hash alone and
 * conversations in SQLite. Run it with `npx node examples/served-express.ts`.
 */
import { createHash } from 'node:crypto';
import express from 'express';
import { createRouterGraph, fixedPolicy } from 'r1-router';
import { createRouterRouter, listen, SqliteSaver } from 'r1-router/server';
import { officeNotes } from './custom-knowledge-base.ts';
import { answerWithLastReading, readFirstLine } from './parts.ts';

const KEY = 'a-long-random-key';

const parts = {
  knowledgeBases: [officeNotes],
  policy: fixedPolicy({ knowledgeBase: officeNotes.name }),
  reader: readFirstLine,
  answerer: answerWithLastReading,
};
const checkpointer = new SqliteSaver(); // give it { location: 'threads.sqlite' } to keep conversations

const app = express();
app.get('/', (_request, response) => void response.send('Our app'));
app.use(
  '/router',
  createRouterRouter({
    graph: createRouterGraph(parts),
    threads: { graph: createRouterGraph({ ...parts, checkpointer }) },
    knowledgeBases: parts.knowledgeBases,
    apiKeys: [{ name: 'web', sha256: createHash('sha256').update(KEY).digest('hex'), requestsPerMinute: 600 }],
    budgets: { milliseconds: 60_000 },
  }),
);

export async function main(): Promise<string[]> {
  const { url, close } = await listen(app);
  const said: string[] = [];
  try {
    said.push(await (await fetch(url)).text());
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/router/v1/ask`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ question: 'Where do visitors sign in?', threadId: 'visit-1' }),
      });
    said.push(String((await ask({})).status));
    const { answer } = (await (await ask({ Authorization: `Bearer ${KEY}` })).json()) as { answer: string };
    said.push(answer);
  } finally {
    await close();
    checkpointer.close();
  }
  return said;
}

if (import.meta.main) console.log((await main()).join('\n'));
