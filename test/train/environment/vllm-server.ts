/**
 * A server that answers as vLLM does: ids of prompt and sample where they are asked for, log-probabilities, tool calls. What it says
 * depends on the request and its seed alone. It keeps what it was asked, and may be told to fail.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: what was sent is what the tests look at
type Body = any;

export interface VllmOptions {
  /** Of OpenAI itself: a 400 for parameters that only vLLM knows. */
  strict?: boolean;
  /** Milliseconds before an answer. */
  delay?: number;
  /** A status instead of an answer, for the request of this number. */
  fails?: (count: number) => number | undefined;
  /** What it says; by default it searches for the country and answers with its city. */
  say?: (body: Body) => { content: string; calls?: { name: string; arguments: string }[] };
}

const countryIn = (text: string): string => /of (\w+)\?/.exec(text)?.[1] ?? 'Arland';

function defaultSay({ messages, seed, tools }: Body) {
  const country = countryIn(messages.find(({ role }: Body) => role === 'user').content);
  const found = messages.at(-1).role === 'tool';
  const ends = tools.at(-1).function.name;
  const call = (name: string, given: object) => ({ content: '', calls: [{ name, arguments: JSON.stringify(given) }] });
  if (found || ends === 'give_answer') {
    const answer = seed % 3 === 0 ? null : `${country} City`;
    return call(ends, { quote: answer === null ? null : `Capital: ${answer}`, answer, citations: ['p1'] });
  }
  return call(seed % 4 === 0 ? 'search_text' : 'search_table', { query: `capital of ${country}` });
}

const idsOf = (text: string): number[] =>
  text.split(/\s+/).map((word) => createHash('sha256').update(word).digest().readUInt16LE(0));

export async function startVllm({ strict, delay = 0, fails, say = defaultSay }: VllmOptions = {}) {
  const requests: Body[] = [];
  let running = 0;
  let most = 0;
  let count = 0;
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    const refuse = (status: number) => {
      response.statusCode = status;
      response.end(JSON.stringify({ error: { message: `status ${status}` } }));
    };
    if (request.url === '/v1/models') return response.end(JSON.stringify({ data: [{ id: 'tiny' }] }));
    const body = JSON.parse(await bodyOf(request)) as Body;
    const status = fails?.(count++);
    if (status !== undefined) return refuse(status);
    if (strict && 'return_token_ids' in body) return refuse(400);
    requests.push(body);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, delay));
    running--;
    const { content, calls = [] } = say(body);
    const ids = idsOf(`${content} ${JSON.stringify(calls)}`);
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        model: body.model,
        ...(body.return_token_ids && { prompt_token_ids: idsOf(JSON.stringify(body.messages)) }),
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content,
              tool_calls: calls.map((call, index) => ({
                id: `chatcmpl-tool-${index}`,
                type: 'function',
                function: call,
              })),
            },
            finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
            logprobs: body.logprobs
              ? { content: ids.map((id) => ({ token: 'x', logprob: -id / 65_536, bytes: [], top_logprobs: [] })) }
              : null,
            ...(body.return_token_ids && { token_ids: ids }),
          },
        ],
        usage: { prompt_tokens: 90, completion_tokens: ids.length, total_tokens: 90 + ids.length },
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close,
    get mostAtOnce() {
      return most;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
