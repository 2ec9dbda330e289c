/** A real server on a free port over fakes, closed when the test ends. */
import { onTestFinished } from 'vitest';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import type { RouterGraphOptions } from '../../src/graph/options.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import type { RouterServerOptions } from '../../src/server/router.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, search, stop } from '../../src/test/fakes.ts';

/** Asks two knowledge bases in turn and stops. */
export const twoSteps = policyOf(({ steps }) => {
  if (steps.length === 0) return { thought: 'Look it up.', decision: search('first', 'Texts') };
  return { decision: steps.length === 1 ? search('second', 'Tables') : stop };
});

export function twoStepGraph(options: Partial<RouterGraphOptions> = {}) {
  const knowledgeBases = [
    fakeKnowledgeBase('Texts', { first: ['one', 'uno'] }),
    fakeKnowledgeBase('Tables', { second: ['two'] }, { modality: 'table' }),
  ];
  return createRouterGraph(routerOptions({ knowledgeBases, policy: twoSteps, ...options }));
}

export async function startServer(
  options: Partial<RouterServerOptions> & { graphOptions?: Partial<RouterGraphOptions> } = {},
) {
  const { graphOptions, ...serverOptions } = options;
  const images = memoryImageStore();
  const graph = twoStepGraph({ images, ...graphOptions });
  const errors: unknown[] = [];
  const app = createRouterApp({ graph, images, onError: (error) => errors.push(error), ...serverOptions });
  const listening = await listen(app);
  onTestFinished(() => listening.close({ graceMs: 0 }));
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${listening.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
      headers: { 'Content-Type': 'application/json', ...init.headers },
    });
  const ask = (body: unknown, init?: RequestInit) => post('/v1/ask', body, init);
  return { ...listening, ask, post, errors };
}
