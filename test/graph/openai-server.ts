/** A local server that speaks OpenAI's chat completions, whole or streamed: it plays its replies in order and keeps the requests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ScriptedReply {
  content: string | null;
  refusal?: string;
  finishReason?: string;
  reasoning?: string;
  logprobs?: number[];
  /** Prompt and completion tokens. */
  tokens?: [number, number];
  /** `arguments` as the model wrote them: JSON or not. */
  toolCalls?: { name: string; arguments: string; id?: string }[];
  /** Answers with this status instead. */
  status?: number;
}

export interface ChatRequest {
  model: string;
  messages: {
    role: string;
    content: string | { type: string; text?: string; image_url?: { url: string } }[] | null;
    tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    tool_call_id?: string;
  }[];
  seed?: number;
  stream?: boolean;
  tools?: { type: string; function: { name: string; description?: string; parameters?: Record<string, unknown> } }[];
  tool_choice?: unknown;
  response_format?: { type: string; json_schema?: { name: string; schema?: Record<string, unknown> } };
}

export async function startOpenAiServer(replies: readonly ScriptedReply[]) {
  const requests: ChatRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await readBody(request)).toString('utf8')) as ChatRequest;
    const reply = replies[requests.length];
    requests.push(body);
    response.setHeader('content-type', 'application/json');
    if (!reply || reply.status) {
      response.statusCode = reply?.status ?? 418;
      response.end(JSON.stringify({ error: { message: reply ? 'scripted failure' : 'the script has run out' } }));
      return;
    }
    const [prompt = 90, completion = 10] = reply.tokens ?? [];
    const toolCalls = reply.toolCalls?.map(({ id, name, arguments: written }, index) => ({
      id: id ?? `call_${requests.length}_${index}`,
      type: 'function',
      function: { name, arguments: written },
    }));
    const finishReason = reply.finishReason ?? (toolCalls ? 'tool_calls' : 'stop');
    if (body.stream) {
      streamReply(response, body, reply, { toolCalls, finishReason, usage: [prompt, completion] });
      return;
    }
    const message = {
      role: 'assistant',
      content: reply.content,
      ...(toolCalls && { tool_calls: toolCalls }),
      refusal: reply.refusal ?? null,
      ...(reply.reasoning && { reasoning_content: reply.reasoning }),
    };
    response.end(
      JSON.stringify({
        id: `chatcmpl-${requests.length}`,
        object: 'chat.completion',
        created: 1_760_000_000,
        model: body.model,
        choices: [
          {
            index: 0,
            message,
            finish_reason: finishReason,
            logprobs: reply.logprobs
              ? { content: reply.logprobs.map((logprob) => ({ token: 'x', logprob, bytes: null, top_logprobs: [] })) }
              : null,
          },
        ],
        usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    url: `http://127.0.0.1:${port}/v1`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Whole {
  toolCalls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  finishReason: string;
  usage: [number, number];
}

/** Chunks as OpenAI sends them: text and arguments a few characters at a time, the usage in a last chunk of its own. */
function streamReply(
  response: ServerResponse,
  body: ChatRequest,
  reply: ScriptedReply,
  { toolCalls = [], finishReason, usage: [prompt, completion] }: Whole,
): void {
  response.setHeader('content-type', 'text/event-stream');
  const head = { id: 'chatcmpl-streamed', object: 'chat.completion.chunk', created: 1_760_000_000, model: body.model };
  const send = (delta: Record<string, unknown>, finish: string | null = null) => {
    const choices = [{ index: 0, delta, finish_reason: finish, logprobs: null }];
    response.write(`data: ${JSON.stringify({ ...head, choices })}\n\n`);
  };
  send({
    role: 'assistant',
    content: reply.content === null ? null : '',
    ...(reply.refusal && { refusal: reply.refusal }),
  });
  for (const content of pieces(reply.content ?? '')) send({ content });
  for (const [index, { id, type, function: called }] of toolCalls.entries()) {
    send({ tool_calls: [{ index, id, type, function: { name: called.name, arguments: '' } }] });
    for (const written of pieces(called.arguments)) {
      send({ tool_calls: [{ index, function: { arguments: written } }] });
    }
  }
  send({}, finishReason);
  const usage = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  response.write(`data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`);
  response.end('data: [DONE]\n\n');
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
