/** The events of a run while it goes on, or of one that is kept. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiError, request } from './client.ts';
import { ErrorBodySchema, RUN_EVENTS, type RunEvent, RunEventSchema } from './schemas.ts';

export interface AskRequest {
  question: string;
  /** `data:image/png;base64,...` */
  image?: string;
  policy?: string;
  maxSteps?: number;
}

const EVENTS = { Accept: 'text/event-stream' };

/** Throws an `ApiError`: of the request, of the run, or where the line broke before the answer. */
export async function* ask(asked: AskRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const headers = { ...EVENTS, 'Content-Type': 'application/json' };
  yield* eventsOf(await request('v1/ask', { method: 'POST', body: JSON.stringify(asked), headers, signal }));
}

/** From its beginning, whether or not it has ended. Throws as `ask` does. */
export async function* follow(runId: string, signal: AbortSignal): AsyncGenerator<RunEvent> {
  yield* eventsOf(await request(`v1/runs/${encodeURIComponent(runId)}/events`, { headers: EVENTS, signal }));
}

async function* eventsOf(response: Response): AsyncGenerator<RunEvent> {
  const reader = response
    .body!.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { event, data } = next.value;
      const value: unknown = JSON.parse(data);
      if (event === 'error') throw new ApiError(ErrorBodySchema.parse(value).error);
      // A newer server may tell more than this page knows of.
      if (event === undefined || !RUN_EVENTS.has(event)) continue;
      yield RunEventSchema.parse(value);
      if (event === 'answer-end') return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  throw new ApiError({ message: 'The connection broke before the answer came. Ask again.' });
}
