/**
 * From settings (the configuration file, the flags of a command) to a router that answers: opens the knowledge bases
 * (`knowledge-bases.ts`), takes policy, reader and answerer from `router-parts.ts`, and hands out graphs over them. What `ask`, `demo`
 * and `serve` have in common.
 */
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { systemError } from '../common/errors.ts';
import type { RouterGraph } from '../graph/graph.ts';
import type { ImageStore } from '../graph/image-store.ts';
import type { Budgets, RouterContext } from '../graph/run-state.ts';
import { openRunKeeper, type RunKeeper } from '../graph/runs/kept-runs.ts';
import type { StoreKnowledgeBase } from '../tools/store-knowledge-base.ts';
import { openConfiguredKnowledgeBases } from './knowledge-bases.ts';
import type { LoadedConfig } from './load.ts';
import { type RouterPartsSettings, routerParts } from './router-parts.ts';
import type { BudgetConfig, RouterConfig } from './schema.ts';

/** What the flags of a command say; each wins over the configuration file. */
export interface RouterSettings extends RouterPartsSettings {
  seed?: number | string;
  maxSteps?: number;
  /** Folder in which every run is kept. */
  keepRuns?: string;
}

export interface OpenRouter {
  /** The graph of a policy, made once; without a name, of the policy that the settings say. */
  graph(policy?: string): Promise<RouterGraph>;
  /** The same with the checkpointer that was given. Throws where none was. */
  threadedGraph(policy?: string): Promise<RouterGraph>;
  policyName: string;
  knowledgeBases: readonly StoreKnowledgeBase[];
  images: ImageStore;
  /** Seed, steps and budgets of a run, as the settings say. */
  context: RouterContext;
  /** Keeps runs, where the settings say so. */
  keeper?: RunKeeper;
  close(): Promise<void>;
}

interface OpenRouterOptions {
  /** Told when the atlas that ships has to be indexed first. */
  onBuild?: (directory: string) => void;
  /** Told of a run that could not be kept. */
  onKeepError?: (error: unknown) => void;
  /** Keeps the threads of `threadedGraph`. */
  checkpointer?: BaseCheckpointSaver;
}

/** Throws user errors that name the setting to change. */
export async function openRouter(
  settings: RouterSettings,
  loaded: LoadedConfig,
  options: OpenRouterOptions = {},
): Promise<OpenRouter> {
  const maker = routerParts(settings, loaded);
  const [{ createRouterGraph }, { memoryImageStore }, opened] = await Promise.all([
    import('../graph/graph.ts'),
    import('../graph/image-store.ts'),
    openConfiguredKnowledgeBases(settings, loaded, options),
  ]);
  const { knowledgeBases } = opened;
  const close = async () => {
    await Promise.all([maker.close(), opened.close()]);
  };
  try {
    const images = memoryImageStore();
    const { keepRuns } = settings;
    const keeper = keepRuns === undefined ? undefined : await openRunKeeper(keepRuns, { onError: options.onKeepError });
    const names = knowledgeBases.map((knowledgeBase) => knowledgeBase.name);
    const { checkpointer } = options;
    const make = async (name: string, checkpointer?: BaseCheckpointSaver) =>
      createRouterGraph({ knowledgeBases, ...(await maker.parts(name, names)), images, checkpointer });
    // A model that cannot be had is told before the first question.
    await maker.models.reader();
    return {
      policyName: maker.policyName,
      knowledgeBases,
      images,
      context: { ...runContext(settings, loaded.config), ...(keeper && { includeTrace: true }) },
      ...(keeper && { keeper }),
      close,
      graph: madeOnce((name = maker.policyName) => make(name)),
      threadedGraph: madeOnce((name = maker.policyName) => {
        if (!checkpointer) throw systemError('no-checkpointer', 'openRouter: no checkpointer was given; give one');
        return make(name, checkpointer);
      }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function madeOnce(make: (name?: string) => Promise<RouterGraph>): (name?: string) => Promise<RouterGraph> {
  const made = new Map<string | undefined, Promise<RouterGraph>>();
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}

export function runContext(
  { seed, maxSteps }: RouterSettings,
  { budgets = {}, ...config }: RouterConfig,
): RouterContext {
  const chosenSeed = seed ?? config.seed;
  const steps = maxSteps ?? budgets.maxSteps;
  return {
    ...(chosenSeed !== undefined && { seed: chosenSeed }),
    ...(steps !== undefined && { maxSteps: steps }),
    budgets: runBudgets(budgets),
  };
}

/** The configuration counts seconds, because people do; the graph counts milliseconds. */
export function runBudgets({ seconds, tokens, cost, searches }: BudgetConfig): Budgets {
  return {
    ...(tokens !== undefined && { tokens }),
    ...(cost !== undefined && { cost }),
    ...(searches !== undefined && { searches }),
    ...(seconds !== undefined && { milliseconds: seconds * 1000 }),
  };
}
