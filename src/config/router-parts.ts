/**
 * Which policy, reader and answerer the settings mean. The one place where this is chosen: `ask`, `demo` and `serve` build their graphs
 * from it, and `eval --method default` measures the same.
 */
import { resolve } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { isGgufName } from '../graph/chat-model/local/engine.ts';
import type { ImageAt } from '../graph/chat-model/pictures.ts';
import type { Protocol } from '../graph/chat-model/protocols/protocol.ts';
import type { RouterGraphOptions } from '../graph/options.ts';
import type { Policy } from '../graph/policy.ts';
import type { Language } from '../offline/language.ts';
import { isAtlas, type KnowledgeBaseSettings } from './knowledge-bases.ts';
import type { LoadedConfig } from './load.ts';
import { ATLAS_POLICY, createPolicy, FILES_POLICY, isPolicyPath } from './policies.ts';
import type { FallbackConfig, ModelConfig, NamingConfig, RouterConfig } from './schema.ts';

/** What the flags of a command say of models; each wins over the configuration file. */
export interface ModelSettings {
  /** `provider:name`, for policy and reader. */
  model?: string;
  /** Address of the model's server. */
  baseUrl?: string;
  /** Threads of a model in this process. */
  threads?: number;
  protocol?: Protocol;
  fallback?: FallbackConfig;
  naming?: NamingConfig;
  imageAt?: ImageAt;
  lookFirst?: boolean;
}

export interface RouterPartsSettings extends KnowledgeBaseSettings, ModelSettings {
  policy?: string;
  /** Said to a chat model after the instructions of its protocol: what `r1-router tune` found. */
  instructions?: string;
  /** Where runs are kept, scorers keep what training needs. */
  keepRuns?: string;
  /** Temperature of a scorer whose runs are kept: above 0 it tries what else there is, so that other policies can be judged. Default 0. */
  explore?: number;
}

type ConfiguredParts = Pick<RouterGraphOptions, 'policy' | 'reader' | 'answerer' | 'fallback' | 'evidence'>;

export interface RouterPartsMaker {
  /** The policy that the settings say, or the default of this store. */
  policyName: string;
  models: ConfiguredModels;
  /** `knowledgeBases`: the names of those at hand. */
  parts(policyName: string, knowledgeBases: readonly string[]): Promise<ConfiguredParts>;
  /** Frees the models that live in this process. */
  close(): Promise<void>;
}

interface RouterPartsOptions {
  /** Changes each model once it is made, as a cache of responses does. */
  prepare?: (model: BaseChatModel) => void;
}

export function routerParts(
  settings: RouterPartsSettings,
  loaded: LoadedConfig,
  { prepare }: RouterPartsOptions = {},
): RouterPartsMaker {
  const { config } = loaded;
  const atlas = isAtlas(settings, loaded);
  const models = configuredModels(settings, loaded, prepare);
  // A path on the command line starts where the command was typed, one of the file where the file lies.
  const written = config.policy;
  const configured = written !== undefined && isPolicyPath(written) ? resolve(loaded.directory, written) : written;
  const named = settings.policy ?? configured;
  const own = models.given.policy ? 'chat-model' : atlas ? ATLAS_POLICY : FILES_POLICY;
  const fallback = settings.fallback ?? config.fallback;
  let readers: Promise<Readers> | undefined;
  return {
    policyName: named ?? own,
    models,
    async parts(policyName, knowledgeBases) {
      readers ??= readersOf(models, atlas, settings, config);
      const { language, ...read } = await readers;
      const chat = chatSettings(settings, config, models);
      if (policyName === 'chat-model' && models.given.policy) {
        const { policy, ...reading } = await chatParts(models, chat);
        return { ...read, ...reading, policy, ...fallbackPart(fallback) };
      }
      const { instructions, explore: temperature = 0 } = settings;
      const kept = settings.keepRuns === undefined ? undefined : { temperature };
      const model = models.policy;
      const policy = await createPolicy(policyName, { knowledgeBases, model, language, instructions, kept });
      return { ...read, policy, ...fallbackPart(fallback) };
    },
    close: models.close,
  };
}

function fallbackPart(fallback: FallbackConfig | undefined): Pick<RouterGraphOptions, 'fallback'> {
  if (fallback === undefined) return {};
  return { fallback: fallback === 'question' || fallback === 'stop' ? fallback : { knowledgeBase: fallback } };
}

interface ConfiguredModels {
  /** As written; absent where none is set. */
  given: { policy?: ModelConfig; reader?: ModelConfig };
  policy(): Promise<BaseChatModel | undefined>;
  reader(): Promise<BaseChatModel | undefined>;
  close(): Promise<void>;
}

