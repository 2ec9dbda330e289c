/**
 * Chat models by name: `provider:name` is looked up in the provider's own LangChain package, which the user installs. None of
 * them is a dependency; one that is missing is a user error with its install line.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { messageOf, userError } from '../common/errors.ts';
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

type ModelConstructor = new (fields: Record<string, unknown>) => BaseChatModel;

/**
 * The chat model of a configuration entry or of `--model`.
 * @throws user error `invalid-model`, `unknown-provider`, `provider-not-installed` or `model-setup` (mostly: no API key set)
 */
export async function createChatModel(config: ModelConfig): Promise<BaseChatModel> {
  const { model: written, options = {} } = typeof config === 'string' ? { model: config } : config;
  const separator = written.indexOf(':');
  const [providerName, model] = [written.slice(0, separator), written.slice(separator + 1)];
  if (separator < 1 || model === '') {
    throw userError('invalid-model', `model "${written}": write it as provider:name, e.g. openai:gpt-4o-mini`);
  }
  const provider = Object.hasOwn(PROVIDERS, providerName) ? PROVIDERS[providerName] : undefined;
  if (provider === undefined) {
    const hint = suggestion(providerName, Object.keys(PROVIDERS));
    throw userError('unknown-provider', `model "${written}": unknown provider "${providerName}"; ${hint}`);
  }
  const Model = (await importProvider(written, provider))[provider.class] as ModelConstructor | undefined;
  if (Model === undefined) {
    throw userError(
      'provider-not-installed',
      `model "${written}": ${provider.package} has no ${provider.class}; update it: npm install ${provider.package}@latest`,
    );
  }
  try {
    return new Model({ model, ...options });
  } catch (error) {
    throw userError('model-setup', `model "${written}": ${firstSentence(error)}`, error);
  }
}

/** From beside this package, or from the project in whose directory the program was started. */
async function importProvider(written: string, provider: Provider): Promise<Record<string, unknown>> {
  const project = createRequire(join(process.cwd(), 'package.json'));
  const attempts = [() => provider.package, () => pathToFileURL(project.resolve(provider.package)).href];
  for (const specifier of attempts) {
    try {
      return await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ specifier());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
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
