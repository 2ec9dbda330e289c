/**
 * From settings (the configuration file, the flags of a command) to a router that answers: opens the knowledge bases
 * (`knowledge-bases.ts`), makes policy, reader and answerer by name, and hands out graphs over them. What `ask`, `demo` and `serve` have in common.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RouterGraph } from '../graph/graph.ts';
import type { ImageStore } from '../graph/image-store.ts';
import type { Answerer, Reader } from '../graph/policy.ts';
import type { Budgets, RouterContext } from '../graph/run-state.ts';
import { openRunKeeper, type RunKeeper } from '../graph/runs/kept-runs.ts';
import type { Language } from '../offline/language.ts';
import type { EvidenceFinder } from '../tools/evidence.ts';
import type { StoreKnowledgeBase } from '../tools/store-knowledge-base.ts';
import { isAtlas, type KnowledgeBaseSettings, openConfiguredKnowledgeBases } from './knowledge-bases.ts';
import type { LoadedConfig } from './load.ts';
import { ATLAS_POLICY, createPolicy, FILES_POLICY } from './policies.ts';
import type { BudgetConfig, ModelConfig, RouterConfig } from './schema.ts';

/** What the flags of a command say; each wins over the configuration file. */
export interface RouterSettings extends KnowledgeBaseSettings {
  policy?: string;
  /** `provider:name` */
  model?: string;
  seed?: number | string;
  maxSteps?: number;
  /** Said to a chat model after the instructions of its protocol: what `r1-router tune` found. */
  instructions?: string;
  /** Folder in which every run is kept. */
  keepRuns?: string;
  /** Temperature of a scorer whose runs are kept: above 0 it tries what else there is, so that other policies can be judged. Default 0. */
  explore?: number;
}

export interface OpenRouter {
  /** The graph of a policy, made once; without a name, of the policy that the settings say. */
  graph(policy?: string): Promise<RouterGraph>;
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
}

/** Throws user errors that name the setting to change. */
export async function openRouter(
  settings: RouterSettings,
  loaded: LoadedConfig,
  options: OpenRouterOptions = {},
): Promise<OpenRouter> {
  const { config } = loaded;
  const models = chatModels(settings, config);
  const named = settings.policy ?? config.policy;
  const policyName =
    named ?? (models.given.policy ? 'chat-model' : isAtlas(settings, loaded) ? ATLAS_POLICY : FILES_POLICY);
  const [{ createRouterGraph }, { memoryImageStore }, opened] = await Promise.all([
    import('../graph/graph.ts'),
    import('../graph/image-store.ts'),
    openConfiguredKnowledgeBases(settings, loaded, options),
  ]);
  const { knowledgeBases, close } = opened;
  try {
    const images = memoryImageStore();
    const keeper =
      settings.keepRuns === undefined
        ? undefined
        : await openRunKeeper(settings.keepRuns, { onError: options.onKeepError });
    const kept = keeper && { temperature: settings.explore ?? 0 };
    const { language, ...parts } = await readers(models, isAtlas(settings, loaded));
    const graphs = new Map<string, Promise<RouterGraph>>();
    const make = async (name: string) => {
      const names = knowledgeBases.map((knowledgeBase) => knowledgeBase.name);
      const policy = await createPolicy(name, {
        knowledgeBases: names,
        model: models.policy,
        language,
        kept,
        instructions: settings.instructions,
      });
      return createRouterGraph({ knowledgeBases, policy, ...parts, images });
    };
    return {
      policyName,
      knowledgeBases,
      images,
      context: { ...runContext(settings, config), ...(keeper && { includeTrace: true }) },
      ...(keeper && { keeper }),
      close,
      graph(name = policyName) {
        const known = graphs.get(name) ?? make(name);
        graphs.set(name, known);
        return known;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Models {
  given: { policy?: ModelConfig; reader?: ModelConfig };
  policy(): Promise<BaseChatModel | undefined>;
  reader(): Promise<BaseChatModel | undefined>;
}

function chatModels({ model }: RouterSettings, { models = {} }: RouterConfig): Models {
  const given = { policy: model ?? models.policy ?? models.default, reader: model ?? models.reader ?? models.default };
  const made = new Map<ModelConfig, Promise<BaseChatModel>>();
  const make = async (config: ModelConfig | undefined) => {
    if (config === undefined) return undefined;
    const { createChatModel } = await import('./models.ts');
    const chatModel = made.get(config) ?? createChatModel(config);
    made.set(config, chatModel);
    return chatModel;
  };
  return { given, policy: () => make(given.policy), reader: () => make(given.reader) };
}

/** What reads: a model where there is one, else the demonstration's reader for the atlas and the careful one for everything else. */
async function readers(
  models: Models,
  atlas: boolean,
): Promise<{ reader: Reader; answerer: Answerer; evidence?: EvidenceFinder; language?: Language }> {
  const model = await models.reader();
  if (model === undefined && !atlas) {
    const [{ filesReader }, { filesAnswerer }, { filesEvidence }] = await Promise.all([
      import('../offline/files/reader.ts'),
      import('../offline/files/answerer.ts'),
      import('../offline/files/evidence.ts'),
    ]);
    return { reader: filesReader(), answerer: filesAnswerer(), evidence: filesEvidence };
  }
  if (model === undefined) {
    const [{ extractiveReader }, { extractiveAnswerer }, { english }] = await Promise.all([
      import('../offline/reader/reader.ts'),
      import('../offline/answerer.ts'),
      import('../offline/english/english.ts'),
    ]);
    const language = english();
    return { reader: extractiveReader({ language }), answerer: extractiveAnswerer({ language }), language };
  }
  const [{ chatModelReader }, { chatModelAnswerer }] = await Promise.all([
    import('../graph/chat-model/reader.ts'),
    import('../graph/chat-model/answerer.ts'),
  ]);
  return { reader: chatModelReader({ model }), answerer: chatModelAnswerer({ model }) };
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
