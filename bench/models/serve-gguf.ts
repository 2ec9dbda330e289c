/**
 * A GGUF file behind OpenAI's wire format, for trials of `--model openai:NAME --base-url URL` without another program: chat completions
 * with tools, tool choice and JSON schemas, whole or as one piece of a stream. One request after the other; nothing for the open net.
 *
 *   node bench/models/serve-gguf.ts FILE [PORT] [THREADS]
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AIMessage,
  type BaseMessage,
  HumanMessage,
  AIMessage as Said,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { z } from 'zod';
import { openGguf } from '../../src/graph/chat-model/local/open.ts';

const CallSchema = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) });
const MessageSchema = z.object({
  role: z.string(),
  content: z
    .union([z.string(), z.null(), z.array(z.object({ type: z.string(), text: z.string().optional() }))])
    .optional(),
  tool_calls: z.array(CallSchema).optional(),
  tool_call_id: z.string().optional(),
});
const RequestSchema = z.object({
  model: z.string(),
  messages: z.array(MessageSchema),
  tools: z.array(z.object({ type: z.literal('function'), function: z.record(z.string(), z.unknown()) })).optional(),
  tool_choice: z.unknown().optional(),
  response_format: z
    .object({ type: z.string(), json_schema: z.object({ schema: z.record(z.string(), z.unknown()) }).optional() })
    .optional(),
  temperature: z.number().optional(),
  seed: z.number().optional(),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  stream: z.boolean().optional(),
});
type Request = z.infer<typeof RequestSchema>;

function messageOf({
  role,
  content,
  tool_calls: calls = [],
  tool_call_id: id = '',
}: z.infer<typeof MessageSchema>): BaseMessage {
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');
  if (role === 'system' || role === 'developer') return new SystemMessage(text);
  if (role === 'tool') return new ToolMessage({ content: text, tool_call_id: id });
  if (role !== 'assistant') return new HumanMessage(text);
  return new Said({
    content: text,
    tool_calls: calls.map((call) => ({
      id: call.id,
      name: call.function.name,
      args: JSON.parse(call.function.arguments),
    })),
  });
}

function choiceOf(request: Request, reply: AIMessage) {
  const calls = (reply.tool_calls ?? []).map(({ id, name, args }, index) => ({
    ...{ index, id, type: 'function' },
    function: { name, arguments: JSON.stringify(args) },
  }));
  const isCut = reply.response_metadata.finish_reason === 'length';
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : reply.text,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const finish = isCut ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop';
  return { index: 0, [request.stream ? 'delta' : 'message']: message, finish_reason: finish, logprobs: null };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const [file, port = '0', threads = '1'] = process.argv.slice(2);
if (!file) throw new Error('usage: node bench/models/serve-gguf.ts FILE [PORT] [THREADS]');
const model = await openGguf(file, { threads: Number(threads) });

const server = createServer(async (incoming, response) => {
  try {
    const request = RequestSchema.parse(await bodyOf(incoming));
    const {
      tools = [],
      response_format: format,
      stop,
      max_tokens: most,
      max_completion_tokens: limit = most,
    } = request;
    const schema = format?.json_schema?.schema;
    const able = tools.length > 0 ? model.bindTools(tools, { tool_choice: request.tool_choice as string }) : model;
    const reply = (await able.invoke(request.messages.map(messageOf), {
      ...(schema && { format: schema }),
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.seed !== undefined && { seed: request.seed }),
      ...(limit !== undefined && { maxTokens: limit }),
      ...(stop !== undefined && { stop: [stop].flat() }),
    } as Record<string, unknown>)) as AIMessage;
    const { input_tokens: input = 0, output_tokens: output = 0 } = reply.usage_metadata ?? {};
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    const head = { id: `chatcmpl-${Date.now()}`, created: Math.floor(Date.now() / 1000), model: request.model };
    const whole = { ...head, object: 'chat.completion', choices: [choiceOf(request, reply)], usage };
    if (!request.stream) response.setHeader('content-type', 'application/json').end(JSON.stringify(whole));
    else {
      response.setHeader('content-type', 'text/event-stream');
      response.end(`data: ${JSON.stringify({ ...whole, object: 'chat.completion.chunk' })}\n\ndata: [DONE]\n\n`);
    }
  } catch (error) {
    response.statusCode = 400;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ error: { message: String(error) } }));
  }
});
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
});
