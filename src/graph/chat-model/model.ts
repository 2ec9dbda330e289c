/**
 * What may stand for a chat model: LangChain's own class, whatever a Runnable makes of one (`withRetry`, `withFallbacks`,
 * `withConfig`), or a name: `openai:gpt-4o-mini`, which langchain's `initChatModel` opens, or `gguf:FILE`. A wrapper has none of a
 * model's methods; so tools, schemas and images are given to the models inside, and the wrapper is rebuilt around them.
 */
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import type { Runnable } from '@langchain/core/runnables';
import { messageOf, userError } from '../../common/errors.ts';
import { isGgufName } from './local/engine.ts';

/** Takes messages and gives one. */
type ChatRunnable = Runnable<BaseLanguageModelInput, BaseMessage>;
export type ChatModelLike = BaseChatModel | ChatRunnable | string;

/** A runnable of any kind, as the walk sees it. */
export type AnyRunnable = Runnable<unknown, unknown>;

type Fields = Record<string, unknown>;

/** Whether this is a chat model itself, of whichever copy of LangChain. */
function isChatModel(value: unknown): value is BaseChatModel {
  return isRunnable(value) && typeof (value as unknown as Fields)._llmType === 'function' && '_generate' in value;
}

function isRunnable(value: unknown): value is AnyRunnable {
  return typeof value === 'object' && value !== null && typeof (value as Fields).invoke === 'function';
}

/** Where wrappers keep what they wrap: bindings and retries, fallbacks, sequences, maps. */
const SINGLE = ['bound', 'runnable', 'first', 'last'] as const;
const LISTS = ['fallbacks', 'middle'] as const;

/**
 * The same wrappers around `change` of every chat model inside. What holds no chat model that can be seen (a function, a remote
 * runnable) is given back as it is.
 */
export function mapModels(runnable: AnyRunnable, change: (model: BaseChatModel) => unknown): AnyRunnable {
  if (isChatModel(runnable)) return change(runnable) as AnyRunnable;
  const changed: Fields = {};
  const fields = runnable as unknown as Fields;
  const within = (value: unknown): unknown => (isRunnable(value) ? mapModels(value, change) : value);
  for (const key of SINGLE) {
    if (isRunnable(fields[key])) changed[key] = within(fields[key]);
  }
  for (const key of LISTS) {
    const list = fields[key];
    if (Array.isArray(list)) changed[key] = list.map(within);
  }
  const { steps } = fields;
  if (typeof steps === 'object' && steps !== null && !Array.isArray(steps)) {
    changed.steps = Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, within(step)]));
  }
  const same = Object.entries(changed).every(([key, value]) => value === fields[key]);
  if (same) return runnable;
  return define(Object.create(Object.getPrototypeOf(runnable)), runnable, changed);
}

/** A copy of a runnable's own fields, with some of them replaced. */
function define(copy: object, from: object, replaced: Fields): AnyRunnable {
  Object.defineProperties(copy, Object.getOwnPropertyDescriptors(from));
  for (const [key, value] of Object.entries(replaced)) {
    Object.defineProperty(copy, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return copy as AnyRunnable;
}

/** Every chat model inside; none where the runnable does not show what it runs. */
export function modelsIn(runnable: AnyRunnable): BaseChatModel[] {
  const models: BaseChatModel[] = [];
  mapModels(runnable, (model) => {
    models.push(model);
    return model;
  });
  return models;
}

/** Whether every model inside says of itself that it takes no pictures (`profile.imageInputs`, as LangChain has it). */
export function readsTextOnly(runnable: AnyRunnable): boolean {
  const models = modelsIn(runnable);
  return models.length > 0 && models.every((model) => model.profile?.imageInputs === false);
}

/** The name of the first model inside. */
export function modelName(given: ChatModelLike): string {
  if (typeof given === 'string') return given;
  const named = (modelsIn(given as AnyRunnable)[0] ?? given) as { model?: unknown; modelName?: unknown };
  const own = typeof given.getName === 'function' ? given.getName() : undefined;
  return [named.model, named.modelName, own].find((value) => typeof value === 'string') ?? 'chat-model';
}

/**
 * Checks what was given for a model and gives a function that opens it, at the first call and once. Throws `invalid-options` for
 * what is no model; the function rejects with `model-setup` where the name cannot be opened.
 */
export function modelOpener(given: ChatModelLike, owner: string): () => Promise<AnyRunnable> {
  if (typeof given === 'string') {
    let opened: Promise<AnyRunnable> | undefined;
    return () => {
      opened ??= openByName(given, owner);
      opened.catch(() => {
        opened = undefined; // a key set later counts
      });
      return opened;
    };
  }
  if (!isRunnable(given)) {
    throw userError(
      'invalid-options',
      `${owner}: option model: give a LangChain chat model, a runnable made of one, or a name such as "openai:gpt-4o-mini"`,
    );
  }
  return async () => given;
}

async function openByName(name: string, owner: string): Promise<AnyRunnable> {
  if (isGgufName(name)) {
    const { openGguf } = await import('./local/open.ts');
    return openGguf(name);
  }
  let initChatModel: (name: string) => Promise<unknown>;
  try {
    ({ initChatModel } = await import('langchain'));
  } catch (error) {
    throw userError(
      'model-setup',
      `${owner}: the model "${name}" is opened by the package langchain, which is not installed; run: npm install langchain, or give a chat model in its place`,
      error,
    );
  }
  try {
    return await behindName((await initChatModel(name)) as AnyRunnable);
  } catch (error) {
    const [sentence] = messageOf(error).split(/(?<=[.!])\s/);
    throw userError('model-setup', `${owner}: the model "${name}" cannot be opened: ${sentence?.slice(0, 300)}`, error);
  }
}

/** `initChatModel` gives a stand-in that looks its model up at each call: the model itself, where it has one. */
async function behindName(model: AnyRunnable): Promise<AnyRunnable> {
  const { _getModelInstance: look } = model as unknown as { _getModelInstance?: () => Promise<AnyRunnable> };
  return typeof look === 'function' ? look.call(model) : model;
}
