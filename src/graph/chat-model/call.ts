/** One call of a LangChain chat model on behalf of a policy, reader or answerer. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { type AIMessageChunk, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { QueryImage } from '../../tools/knowledge-base.ts';
import type { ModelUsage, Tokens } from '../decision.ts';
import type { StepContext } from '../policy.ts';
import { imageReference, withLateImages } from './late-images.ts';
import type { Prompt } from './prompts/prompts.ts';

/** Options of one call, e.g. `{ seed: 7 }` for providers that take a seed; a function is given the step's. */
export type CallOptions = Record<string, unknown> | ((context: StepContext) => Record<string, unknown>);

export interface ChatCall {
  model: BaseChatModel;
  prompt: Prompt;
  image?: QueryImage;
  /** Said after the user turn: what was wrong with the reply before. */
  reminder?: string;
  context: StepContext;
  /** What tracers call the run. */
  runName: string;
  callOptions?: CallOptions;
}

export interface ChatReply {
  text: string;
  /** True where the provider says that the model or its filter refused. */
  refused: boolean;
  /** Reasoning that the provider reports apart from the text. */
  reasoning?: string;
  /** Natural log-probabilities of the tokens, where the provider was asked for them. */
  logProbabilities?: number[];
  /** Ids of the prompt and of what was sampled, where the model reports them: this package's own does. */
  promptTokenIds?: number[];
  tokenIds?: number[];
  usage: ModelUsage;
}

export async function callChatModel(call: ChatCall): Promise<ChatReply> {
  const { model, prompt, image, reminder, context, runName, callOptions = {} } = call;
  const text = reminder === undefined ? prompt.user : `${prompt.user}\n\n${reminder}`;
  const content = image ? [imageReference(image), { type: 'text' as const, text }] : text;
  const messages = [new SystemMessage(prompt.system), new HumanMessage({ content })];
  const { callbacks, tags, metadata, configurable } = context.config;
  const options = typeof callOptions === 'function' ? callOptions(context) : callOptions;
  const reply = await (image ? withLateImages(model, [image]) : model).invoke(messages, {
    ...options,
    callbacks,
    tags,
    metadata,
    configurable,
    runName,
    signal: context.signal,
  });
  return { ...readReply(reply), usage: { modelCalls: 1, tokens: tokensOf(reply) } };
}

function tokensOf({ usage_metadata: usage }: AIMessageChunk): Tokens {
  return { input: usage?.input_tokens ?? 0, output: usage?.output_tokens ?? 0 };
}

function readReply(reply: AIMessageChunk): Omit<ChatReply, 'usage'> {
  const { additional_kwargs: extra, response_metadata: metadata } = reply;
  const reasoning = extra.reasoning_content ?? extra.reasoning;
  const logProbabilities = tokenLogProbabilities(metadata.logprobs);
  return {
    text: reply.text,
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
