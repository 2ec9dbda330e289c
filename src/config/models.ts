/**
 * Chat models by name: `provider:name` is looked up in the provider's own LangChain package, which the user installs. None of
 * them is a dependency; one that is missing is a user error with its install line. `gguf:FILE` runs in this process.
 */
import { resolve } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AsyncCaller } from '@langchain/core/utils/async_caller';
import { messageOf, userError } from '../common/errors.ts';
import { importOptional } from '../common/import-optional.ts';
import { heldToSchemas } from '../graph/chat-model/local/engine.ts';
import { connectionFailure, tryServer, unreachable } from './model-server.ts';
import type { ModelConfig } from './schema.ts';
import { suggestion } from './suggest.ts';

interface Provider {
  package: string;
  class: string;
}

export const PROVIDERS: Readonly<Record<string, Provider>> = {
  anthropic: { package: '@langchain/anthropic', class: 'ChatAnthropic' },
  'azure-openai': { package: '@langchain/openai', class: 'AzureChatOpenAI' },
  bedrock: { package: '@langchain/aws', class: 'ChatBedrockConverse' },
  cohere: { package: '@langchain/cohere', class: 'ChatCohere' },
  deepseek: { package: '@langchain/deepseek', class: 'ChatDeepSeek' },
  'google-genai': { package: '@langchain/google-genai', class: 'ChatGoogleGenerativeAI' },
  'google-vertexai': { package: '@langchain/google-vertexai', class: 'ChatVertexAI' },
  groq: { package: '@langchain/groq', class: 'ChatGroq' },
  mistralai: { package: '@langchain/mistralai', class: 'ChatMistralAI' },
  ollama: { package: '@langchain/ollama', class: 'ChatOllama' },
  openai: { package: '@langchain/openai', class: 'ChatOpenAI' },
  xai: { package: '@langchain/xai', class: 'ChatXAI' },
};

const GGUF = 'gguf';

/** The package that a model's name needs beside this one; undefined for a provider that is not known. */
export function packageOf(model: string): string | undefined {
  const [provider = ''] = model.split(':');
  if (provider === GGUF) return 'node-llama-cpp';
  return Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider]?.package : undefined;
}

type ModelConstructor = new (fields: Record<string, unknown>) => BaseChatModel;

export interface ModelPlace {
  /** Of `--base-url`; wins over the configuration's. */
  baseUrl?: string;
  /** Of `--threads`; for `gguf:` alone. */
  threads?: number;
  /** Where relative paths of `gguf:` start; default the working directory. */
  directory?: string;
}

/**
 * The chat model of a configuration entry or of `--model`.
 * @throws user error `invalid-model`, `unknown-provider`, `provider-not-installed`, `base-url` or `model-setup` (mostly: no API key
 * set), those of `openGguf`, and the system error `model-unreachable` where the server of a given address does not answer
 */
export async function createChatModel(config: ModelConfig, place: ModelPlace = {}): Promise<BaseChatModel> {
  const entry = typeof config === 'string' ? { model: config } : config;
  const { model: written, options = {} } = entry;
  const separator = written.indexOf(':');
  const [providerName, model] = [written.slice(0, separator), written.slice(separator + 1)];
  if (separator < 1 || model === '') {
    throw userError(
      'invalid-model',
      `model "${written}": write it as provider:name, e.g. openai:gpt-4o-mini, or gguf:FILE`,
    );
  }
  const baseUrl = place.baseUrl ?? entry.baseUrl;
  if (providerName === GGUF) return openFile(model, { ...place, baseUrl }, options);
  const provider = Object.hasOwn(PROVIDERS, providerName) ? PROVIDERS[providerName] : undefined;
  if (provider === undefined) {
    const hint = suggestion(providerName, [...Object.keys(PROVIDERS), GGUF]);
    throw userError('unknown-provider', `model "${written}": unknown provider "${providerName}"; ${hint}`);
  }
  const server = serverOf(providerName, written, { baseUrl, options });
  const Model = (await importProvider(written, provider))[provider.class] as ModelConstructor | undefined;
  if (Model === undefined) {
    throw userError(
      'provider-not-installed',
      `model "${written}": ${provider.package} has no ${provider.class}; update it: npm install ${provider.package}@latest`,
    );
  }
  if (server) await tryServer(written, server.address);
  try {
    const opened = new Model({
      model,
      ...(server && { onFailedAttempt: endAtRefusal(written, server.address) }),
      ...options,
      ...server?.fields,
    });
    return server && isOfOnesOwn(server) ? heldToSchemas(opened) : opened;
  } catch (error) {
    throw userError('model-setup', `model "${written}": ${firstSentence(error)}`, error);
  }
}

