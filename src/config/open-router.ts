/**
 * From settings (the configuration file, the flags of a command) to a router that answers: opens the knowledge bases, makes
 * policy, reader and answerer by name, and hands out graphs over them. What `ask`, `demo` and `serve` have in common.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { userError } from '../common/errors.ts';
import type { RouterGraph } from '../graph/graph.ts';
import type { ImageStore } from '../graph/image-store.ts';
import type { Answerer, Reader } from '../graph/policy.ts';
import type { Budgets, RouterContext } from '../graph/run-state.ts';
import type { EncoderNames } from '../tools/encoders/by-name.ts';
import type { IndexConfig } from '../tools/planner/config.ts';
import type { StoreKnowledgeBase } from '../tools/store-knowledge-base.ts';
import type { LoadedConfig } from './load.ts';
import { createPolicy, DEFAULT_POLICY } from './policies.ts';
import type { BudgetConfig, ModelConfig, RouterConfig } from './schema.ts';
import { suggestion } from './suggest.ts';

/** What the flags of a command say; each wins over the configuration file. */
export interface RouterSettings {
  policy?: string;
  /** `provider:name` */
  model?: string;
  /** Names of knowledge bases. */
  knowledgeBases?: readonly string[];
  /** Directory or URL. */
  store?: string;
  /** Model of the text encoder; `none` searches by words. */
  encoder?: string;
  seed?: number | string;
  maxSteps?: number;
}

export interface OpenRouter {
  /** The graph of a policy, made once; without a name, of the policy that the settings say. */
  graph(policy?: string): Promise<RouterGraph>;
  policyName: string;
  knowledgeBases: readonly StoreKnowledgeBase[];
  images: ImageStore;
  /** Seed, steps and budgets of a run, as the settings say. */
  context: RouterContext;
  close(): Promise<void>;
}

