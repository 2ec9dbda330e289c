/**
 * Server-sent events over an HTTP response: names are the types of router events, ids are those of StepRecords. It waits for
 * a slow client instead of piling events up in memory, and a comment now and then keeps proxies from closing a quiet line.
 */
import { once } from 'node:events';
import type { Response } from 'express';

interface ServerSentEvent {
  /** Without a name it is a `message`. */
  event?: string;
  id?: string;
  data: unknown;
}

interface EventStream {
  /** Resolves when the client has room for more. */
  send(event: ServerSentEvent): Promise<void>;
  /** Data that is no JSON. */
  sendText(text: string): Promise<void>;
  end(): void;
}

/** Sends the headers at once. The signal ends waiting for a slow client. */
export function openEventStream(
  response: Response,
  { heartbeatMs, signal }: { heartbeatMs: number; signal: AbortSignal },
): EventStream {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no', // nginx would hold events back
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), heartbeatMs);
  heartbeat.unref();
  response.once('close', () => clearInterval(heartbeat));
  const write = async (text: string) => {
    if (!response.write(text)) await once(response, 'drain', { signal });
  };
  return {
    async send({ event, id, data }) {
      const head = `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}`;
      await write(`${head}data: ${JSON.stringify(data)}\n\n`);
    },
    sendText: (text) => write(`data: ${text}\n\n`),
    end() {
      clearInterval(heartbeat);
      response.end();
    },
  };
}
