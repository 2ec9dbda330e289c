/** `POST /v1/chat/completions`: the router for whatever speaks to OpenAI, streamed or not, with citations beside the answer. */
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Runner } from '../ask/run.ts';
import { openEventStream } from '../event-stream.ts';
import { DEFAULTS, type RouterServerOptions } from '../options.ts';
import { contextOf, SHUTTING_DOWN } from '../request-context.ts';
import type { LoggedRun } from '../runs/run-log.ts';
import { sendStreamError } from '../stream-error.ts';
import { chunkOf, completionOf, contentOf, extensionOf, usageChunkOf } from './completion.ts';
import { openAiError } from './errors.ts';
import { type ChatRequest, MODEL, parseChatRequest, policyOf, questionOf } from './request.ts';

/** Middleware: what fails on these paths is told as OpenAI tells it. */
export const openAiErrors: RequestHandler = (_request, response, next) => {
  contextOf(response).errorBody = openAiError;
  next();
};

export function chatCompletions(runner: Runner, options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    try {
      const asked = parseChatRequest(request.body);
      const policy = policyOf(asked.model, options.policies);
      const run = await runner.start({ ...questionOf(asked), ...(policy !== undefined && { policy }) }, context);
      const about = { runId: run.runId, model: asked.model, created: secondsNow() };
      if (asked.stream) return await sendChunks(run, about, asked, response, options);
      for await (const _event of run.follow(0, context.signal));
      response.set('Cache-Control', 'no-store').json(completionOf(run.output()!, about));
    } catch (error) {
      if (context.left.aborted) return; // nobody listens any more
      throw options.signal?.aborted ? SHUTTING_DOWN : error;
    }
  };
}

const secondsNow = () => Math.floor(Date.now() / 1000);

interface About {
  runId: string;
  model: string;
  created: number;
}

async function sendChunks(
  run: LoggedRun,
  about: About,
  { stream_options: streamOptions }: ChatRequest,
  response: Response,
  options: RouterServerOptions,
): Promise<void> {
  const { signal } = contextOf(response);
  const events = run.follow(0, signal);
  // As with our own events: what the graph refuses still gets its status.
  let next = await events.next();
  const stream = openEventStream(response, { heartbeatMs: options.heartbeatMs ?? DEFAULTS.heartbeatMs, signal });
  const send = (data: unknown) => stream.send({ data });
  let said = '';
  try {
    await send(chunkOf(about, { role: 'assistant', content: '' }));
    for (; !next.done; next = await events.next()) {
      if (next.value.type !== 'answer-delta') continue;
      said += next.value.delta;
      await send(chunkOf(about, { content: next.value.delta }));
    }
    const output = run.output()!;
    const rest = restOf(contentOf(output), said);
    if (rest !== '') await send(chunkOf(about, { content: rest }));
    await send({ ...chunkOf(about, {}, 'stop'), ...extensionOf(output) });
    if (streamOptions?.include_usage) await send(usageChunkOf(about, output));
    await stream.sendText('[DONE]');
  } catch (error) {
    sendStreamError(response, error, options);
  } finally {
    stream.end();
  }
}

/** What was not said piece by piece. Where the pieces were not the answer, it is the extension that says what is. */
function restOf(content: string, said: string): string {
  if (said.trim() === content) return '';
  return content.startsWith(said.trimStart()) ? content.slice(said.trimStart().length) : said === '' ? content : '';
}

/** `GET /v1/models` and one of them: the router, and the router with each policy. */
export function models(options: RouterServerOptions): { list: RequestHandler; show: RequestHandler } {
  const created = secondsNow();
  const describe = (id: string) => ({ id, object: 'model', created, owned_by: MODEL });
  return {
    list: (_request, response) => {
      const names = Object.keys(options.policies ?? {}).map((policy) => `${MODEL}/${policy}`);
      response.json({ object: 'list', data: [MODEL, ...names].map(describe) });
    },
    show: (request, response) => {
      const { model } = z.looseObject({ model: z.union([z.string(), z.array(z.string())]) }).parse(request.params);
      const id = Array.isArray(model) ? model.join('/') : model;
      policyOf(id, options.policies);
      response.json(describe(id));
    },
  };
}