export interface OpenRouterOptions {
  /** Told when the atlas that ships has to be indexed first. */
  onBuild?: (directory: string) => void;
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
  const policyName = named ?? (models.given.policy ? 'chat-model' : DEFAULT_POLICY);
  const [{ createRouterGraph }, { memoryImageStore }, opened] = await Promise.all([
    import('../graph/graph.ts'),
    import('../graph/image-store.ts'),
    openConfiguredKnowledgeBases(settings, loaded, options),
  ]);
  const { knowledgeBases, close } = opened;
  try {
    const images = memoryImageStore();
    const { reader, answerer } = await readers(models);
    const graphs = new Map<string, Promise<RouterGraph>>();
    const make = async (name: string) => {
      const names = knowledgeBases.map((knowledgeBase) => knowledgeBase.name);
      const policy = await createPolicy(name, { knowledgeBases: names, model: models.policy });
      return createRouterGraph({ knowledgeBases, policy, reader, answerer, images });
    };
    return {
      policyName,
      knowledgeBases,
      images,
      context: runContext(settings, config),
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

async function readers(models: Models): Promise<{ reader: Reader; answerer: Answerer }> {
  const model = await models.reader();
  if (model === undefined) {
    const { extractiveAnswerer, extractiveReader } = await import('../graph/readers/extractive/index.ts');
    return { reader: extractiveReader(), answerer: extractiveAnswerer() };
  }
  const [{ chatModelReader }, { chatModelAnswerer }] = await Promise.all([
    import('../graph/readers/chat-model.ts'),
    import('../graph/readers/chat-model-answerer.ts'),
  ]);
  return { reader: chatModelReader({ model }), answerer: chatModelAnswerer({ model }) };
}

export interface StorePlace {
  /** Directory or URL; without one, the atlas. */
  location?: string;
  apiKey?: string;
  retrySeconds?: number;
}

/** Where the knowledge bases of a named store live. */
export function storePlace(name: string | undefined, { config, directory }: LoadedConfig): StorePlace {
  if (name === undefined) return {};
  const store = config.stores?.[name];
  if (store === undefined) {
    throw userError('unknown-store', `no store "${name}"; ${suggestion(name, Object.keys(config.stores ?? {}))}`);
  }
  if ('directory' in store) return { location: resolve(directory, store.directory) };
  const variable = store.apiKeyVariable;
  const apiKey = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && !apiKey) {
    throw userError(
      'api-key-missing',
      `store "${name}": the environment variable ${variable} is not set; set it to the key`,
    );
  }
  const { retrySeconds } = store;
  return { location: store.url, apiKey, ...(retrySeconds !== undefined && { retrySeconds }) };
}

export interface OpenedKnowledgeBases {
  knowledgeBases: StoreKnowledgeBase[];
  close(): Promise<void>;
}

/** `--kb` and `--store` where given, else what the configuration declares, else every knowledge base of the atlas. */
export async function openConfiguredKnowledgeBases(
  settings: Pick<RouterSettings, 'knowledgeBases' | 'store' | 'encoder'>,
  loaded: LoadedConfig,
  { onBuild }: OpenRouterOptions = {},
): Promise<OpenedKnowledgeBases> {
  const { encodersByName } = await import('../tools/planner/encoders-by-name.ts');
  const encoders = (index: IndexConfig) => encodersByName(index, encoderNames(settings, loaded));
  const { fusion } = loaded.config;
  const groups = groupByStore(settings, loaded);
  const opened: OpenedKnowledgeBases[] = [];
  const close = async () => {
    await Promise.all(opened.map((store) => store.close()));
  };
  try {
    for (const { place, names } of groups) {
      if (place.location === undefined) {
        const { openAtlas } = await import('../tools/atlas.ts');
        opened.push(await openAtlas({ names, onBuild }));
      } else {
        const { openKnowledgeBases } = await import('../tools/open-knowledge-bases.ts');
        const { location: store, apiKey, retrySeconds } = place;
        opened.push(
          await openKnowledgeBases({
            store,
            names,
            encoders,
            settings: { fusion },
            ...(apiKey && { apiKey }),
            ...(retrySeconds !== undefined && { retrySeconds }),
          }),
        );
      }
    }
    const knowledgeBases = opened.flatMap((store) => store.knowledgeBases);
    if (knowledgeBases.length === 0) {
      throw userError(
        'no-knowledge-bases',
        `store ${settings.store ?? ''}: it is empty; fill it with r1-router ingest`,
      );
    }
    return { knowledgeBases, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Directories of the configuration are relative to its file. */
function encoderNames({ encoder }: Pick<RouterSettings, 'encoder'>, { config, directory }: LoadedConfig): EncoderNames {
  const placed = Object.entries(config.encoders ?? {}).map(([kind, name]) => {
    const path = resolve(directory, name);
    return [kind, existsSync(path) ? path : name];
  });
  return { ...Object.fromEntries(placed), ...(encoder !== undefined && { text: encoder }) };
}

interface StoreGroup {
  place: StorePlace;
  /** Undefined: all that the store has. */
  names?: string[];
}

function groupByStore(
  { knowledgeBases, store }: Pick<RouterSettings, 'knowledgeBases' | 'store'>,
  loaded: LoadedConfig,
): StoreGroup[] {
  const names = knowledgeBases && [...new Set(knowledgeBases)];
  if (store !== undefined) return [{ place: { location: store }, names }];
  const { config } = loaded;
  const declared = config.knowledgeBases ?? [];
  const wanted = names?.map((name) => declared.find((entry) => entry.name === name) ?? { name }) ?? declared;
  if (wanted.length === 0) return [{ place: storePlace(config.store, loaded) }];
  const groups = new Map<string | undefined, string[]>();
  for (const { name, store: own = config.store } of wanted as { name: string; store?: string }[]) {
    groups.set(own, [...(groups.get(own) ?? []), name]);
  }
  return [...groups].map(([own, members]) => ({ place: storePlace(own, loaded), names: members }));
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
