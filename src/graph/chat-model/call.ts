/**
 * One call of a chat model on behalf of a policy, reader or answerer. What the model writes here is not the answer of the run, so
 * that LangGraph's `messages` stream leaves it out (tag `nostream`).
 */
import { AIMessage, AIMessageChunk, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { concat } from '@langchain/core/utils/stream';
import { messageOf, modelError } from '../../common/errors.ts';
import type { QueryImage } from '../../tools/knowledge-base.ts';
import { type ModelUsage, NO_TOKENS, type Tokens } from '../decision.ts';
import type { StepContext } from '../policy.ts';
import { imageBlock, imageReference, withLateImages } from './late-images.ts';
import { type AnyRunnable, mapModels, modelsIn } from './model.ts';
import type { Prompt } from './prompts/prompts.ts';

/** Options of one call, e.g. `{ seed: 7 }` for providers that take a seed; a function is given the step's. */
export type CallOptions = Record<string, unknown> | ((context: StepContext) => Record<string, unknown>);

export interface ChatCall {
  /** With tools or a schema bound, where the protocol wants them. */
  model: AnyRunnable;
  messages: readonly BaseMessage[];
  /** Put before the text of the first human message that has none. */
  image?: QueryImage;
  context: StepContext;
  /** What tracers call the run. */
  runName: string;
  callOptions?: CallOptions;
  /** Told of the reply so far while it comes in; without it the reply is awaited as a whole. */
  onProgress?: (message: AIMessage) => void;
  /** With a schema bound: a reply that the provider's own parser refuses is unreadable, and not a failure of the call. */
  bySchema?: boolean;
}

export interface ChatReply {
  message: BaseMessage;
  text: string;
  /** True where the provider says that the model or its filter refused. */
  refused: boolean;
  /** True where the provider's parser kept the reply for itself. */
  unreadable?: true;
  /** Reasoning that the provider reports apart from the text. */
  reasoning?: string;
  /** Natural log-probabilities of the tokens, where the provider was asked for them. */
  logProbabilities?: number[];
  /** Ids of the prompt and of what was sampled, where the model reports them: this package's own does. */
  promptTokenIds?: number[];
  tokenIds?: number[];
  usage: ModelUsage;
}

/** The messages of a prompt of two turns. */
export function promptMessages({ system, user }: Prompt, reminder?: string): BaseMessage[] {
  const text = reminder === undefined ? user : `${user}\n\n${reminder}`;
  return [new SystemMessage(system), new HumanMessage(text)];
}

export async function callChatModel(call: ChatCall): Promise<ChatReply> {
  const { model, image, context, runName, callOptions = {}, onProgress } = call;
  const { callbacks, tags, metadata, configurable } = context.config;
  const options = typeof callOptions === 'function' ? callOptions(context) : callOptions;
  // A model that cannot be seen from here cannot be given the bytes late.
  const hidden = image !== undefined && modelsIn(model).length === 0;
  const able = image && !hidden ? mapModels(model, (inner) => withLateImages(inner, [image])) : model;
  const messages = image
    ? withImage(call.messages, hidden ? imageBlock(image) : imageReference(image))
    : [...call.messages];
  const config = {
    ...options,
    callbacks,
    tags: [...(tags ?? []), 'nostream'],
    metadata,
    configurable,
    runName,
    signal: context.signal,
  };
  const ask = () => (onProgress ? streamed(able, messages, config, onProgress) : able.invoke(messages, config));
  let said: unknown;
  try {
    said = await ask();
  } catch (error) {
    if (error instanceof TypeError && error.cause === undefined) throw oddReply(error);
    if (!call.bySchema || context.signal?.aborted || !isUnreadable(error)) throw error;
    const message = new AIMessage('');
    return { message, text: '', refused: false, unreadable: true, usage: { modelCalls: 1, tokens: NO_TOKENS } };
  }
  const reply = messageOfReply(said);
  return { ...readReply(reply), usage: { modelCalls: 1, tokens: tokensOf(reply) } };
}

/** A provider's client takes what a server sends for what its own service sends. */
function oddReply(error: TypeError): Error {
  return modelError(
    'model-reply',
    `the reply of the model cannot be read (${messageOf(error)}); where a server gives it, is the address that of a chat API, e.g. http://127.0.0.1:8080/v1?`,
    error,
  );
}

const UNREADABLE: ReadonlySet<string> = new Set([
  'SyntaxError',
  'ZodError',
  'OutputParserException',
  'LengthFinishReasonError',
]);

/** Errors of parsers, of whichever package: by name, or by the class's. */
function isUnreadable(error: unknown): boolean {
  return error instanceof Error && (UNREADABLE.has(error.name) || UNREADABLE.has(error.constructor.name));
}

async function streamed(
  model: AnyRunnable,
  messages: BaseMessage[],
  config: Record<string, unknown>,
  onProgress: (message: AIMessage) => void,
): Promise<unknown> {
  let message: AIMessageChunk | undefined;
  let other: unknown;
  try {
    for await (const chunk of await model.stream(messages, config)) {
      // A schema's runnable streams `{ raw }` in pieces, and then what it parsed.
      const raw: unknown = AIMessageChunk.isInstance(chunk) ? chunk : (chunk as { raw?: unknown } | null)?.raw;
      if (AIMessageChunk.isInstance(raw)) {
        message = message ? concat(message, raw) : raw;
        onProgress(message as unknown as AIMessage);
      } else other = chunk;
    }
  } catch (error) {
    // What came before a parser gave up can be understood without it.
    if (!message || !isUnreadable(error)) throw error;
  }
  return message ?? other;
}

function withImage(messages: readonly BaseMessage[], image: ReturnType<typeof imageReference>): BaseMessage[] {
  const at = messages.findIndex((message) => HumanMessage.isInstance(message));
  return messages.map((message, index) => {
    if (index !== at) return message;
    return new HumanMessage({ content: [image, { type: 'text', text: message.text }] });
  });
}

/** `withStructuredOutput` gives `{ raw, parsed }`, or only what it parsed; everything else gives a message. */
function messageOfReply(reply: unknown): BaseMessage {
  if (isMessage(reply)) return reply;
  if (typeof reply === 'string') return new AIMessage(reply);
  const { raw, parsed } = (reply ?? {}) as { raw?: unknown; parsed?: unknown };
  if (isMessage(raw) && (raw.text.trim() !== '' || hasCalls(raw) || parsed == null)) return raw;
  const value = raw === undefined ? reply : parsed;
  return new AIMessage(value == null ? '' : JSON.stringify(value));
}

function isMessage(value: unknown): value is BaseMessage {
  return typeof value === 'object' && value !== null && 'content' in value && 'response_metadata' in value;
}

function hasCalls(message: BaseMessage): boolean {
  const { tool_calls: read, invalid_tool_calls: unread } = message as Partial<AIMessage>;
  return (read?.length ?? 0) + (unread?.length ?? 0) > 0;
}

function tokensOf(message: BaseMessage): Tokens {
  const { usage_metadata: usage } = message as Partial<AIMessage>;
  return { input: usage?.input_tokens ?? 0, output: usage?.output_tokens ?? 0 };
}

function readReply(message: BaseMessage): Omit<ChatReply, 'usage'> {
  const { additional_kwargs: extra } = message;
  const metadata = message.response_metadata as Record<string, unknown>;
  const reasoning = extra.reasoning_content ?? extra.reasoning;
  const logProbabilities = tokenLogProbabilities(metadata.logprobs);
  return {
    message,
    text: message.text,
    refused: Boolean(extra.refusal) || metadata.finish_reason === 'content_filter',
    ...(typeof reasoning === 'string' && { reasoning }),
    ...(logProbabilities && { logProbabilities }),
    ...tokenIdsOf(metadata),
  };
}

function tokenIdsOf({
  promptTokenIds,
  tokenIds,
}: Record<string, unknown>): Pick<ChatReply, 'promptTokenIds' | 'tokenIds'> {
  return areIds(promptTokenIds) && areIds(tokenIds) ? { promptTokenIds, tokenIds } : {};
}

function areIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isInteger);
}

/** OpenAI's shape, which vLLM shares: `{ content: [{ token, logprob }] }`. */
function tokenLogProbabilities(logprobs: unknown): number[] | undefined {
  if (typeof logprobs !== 'object' || logprobs === null || !('content' in logprobs)) return undefined;
  const { content } = logprobs;
  if (!Array.isArray(content)) return undefined;
  const values = content.map((token: { logprob?: unknown } | null) => token?.logprob);
  return values.every((value): value is number => typeof value === 'number') ? values : undefined;
}
