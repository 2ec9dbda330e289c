/**
 * A server in a process of its own, to be flooded and weighed: over fakes that compute for as long as a question of the atlas does.
 * Says its address, and on `usage` how much memory and processor time it has taken.
 */
import { createRouterGraph } from '../../src/graph/graph.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import { jsonLines } from '../../src/server/log.ts';
import { isTracing, langsmithFeedback } from '../../src/server/tracing.ts';
import { fakeKnowledgeBase, passage, policyOf, routerOptions, search, stop } from '../../src/test/fakes.ts';

/** Milliseconds of processor time of a search. */
const SEARCH_MS = Number(process.env.SEARCH_MS ?? 10);
const STEPS = 4;

function compute(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const knowledgeBase = fakeKnowledgeBase('Texts', async (query) => {
  knowledgeBase.calls.length = 0;
  compute(SEARCH_MS);
  return [passage('Texts', String(query.text), 'The passage of a secret: zebra-crossing.')];
});
const images = memoryImageStore();
const policy = policyOf(({ steps }) => ({
  decision: steps.length < STEPS ? search(`s${steps.length}`, 'Texts') : stop,
}));
const graph = createRouterGraph(routerOptions({ knowledgeBases: [knowledgeBase], policy, images }));
const ending = new AbortController();
const app = createRouterApp({
  graph,
  images,
  knowledgeBases: [knowledgeBase],
  signal: ending.signal,
  log: jsonLines((line) => process.stderr.write(line)),
  acceptTraces: true,
  ...(isTracing() && { onFeedback: langsmithFeedback({ project: null }) }),
  ...(process.env.SERVER_KEY && { apiKey: process.env.SERVER_KEY }),
});
const { url, close } = await listen(app);
process.send?.({ url });
process.on('message', async (message) => {
  if (message === 'usage') {
    global.gc?.();
    const { user, system } = process.cpuUsage();
    process.send?.({ rss: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 });
  }
  if (message === 'rss') process.send?.({ rss: process.memoryUsage.rss() });
  if (message === 'close') {
    const began = performance.now();
    await close({ abort: () => ending.abort() });
    process.send?.({ closedMs: performance.now() - began });
    process.disconnect();
  }
});
