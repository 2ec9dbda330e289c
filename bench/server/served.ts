/** The server that is measured, in a process of its own: the atlas, the policy `scorer`. Told what to do by messages. */
import { openRouter } from '../../src/config/open-router.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';

const router = await openRouter({ policy: 'scorer' }, { config: {}, directory: process.cwd() });
const graph = await router.graph();
const { questions } = await loadAtlas('validation');
const asked = questions.filter(({ image }) => image === undefined).map(({ question }) => question);
const app = createRouterApp({ graph, images: router.images, knowledgeBases: router.knowledgeBases, onError: () => {} });
const { url } = await listen(app);
process.send?.({ url, questions: asked });

interface Message {
  do: 'usage' | 'bare';
  count?: number;
}

process.on('message', async ({ do: what, count = 0 }: Message) => {
  if (what === 'bare') {
    for (let index = 0; index < count; index++) await graph.invoke({ question: asked[index % asked.length]! });
  }
  global.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rss, heapUsed, cpuMs: (user + system) / 1000 });
});
