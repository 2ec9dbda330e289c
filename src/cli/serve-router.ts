/** What `serve` serves: the router of the settings, opened anew when documents were added, while the server goes on. */
import { messageOf } from '../common/errors.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { OpenRouter, RouterSettings } from '../config/open-router.ts';
import type { RouterGraph } from '../graph/graph.ts';
import type { RouterServerOptions } from '../server/options.ts';
import type { SqliteSaver } from '../server/threads/sqlite-saver.ts';
import { tellBuild } from './ask.ts';
import { plainLine } from './terminal/plain-text.ts';

/** Runs that began on the old router may end on it. */
const OLD_ROUTER_MS = 600_000;

export interface ServedRouter {
  router: OpenRouter;
  /** With getters, so that a server reads what is served now. */
  served: Pick<RouterServerOptions, 'graph' | 'policies' | 'threads' | 'knowledgeBases' | 'images' | 'keeper'>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

interface Opened {
  router: OpenRouter;
  graph: RouterGraph;
  policies: Record<string, RouterGraph>;
  threads: { graph: RouterGraph; policies: Record<string, RouterGraph> };
}

export async function openServedRouter(
  settings: RouterSettings,
  loaded: LoadedConfig,
  checkpointer: SqliteSaver,
): Promise<ServedRouter> {
  const { openRouter } = await import('../config/open-router.ts');
  const open = async (): Promise<Opened> => {
    const router = await openRouter(settings, loaded, { onBuild: tellBuild, onKeepError: tellKeepError, checkpointer });
    try {
      const names = offeredPolicies(router);
      const threaded = (name?: string) => router.threadedGraph(name);
      return {
        router,
        graph: await router.graph(),
        policies: await graphsOf(names, (name) => router.graph(name)),
        threads: { graph: await threaded(), policies: await graphsOf(names, threaded) },
      };
    } catch (error) {
      await router.close();
      throw error;
    }
  };
  let current = await open();
  const old = new Set<OpenRouter>();
  return {
    get router() {
      return current.router;
    },
    served: {
      get graph() {
        return current.graph;
      },
      get policies() {
        return current.policies;
      },
      get threads() {
        return current.threads;
      },
      get knowledgeBases() {
        return current.router.knowledgeBases;
      },
      get images() {
        return current.router.images;
      },
      get keeper() {
        return current.router.keeper;
      },
    },
    async reopen() {
      const before = current.router;
      current = await open();
      old.add(before);
      setTimeout(() => {
        if (old.delete(before)) void before.close();
      }, OLD_ROUTER_MS).unref();
    },
    async close() {
      const all = [current.router, ...old];
      old.clear();
      await Promise.all(all.map((router) => router.close()));
    },
  };
}

function tellKeepError(error: unknown): void {
  process.stderr.write(`r1-router: a run is not kept: ${plainLine(messageOf(error))}\n`);
}

/** What requests may name besides the default: everything that needs no model, and the chat model where there is one. */
export function offeredPolicies(router: OpenRouter): string[] {
  const fixed = router.knowledgeBases.map(({ name }) => `fixed:${name}`);
  return [...new Set([router.policyName, 'probe', 'scorer', 'random', 'all', 'all-once', ...fixed])];
}

export async function graphsOf(
  names: readonly string[],
  make: (name: string) => Promise<RouterGraph>,
): Promise<Record<string, RouterGraph>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await make(name)] as const)));
}
