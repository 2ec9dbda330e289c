/** The process that is measured by `tracing.ts`: two graphs and a server over each, traced as the message says. */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { openRouter } from '../../src/config/open-router.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { createRouterGraph, type RouterGraph } from '../../src/graph/graph.ts';
import { openTelemetryTracing } from '../../src/graph/tracing/open-telemetry.ts';
import { type SampledTracing, sampledTracing } from '../../src/graph/tracing/sampled-tracer.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, search, stop } from '../../src/test/fakes.ts';

const texts = fakeKnowledgeBase('Texts', { first: ['one', 'uno'], second: ['two'] });
const instant = createRouterGraph(
  routerOptions({
    knowledgeBases: [texts],
    policy: policyOf(({ steps }) => {
      texts.calls.length = 0;
      if (steps.length === 2) return { decision: stop };
      return { decision: search(steps.length === 0 ? 'first' : 'second', 'Texts') };
    }),
  }),
);
const router = await openRouter({ policy: 'scorer' }, { config: {}, directory: process.cwd() });
const atlas = await router.graph();
const { questions } = await loadAtlas('validation');
const asked = questions.filter(({ image }) => image === undefined).map(({ question }) => question);

const tracers: Record<string, SampledTracing | undefined> = {
  'rate 0': sampledTracing({ rate: 0 }),
  'langsmith 5 %': sampledTracing({ rate: 0.05 }),
  'langsmith all': sampledTracing({ rate: 1 }),
  'spans 5 %': await openTelemetryTracing({ rate: 0.05 }),
  'spans all': await openTelemetryTracing({ rate: 1 }),
};
let tracing: SampledTracing | undefined;

async function serve(graph: RouterGraph): Promise<string> {
  const app = createRouterApp({
    graph,
    get tracing() {
      return tracing;
    },
  });
  return (await listen(app)).url;
}
const places: Record<string, { graph: RouterGraph; url: string }> = {
  'instant parts': { graph: instant, url: await serve(instant) },
  atlas: { graph: atlas, url: await serve(atlas) },
};

const MessageSchema = z.object({
  do: z.enum(['begin', 'run', 'end']),
  mode: z.string(),
  what: z.string(),
  runs: z.number(),
});
let before = process.cpuUsage();
process.on('message', async (message) => {
  const { do: task, mode, what, runs } = MessageSchema.parse(message);
  const { graph, url } = places[what]!;
  tracing = tracers[mode];
  if (task !== 'end') {
    global.gc?.();
    before = process.cpuUsage();
  }
  for (let index = 0; task === 'run' && index < runs; index++) {
    const runId = uuidv7();
    await graph.invoke({ question: asked[index % asked.length]! }, { runId, callbacks: tracing?.callbacksFor(runId) });
  }
  // What is sent in the background belongs to the runs.
  if (task !== 'begin') await tracing?.flush();
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1000, url });
});
process.send?.({ questions: asked });
