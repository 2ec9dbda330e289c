/** A local server that speaks OpenAI's chat completions: it plays its replies in order and keeps the requests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
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
  /** Answers with this status instead. */
  status?: number;
}

export interface ChatRequest {
  model: string;
  messages: { role: string; content: string | { type: string; text?: string; image_url?: { url: string } }[] }[];
  seed?: number;
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
    const message = {
      role: 'assistant',
      content: reply.content,
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
            finish_reason: reply.finishReason ?? 'stop',
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

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
