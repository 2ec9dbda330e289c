/**
 * The routes of the API beside `/v1/ask` as docs/reference/http.md has them, over real knowledge bases: what the page is tested against. It
 * keeps the runs that it sees go by in memory.
 */
import { Readable } from 'node:stream';
import { createParser } from 'eventsource-parser';
import express, { type RequestHandler, type Router } from 'express';
import type { RouterAnswer, RouterEvent } from '../../../src/graph/events.ts';
import type { ImageStore } from '../../../src/graph/image-store.ts';
import type { StepRecord } from '../../../src/graph/step-record.ts';
import type { PagePart } from '../../../src/server/page-part.ts';
import type { KnowledgeBase, SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';

export const CONTRACT_PARTS: readonly PagePart[] = [
  'knowledge-bases',
  'search',
  'passage-pictures',
  'question-pictures',
  'documents',
  'runs',
  'run-events',
  'feedback',
];

interface Run extends RouterAnswer {
  steps: StepRecord[];
  /** As they were sent. */
  events: string;
}

export interface Contract {
  router: Router;
  runs: Run[];
  feedback: { runId: string; score: number; comment?: string }[];
}

interface ContractOptions {
  knowledgeBases: () => readonly (SearchableKnowledgeBase & Partial<Pick<KnowledgeBase, 'stats'>>)[];
  /** Takes the files of an upload; uploads are refused without it. */
  ingest?: (files: readonly File[], query: Readonly<Record<string, unknown>>) => Promise<object>;
  /** Folder of the pictures of passages. */
  pictures?: string;
  images?: ImageStore;
}

const notFound: RequestHandler = ({ method, path }, response) => {
  response.status(404).json({ error: { code: 'not-found', message: `no ${method} ${path} here` } });
};

export function contract({ knowledgeBases, ingest, pictures, images }: ContractOptions): Contract {
  const runs: Run[] = [];
  const feedback: Contract['feedback'] = [];
  const router = express.Router();
  router.use('/v1/ask', recorder(runs));

  router.get('/v1/knowledge-bases', async (_request, response) => {
    const cards = knowledgeBases().map(async ({ name, description, modality, cost, stats }) => ({
      ...{ name, description, modality, cost },
      ...(stats && { size: await stats() }),
    }));
    response.json({ knowledgeBases: await Promise.all(cards) });
  });

  router.post('/v1/search', express.json(), async (request, response) => {
    const { knowledgeBase, text, limit } = request.body as { knowledgeBase: string; text: string; limit?: number };
    const found = knowledgeBases().find(({ name }) => name === knowledgeBase)!;
    response.json({ passages: await found.search({ text }, { limit }) });
  });

  router.get('/v1/runs', (_request, response) => {
    const list = runs.map(({ runId, question, answer, stopReason, steps }) => ({
      ...{ runId, question, answer, stopReason },
      startedAt: steps[0]!.timings.startedAt,
    }));
    response.json({ runs: list.reverse() });
  });
  router.get('/v1/runs/:id', (request, response, next) => {
    const run = runs.find(({ runId }) => runId === request.params.id);
    return run ? response.json({ ...run, events: undefined }) : notFound(request, response, next);
  });
  router.get('/v1/runs/:id/events', (request, response) => {
    response.type('text/event-stream').send(runs.find(({ runId }) => runId === request.params.id)!.events);
  });
  router.post('/v1/runs/:id/feedback', express.json(), (request, response) => {
    feedback.push({ runId: request.params.id, ...(request.body as { score: number; comment?: string }) });
    response.status(204).end();
  });

  router.post('/v1/documents', async (request, response, next) => {
    if (!ingest) return notFound(request, response, next);
    const body = Readable.toWeb(request) as ReadableStream;
    const form = await new Response(body, { headers: { 'Content-Type': request.get('content-type')! } }).formData();
    try {
      const files = form.getAll('files').filter((file) => file instanceof File);
      const report = await ingest(files, request.query);
      response.type('text/event-stream');
      response.write(`event: progress\ndata: ${JSON.stringify({ bytes: 1, totalBytes: 2 })}\n\n`);
      response.end(`event: report\ndata: ${JSON.stringify(report)}\n\n`);
    } catch (error) {
      response.status(400).json({ error: { code: 'bad-file', message: (error as Error).message } });
    }
  });

  router.get('/v1/knowledge-bases/:name/images/*file', (request, response) => {
    response.sendFile(request.params.file.join('/'), { root: pictures! });
  });
  router.get('/v1/images/:hash', async (request, response) => {
    response.type('webp').end((await images!.get(request.params.hash))!.bytes);
  });
  return { router, runs, feedback };
}

/** Keeps what a stream of events tells. */
function recorder(runs: Run[]): RequestHandler {
  return (_request, response, next) => {
    const steps: StepRecord[] = [];
    let events = '';
    const parser = createParser({
      onEvent({ data }) {
        const event = JSON.parse(data) as RouterEvent;
        if (event.type === 'step-end') steps.push(event.record);
        if (event.type === 'answer-end') runs.push({ ...event, steps, events });
      },
    });
    const write = response.write.bind(response) as (chunk: unknown) => boolean;
    response.write = (chunk: unknown) => {
      events += String(chunk);
      parser.feed(String(chunk));
      return write(chunk);
    };
    next();
  };
}