/** Policy and reader are the same object where they are set the same. */
function configuredModels(
  { model, baseUrl, threads }: ModelSettings,
  { config: { models = {} }, directory }: LoadedConfig,
  prepare?: (model: BaseChatModel) => void,
): ConfiguredModels {
  const given = { policy: model ?? models.policy ?? models.default, reader: model ?? models.reader ?? models.default };
  const made = new Map<ModelConfig, Promise<BaseChatModel>>();
  const make = async (config: ModelConfig | undefined) => {
    if (config === undefined) return undefined;
    const known = made.get(config);
    if (known) return known;
    const opening = open(config);
    made.set(config, opening);
    return opening;
  };
  const open = async (config: ModelConfig) => {
    const { createChatModel } = await import('./models.ts');
    // A path on the command line starts where the command was typed, one of the file where the file lies.
    const from = config === model ? process.cwd() : directory;
    const opened = await createChatModel(config, {
      baseUrl,
      threads: isLocal(config) ? threads : undefined,
      directory: from,
    });
    prepare?.(opened);
    return opened;
  };
  return {
    given,
    policy: () => make(given.policy),
    reader: () => make(given.reader),
    async close() {
      for (const opening of made.values()) {
        const opened = (await opening.catch(() => undefined)) as { dispose?: unknown } | undefined;
        if (typeof opened?.dispose === 'function') await opened.dispose();
      }
    },
  };
}

interface ChatSettings {
  protocol: Protocol;
  naming?: NamingConfig;
  imageAt?: ImageAt;
  lookFirst?: boolean;
  instructions?: string;
  /** Whether one model decides and reads. */
  isOneModel: boolean;
}

function chatSettings(settings: RouterPartsSettings, config: RouterConfig, { given }: ConfiguredModels): ChatSettings {
  return {
    protocol: settings.protocol ?? config.protocol ?? 'auto',
    naming: settings.naming ?? config.naming,
    imageAt: settings.imageAt ?? config.imageAt,
    lookFirst: settings.lookFirst ?? config.lookFirst,
    instructions: settings.instructions,
    isOneModel: given.policy === given.reader,
  };
}

const isLocal = (model: ModelConfig | undefined): boolean =>
  isGgufName(typeof model === 'string' ? model : model?.model);

/** A chat model as policy; where it can, it also reads what it decides on, which halves the calls. */
async function chatParts(
  models: ConfiguredModels,
  { protocol, naming, imageAt, instructions, isOneModel, ...settings }: ChatSettings,
): Promise<{ policy: Policy } & Partial<Pick<ConfiguredParts, 'reader'>>> {
  const [
    { chatModelPolicy },
    { isHeldToSchemas, resolveProtocol },
    { referenceNames },
    { referencePrompts },
    { passOnReader, passagesPassedOn },
    { widerQuestion, comparedInOtherWords },
    { calculationsFor },
  ] = await Promise.all([
    import('../graph/chat-model/policy.ts'),
    import('../graph/chat-model/protocols/protocol.ts'),
    import('../graph/chat-model/protocols/naming.ts'),
    import('../graph/chat-model/prompts/reference-prompts.ts'),
    import('../graph/pass-on-reader.ts'),
    import('../offline/files/wider-search.ts'),
    import('../offline/files/calculations-for.ts'),
  ]);
  const model = (await models.policy())!;
  const wanted = protocol === 'auto' && naming === 'reference' ? 'tags' : protocol;
  const resolved = resolveProtocol(model, wanted, 'policy chat-model');
  // A model of one's own is slow, so that it is spared the call that only decides.
  const lookFirst = settings.lookFirst ?? (resolved === 'structured' && isHeldToSchemas(model));
  const reads = isOneModel && resolved !== 'tags';
  const policy = chatModelPolicy({
    model,
    protocol: resolved,
    readAndDecide: reads,
    lookFirst: lookFirst && { wider: widerQuestion, compared: comparedInOtherWords },
    // A model that is spared calls is small, and such ones calculate where one line has the answer.
    ...(lookFirst && { calculations: calculationsFor }),
    ...(naming === 'reference' && { naming: referenceNames }),
    ...(naming === 'reference' && resolved === 'tags' && { prompts: referencePrompts }),
    ...(imageAt && { imageAt }),
    ...(instructions && { systemPrompt: instructions }),
  });
  return { policy, ...(reads && { reader: passOnReader(passagesPassedOn({ lookFirst })) }) };
}

type Readers = Pick<ConfiguredParts, 'reader' | 'answerer' | 'evidence'> & { language?: Language };

/** What reads: a model where there is one, else the demonstration's reader for the atlas and the careful one for everything else. */
async function readersOf(
  models: ConfiguredModels,
  atlas: boolean,
  settings: ModelSettings,
  config: RouterConfig,
): Promise<Readers> {
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
  const given = settings.protocol ?? config.protocol;
  const isReference = (settings.naming ?? config.naming) === 'reference';
  // The released checkpoints read and answer in the tags as well.
  const protocol = isReference && (given ?? 'auto') === 'auto' ? 'tags' : given;
  const prompts = isReference && protocol === 'tags' ? await referencePromptsPart() : {};
  const isNever = (settings.imageAt ?? config.imageAt) === 'never';
  return {
    reader: chatModelReader({ model, protocol, ...prompts, ...(isNever && { imageFor: 'none' }) }),
    answerer: chatModelAnswerer({ model, protocol, ...prompts, ...(isNever && { image: 'never' }) }),
  };
}

async function referencePromptsPart() {
  const { referencePrompts } = await import('../graph/chat-model/prompts/reference-prompts.ts');
  return { prompts: referencePrompts };
}
