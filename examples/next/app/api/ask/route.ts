/**
 * A route handler of Next.js: `POST /api/ask` with `{"question": "..."}` streams the run as server-sent events. It needs the Node
 * runtime, and `serverExternalPackages` of next.config.mjs. Leaving the page ends the run.
 */
import { createRouterGraph, fixedPolicy, isR1RouterError, streamRouter } from 'r1-router';
import { z } from 'zod';
import { officeNotes } from '../../../../custom-knowledge-base.ts';
import { answerWithLastReading, readFirstLine } from '../../../../parts.ts';

export const runtime = 'nodejs';

const graph = createRouterGraph({
  knowledgeBases: [officeNotes],
  policy: fixedPolicy({ knowledgeBase: officeNotes.name }),
  reader: readFirstLine,
  answerer: answerWithLastReading,
});

const AskSchema = z.strictObject({ question: z.string().min(1).max(8_000) });

export async function POST(request: Request): Promise<Response> {
  const asked = AskSchema.safeParse(await request.json().catch(() => undefined));
  if (!asked.success) return Response.json({ error: 'send {"question": "..."}' }, { status: 400 });
  const leaving = new AbortController();
  const signal = AbortSignal.any([request.signal, leaving.signal]);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (type: string, data: unknown) =>
        controller.enqueue(encoder.encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`));
      try {
        for await (const event of streamRouter(graph, asked.data, { signal })) send(event.type, event);
        controller.close();
      } catch (error) {
        if (leaving.signal.aborted) return; // nobody reads any more
        if (!signal.aborted) send('error', { code: isR1RouterError(error) ? error.code : 'internal' });
        controller.close();
      }
    },
    cancel: () => leaving.abort(),
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } });
}
