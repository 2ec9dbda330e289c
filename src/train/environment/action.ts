/**
 * What an agent sends for a step, as the reply of a chat model: one call of a tool, a whole message with its calls, or plain text.
 * Whatever it sends is a reply: what cannot be used is answered as the graph answers a served model, with what was wrong.
 */
import { AIMessage } from '@langchain/core/messages';
import { z } from 'zod';
import { jsonObjectIn } from '../../common/json.ts';
import { callId } from '../../graph/chat-model/run-messages.ts';
import { callFields, sampledMetadata } from './sampled-message.ts';

/** Characters of a reply that are taken in; the graph keeps less. */
const LONGEST = 100_000;

const Ids = z.array(z.number().int()).max(200_000);
/** Of a sampled reply, kept in the record of the step. */
const Sampled = {
  token_ids: Ids.optional(),
  prompt_token_ids: Ids.optional(),
  log_probabilities: z.array(z.number()).max(200_000).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
};

const CallSchema = z.object({
  name: z.string(),
  arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
});
const OpenAiCallSchema = z
  .object({ id: z.string().optional(), function: CallSchema })
  .transform((call) => call.function);

const CallActionSchema = z.object({
  type: z.literal('call_tool'),
  tool_name: z.string(),
  arguments: z.record(z.string(), z.unknown()).default({}),
  ...Sampled,
});
const MessageActionSchema = z.object({
  type: z.literal('message').default('message'),
  content: z.string().max(LONGEST).nullish(),
  tool_calls: z
    .array(z.union([OpenAiCallSchema, CallSchema]))
    .max(64)
    .default([]),
  ...Sampled,
});
const TextActionSchema = z.object({
  type: z.literal('text').default('text'),
  text: z.string().max(LONGEST),
  ...Sampled,
});
export const ActionSchema = z.union([CallActionSchema, TextActionSchema, MessageActionSchema]);

/** The tool that ends a run is called `finish`; agents know it by this name too. */
export const ANSWER_TOOL = 'answer';

export interface Action {
  message: AIMessage;
  /** Of a single call. */
  toolName?: string;
}

type Call = z.infer<typeof CallSchema>;

export function readAction(data: unknown): Action {
  const call = CallActionSchema.safeParse(data);
  if (call.success) {
    const { tool_name: name, arguments: given } = call.data;
    return { message: messageOf('', [{ name, arguments: given }], call.data), toolName: name };
  }
  const text = TextActionSchema.safeParse(data);
  if (text.success) return { message: messageOf(text.data.text, [], text.data) };
  const message = MessageActionSchema.safeParse(data);
  if (message.success && (message.data.content != null || message.data.tool_calls.length > 0)) {
    return { message: messageOf(message.data.content ?? '', message.data.tool_calls, message.data) };
  }
  return { message: messageOf(JSON.stringify(data ?? null).slice(0, LONGEST), [], {}) };
}

function messageOf(content: string, calls: readonly Call[], sampled: z.infer<z.ZodObject<typeof Sampled>>): AIMessage {
  const { token_ids: tokenIds, prompt_token_ids: promptTokenIds, log_probabilities: logProbabilities } = sampled;
  const written = calls.map(({ name, arguments: given }, index) => ({
    id: callId(8000, index),
    name,
    args: typeof given === 'string' ? jsonObjectIn(given) : given,
    text: String(given),
  }));
  return new AIMessage({
    content,
    ...callFields(written),
    response_metadata: sampledMetadata({ tokenIds, promptTokenIds, logProbabilities }),
  });
}
