/**
 * A model behind a server of OpenAI's format, asked for what training needs: log-probabilities and, of vLLM, the ids of the prompt's and
 * of the sampled tokens. A server that knows neither is asked without them. A busy server is waited for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AIMessage } from '@langchain/core/messages';
import { z } from 'zod';
import { messageOf, modelError, systemError } from '../../../common/errors.ts';
import { jsonIn, jsonObjectIn } from '../../../common/json.ts';
import { dataUrl } from '../../../common/picture.ts';
import type { ImageStore } from '../../../graph/image-store.ts';
import type { Asked } from '../awaited-model.ts';
import { callFields, sampledMetadata } from '../sampled-message.ts';
import { type WireMessage, wireMessage, wireTool } from '../wire-messages.ts';

export interface ModelServerOptions {
  /** Up to `/v1`. */
  url: string;
  model: string;
  apiKey?: string;
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  timeoutMs?: number;
  /** Attempts at a server that is busy or does not answer. Default 6: a minute in all. */
  attempts?: number;
  /** Milliseconds before the second attempt, doubled with each. */
  backoffMs?: number;
  images?: ImageStore;
}

/** One call, as it is kept. */
export interface SampledReply {
  message: AIMessage;
  wire: WireMessage;
  finishReason?: string;
  promptTokenIds?: number[];
  tokenIds?: number[];
  logProbabilities?: number[];
}

export interface ModelServer {
  sample(asked: Asked, given: { seed: number; signal?: AbortSignal }): Promise<SampledReply>;
}

const CallSchema = z.object({
  id: z.string().nullish(),
  function: z.object({ name: z.string(), arguments: z.string().nullish() }),
});
const ReplySchema = z.object({
  prompt_token_ids: z.array(z.number().int()).nullish(),
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          reasoning_content: z.string().nullish(),
          tool_calls: z.array(CallSchema).nullish(),
        }),
        finish_reason: z.string().nullish(),
        token_ids: z.array(z.number().int()).nullish(),
        logprobs: z.object({ content: z.array(z.object({ logprob: z.number() })).nullish() }).nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number().nullish() }).nullish(),
});

/** What not every server takes; the first to go is what only vLLM knows. */
const EXTRAS: readonly Record<string, unknown>[] = [{ logprobs: true, return_token_ids: true }, { logprobs: true }, {}];

export function modelServer(options: ModelServerOptions): ModelServer {
  const { model, temperature = 1, topP = 1, maxTokens = 1024, images } = options;
  let extras = 0;
  return {
    async sample({ messages, tools }, { seed, signal }) {
      const wire = await Promise.all(messages.map((message) => withPictures(wireMessage(message), images)));
      const body = {
        model,
        messages: wire,
        temperature,
        top_p: topP,
        max_tokens: maxTokens,
        seed,
        ...(tools.length > 0 && { tools: tools.map(wireTool) }),
      };
      for (;;) {
        const asked = extras;
        const { status, text } = await post(options, { ...body, ...EXTRAS[asked] }, signal);
        if (status === 200) return readReply(text);
        // Another call may have found out meanwhile.
        if ((status === 400 || status === 422) && asked < EXTRAS.length - 1) {
          extras = Math.max(extras, asked + 1);
          continue;
        }
        const cause = text.slice(0, 300).replace(/\s+/g, ' ');
        throw modelError('model-refused', `model "${model}": the server answered ${status} (${cause}); see its log`);
      }
    },
  };
}

async function post(
  { url, model, apiKey, timeoutMs = 600_000, attempts = 6, backoffMs = 1_000 }: ModelServerOptions,
  body: object,
  signal?: AbortSignal,
): Promise<{ status: number; text: string }> {
  let failure = '';
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(backoffMs * 2 ** (attempt - 1), undefined, { signal });
    try {
      const limit = AbortSignal.timeout(timeoutMs);
      const response = await fetch(`${url.replace(/\/$/, '')}/chat/completions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(apiKey && { Authorization: `Bearer ${apiKey}` }) },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const text = await response.text();
      if (response.status !== 429 && response.status < 500) return { status: response.status, text };
      failure = `it answered ${response.status}`;
    } catch (error) {
      signal?.throwIfAborted();
      const { cause } = error as { cause?: unknown };
      failure = messageOf(cause ?? error);
    }
  }
  throw systemError(
    'model-unreachable',
    `model "${model}": the server at ${url} does not answer (${failure}); start it, and run the same command to go on`,
  );
}

function readReply(text: string): SampledReply {
  const parsed = ReplySchema.safeParse(jsonIn(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw modelError(
      'model-reply-invalid',
      `the server's reply: ${issue?.path.join('.')}: ${issue?.message}; is it a server of OpenAI's format?`,
    );
  }
  const { choices, prompt_token_ids: prompt, usage } = parsed.data;
  const { message: said, finish_reason: finish, token_ids: ids, logprobs } = choices[0]!;
  const calls = (said.tool_calls ?? []).map(({ id, function: call }, index) => ({
    id: id ?? `call_${index}`,
    name: call.name,
    text: call.arguments ?? '{}',
    args: jsonObjectIn(call.arguments ?? '{}'),
  }));
  const logProbabilities = logprobs?.content?.map(({ logprob }) => logprob);
  const message = new AIMessage({
    content: said.content ?? '',
    ...callFields(calls),
    additional_kwargs: said.reasoning_content ? { reasoning_content: said.reasoning_content } : {},
    response_metadata: sampledMetadata({ tokenIds: ids, promptTokenIds: prompt, logProbabilities }),
    ...(usage && {
      usage_metadata: {
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens ?? 0,
        total_tokens: usage.prompt_tokens + (usage.completion_tokens ?? 0),
      },
    }),
  });
  const wire: WireMessage = {
    role: 'assistant',
    content: said.content ?? '',
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, text: given }) => ({
        id,
        type: 'function',
        function: { name, arguments: given },
      })),
    }),
  };
  return {
    message,
    wire,
    ...(finish && { finishReason: finish }),
    ...(prompt && { promptTokenIds: prompt }),
    ...(ids && { tokenIds: ids }),
    ...(logProbabilities && { logProbabilities }),
  };
}

const REFERENCE = 'r1-router-image:';

/** Pictures stand in messages by their hash; the server wants the bytes. */
async function withPictures(message: WireMessage, images: ImageStore | undefined): Promise<WireMessage> {
  if (!Array.isArray(message.content)) return message;
  const content = await Promise.all(
    message.content.map(async (block: { type?: string; image_url?: { url?: string } }) => {
      const address = block.image_url?.url;
      if (!address?.startsWith(REFERENCE)) return block;
      const image = await images?.get(address.slice(REFERENCE.length));
      return image ? { type: 'image_url', image_url: { url: dataUrl(image.bytes) } } : block;
    }),
  );
  return { ...message, content };
}

/** The first model that the server lists. */
export async function servedModel(url: string, apiKey?: string): Promise<string> {
  const address = `${url.replace(/\/$/, '')}/models`;
  try {
    const response = await fetch(address, { headers: apiKey ? { Authorization: `Bearer ${apiKey}` } : {} });
    const { data } = z.object({ data: z.array(z.object({ id: z.string() })).min(1) }).parse(await response.json());
    return data[0]!.id;
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw systemError(
      'model-unreachable',
      `the server at ${url} lists no model (${messageOf(cause ?? error).slice(0, 200)}); start it, or name its model with --name`,
      error,
    );
  }
}
