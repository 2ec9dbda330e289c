/**
 * A model of this process as a LangChain chat model. Tools and schemas are no requests here but rules: a reply is held to them while
 * it is written, so that it cannot be invalid. Replies with tools are one call; with tool choice `auto`, or words.
 */
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type { BaseLanguageModelInput } from '@langchain/core/language_models/base';
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
  type BindToolsInput,
} from '@langchain/core/language_models/chat_models';
import type { ModelProfile } from '@langchain/core/language_models/profile';
import {
  assembleStructuredOutputPipeline,
  createContentParser,
} from '@langchain/core/language_models/structured_output';
import { AIMessage, AIMessageChunk, type BaseMessage, type UsageMetadata } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import type { Runnable } from '@langchain/core/runnables';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { userError } from '../../../common/errors.ts';
import { queueOf } from './call-queue.ts';
import { type Generated, type GenerateRequest, LOCAL_TYPE, type LocalEngine } from './engine.ts';
import { CallPieces, callSchema, parseCall, REPLY, WORDS } from './tool-calls.ts';
import { type ToolDefinition, turnsOf } from './turns.ts';

export interface LocalChatModelOptions extends BaseChatModelParams {
  engine: LocalEngine;
  /** Default 0, which is greedy. */
  temperature?: number;
  seed?: number;
  /** Of a reply; default 512. */
  maxTokens?: number;
}

export interface LocalChatModelCallOptions extends BaseChatModelCallOptions {
  tools?: ToolDefinition[];
  /** JSON schema of the reply. */
  format?: Record<string, unknown>;
  temperature?: number;
  seed?: number;
  maxTokens?: number;
}

export class LocalChatModel extends BaseChatModel<LocalChatModelCallOptions> {
  readonly model: string;
  readonly #options: Required<Omit<LocalChatModelOptions, keyof BaseChatModelParams | 'seed'>> & { seed?: number };

  constructor({ engine, temperature = 0, seed, maxTokens = 512, ...base }: LocalChatModelOptions) {
    super(base);
    this.#options = { engine, temperature, seed, maxTokens };
    this.model = engine.name;
  }

  static override lc_name(): string {
    return 'LocalChatModel';
  }

  override _llmType(): string {
    return LOCAL_TYPE;
  }

  /** What a cache of replies goes by, beside the options of the call. */
  override _identifyingParams(): Record<string, unknown> {
    const { engine, ...sampling } = this.#options;
    return { model: engine.name, ...sampling };
  }

  /** It reads text alone, and is never sent a picture. */
  override get profile(): ModelProfile {
    return { imageInputs: false, toolCalling: true, structuredOutput: true };
  }

  override bindTools(
    tools: BindToolsInput[],
    options?: Partial<LocalChatModelCallOptions>,
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, LocalChatModelCallOptions> {
    const defined = tools.map((one): ToolDefinition => {
      const { function: definition } = convertToOpenAITool(one as Parameters<typeof convertToOpenAITool>[0]);
      return definition;
    });
    return this.withConfig({ ...options, tools: defined } as Partial<LocalChatModelCallOptions>) as ReturnType<
      LocalChatModel['bindTools']
    >;
  }

  /** `method` is of no matter: the reply is held to the schema. */
  // biome-ignore lint/suspicious/noExplicitAny: LangChain's own signature, which is overloaded
  override withStructuredOutput(schema: any, config: { name?: string; includeRaw?: boolean } = {}): any {
    const format = toJsonSchema(schema) as Record<string, unknown>;
    const model = this.withConfig({ format } as Partial<LocalChatModelCallOptions>);
    return assembleStructuredOutputPipeline(model, createContentParser(schema), config.includeRaw, config.name);
  }

  override async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    _runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const generated = await this.#options.engine.generate(this.#request(messages, options));
    const message = new AIMessage({
      ...(options.tools?.length ? parseCall(generated.text) : { content: generated.text }),
      ...this.#metadata(generated),
    });
    return { generations: [{ text: message.text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const pieces = queueOf<string>();
    const done = this.#options.engine
      .generate({ ...this.#request(messages, options), onText: pieces.push })
      .finally(pieces.end);
    done.catch(() => undefined); // told below
    const calls = options.tools?.length ? new CallPieces() : undefined;
    for await (const piece of pieces) {
      const fields = calls ? calls.add(piece) : { content: piece };
      if (fields === undefined) continue;
      const chunk = new ChatGenerationChunk({
        text: fields.content ?? '',
        message: new AIMessageChunk({ content: '', ...fields }),
      });
      yield chunk;
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, { chunk });
    }
    const generated = await done;
    yield new ChatGenerationChunk({
      text: '',
      message: new AIMessageChunk({ content: '', ...this.#metadata(generated) }),
    });
  }

  #request(messages: BaseMessage[], options: this['ParsedCallOptions']): GenerateRequest {
    const { temperature, seed, maxTokens } = { ...this.#options, ...defined(options) };
    const { tools = [], tool_choice: choice, format, signal, stop } = options;
    const prose = choice === undefined || choice === 'auto';
    const chosen = choice === 'none' || tools.length === 0 ? [] : toolsOf(tools, choice);
    const offered = prose && chosen.length > 0 ? [...chosen, WORDS] : chosen;
    const schema = offered.length > 0 ? callSchema(offered) : format;
    return {
      turns: turnsOf(messages, offered),
      ...{ temperature, maxTokens, signal },
      ...(seed !== undefined && { seed }),
      ...(stop && { stop }),
      ...(schema && { schema }),
    };
  }

  #metadata({ tokens, finish }: Generated): {
    usage_metadata: UsageMetadata;
    response_metadata: Record<string, unknown>;
  } {
    return {
      usage_metadata: {
        input_tokens: tokens.input,
        output_tokens: tokens.output,
        total_tokens: tokens.input + tokens.output,
        input_token_details: { cache_read: tokens.cached },
      },
      response_metadata: { finish_reason: finish, model_name: this.model, model_provider: 'local' },
    };
  }

  /** Frees the memory of the model. */
  async dispose(): Promise<void> {
    await this.#options.engine.dispose();
  }
}

function defined({ temperature, seed, maxTokens }: LocalChatModelCallOptions): Partial<LocalChatModelOptions> {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

/** All of them, or the one that was chosen. Throws the user error `invalid-options` for a choice that is none. */
function toolsOf(
  tools: readonly ToolDefinition[],
  choice: LocalChatModelCallOptions['tool_choice'],
): readonly ToolDefinition[] {
  if (choice === undefined || choice === 'auto' || choice === 'any' || choice === 'required') return tools;
  const name = typeof choice === 'string' ? choice : (choice as { function?: { name?: string } }).function?.name;
  const one = tools.filter((tool) => tool.name === name);
  if (one.length > 0 && name !== REPLY) return one;
  throw userError(
    'invalid-options',
    `tool_choice: "${name}" is none of the tools; there are ${tools.map((tool) => tool.name).join(', ')}`,
  );
}