async function openFile(
  file: string,
  { baseUrl, threads, directory = process.cwd() }: ModelPlace,
  options: Record<string, unknown>,
): Promise<BaseChatModel> {
  if (baseUrl !== undefined) throw noBaseUrl(`gguf:${file}`, 'it runs in this process');
  const { openGguf } = await import('../graph/chat-model/local/open.ts');
  return openGguf(resolve(directory, file), { ...options, ...(threads !== undefined && { threads }) });
}

interface Server {
  address: string;
  /** Of the model's constructor. */
  fields: Record<string, unknown>;
}

/** The server whose address is known: given, or of the environment, or Ollama's own. */
function serverOf(
  provider: string,
  written: string,
  { baseUrl, options }: { baseUrl?: string; options: Record<string, unknown> },
): Server | undefined {
  if (provider === 'openai') {
    const configuration = (options.configuration ?? {}) as { baseURL?: string };
    const address = baseUrl ?? configuration.baseURL ?? (process.env.OPENAI_BASE_URL || undefined);
    if (address === undefined) return undefined;
    checkAddress(written, address);
    // Servers of one's own mostly want no key, and OpenAI's client wants one whatever the server.
    const hasKey = process.env.OPENAI_API_KEY || options.apiKey !== undefined;
    const fields = { configuration: { ...configuration, baseURL: address } };
    return { address, fields: { ...fields, ...(!hasKey && { apiKey: 'none' }) } };
  }
  if (provider === 'ollama') {
    const own = typeof options.baseUrl === 'string' ? options.baseUrl : undefined;
    const address = baseUrl ?? own ?? (process.env.OLLAMA_BASE_URL || ollamaAddress());
    checkAddress(written, address);
    return { address, fields: { baseUrl: address } };
  }
  if (baseUrl === undefined) return undefined;
  throw noBaseUrl(written, `the provider "${provider}" takes it in "options" of the configuration, by its own name`);
}

/** OpenAI's own address can be given too. */
const isOfOnesOwn = ({ address }: Server): boolean => new URL(address).hostname !== 'api.openai.com';

/** `OLLAMA_HOST` may lack protocol and port, as Ollama itself reads it. */
export function ollamaAddress(): string {
  const host = process.env.OLLAMA_HOST?.trim() || '127.0.0.1';
  const full = /^https?:\/\//.test(host) ? host : `http://${host}`;
  const parsed = URL.canParse(full) ? new URL(full) : undefined;
  if (parsed?.port !== '' || parsed.protocol === 'https:') return full;
  return `${parsed.protocol}//${parsed.hostname === '0.0.0.0' ? '127.0.0.1' : parsed.hostname}:11434`;
}

function checkAddress(written: string, address: string): void {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return;
  throw userError('base-url', `model "${written}": "${address}" is no address; write it as http://127.0.0.1:8080/v1`);
}

function noBaseUrl(written: string, why: string) {
  return userError('base-url', `model "${written}": --base-url is for openai: and ollama: models; ${why}`);
}

/** LangChain's own judgement of what may be tried again, and none where the server is not there. */
function endAtRefusal(written: string, address: string): (error: unknown) => void {
  const judge = new AsyncCaller({}) as unknown as { onFailedAttempt?: (error: unknown) => void };
  return (error) => {
    const reason = connectionFailure(error);
    if (reason !== undefined) throw unreachable(written, address, reason, error);
    judge.onFailedAttempt?.(error);
  };
}

async function importProvider(written: string, provider: Provider): Promise<Record<string, unknown>> {
  const found = await importOptional(provider.package);
  if (found) return found;
  throw userError(
    'provider-not-installed',
    `model "${written}": the package ${provider.package} is not installed; run: npm install ${provider.package}`,
  );
}

/** Providers explain a missing key over many lines. */
function firstSentence(error: unknown): string {
  return messageOf(error)
    .split(/(?<=[.!])\s/)[0]!
    .slice(0, 300);
}
