/**
 * The routes of the API beside `/v1/ask` as docs/serving.md has them, over real knowledge bases: what the page is tested against. It
 * keeps the runs that it sees go by in memory.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createParser } from 'eventsource-parser';
import express, { type RequestHandler, type Router } from 'express';
import type { RouterAnswer, RouterEvent } from '../../../src/graph/events.ts';
import type { StepRecord } from '../../../src/graph/step-record.ts';
import type { KnowledgeBase, SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';

export const CONTRACT_PATHS = [
  '/v1/ask',
  '/v1/knowledge-bases',
  '/v1/search',
  '/v1/runs',
  '/v1/runs/:id',
  '/v1/runs/:id/feedback',
  '/v1/documents',
  '/v1/images/:hash',
];

type Run = RouterAnswer & { steps: StepRecord[] };

export interface Contract {
  router: Router;
  runs: Run[];
  feedback: { runId: string; score: number; comment?: string }[];
}

interface ContractOptions {
  knowledgeBases: () => readonly (SearchableKnowledgeBase & Partial<Pick<KnowledgeBase, 'stats'>>)[];
  /** Takes the files of an upload; uploads are refused without it. */
  ingest?: (knowledgeBase: string, files: readonly File[], description: string | undefined) => Promise<object>;
  pictures?: ReadonlyMap<string, string>;
}

const notFound: RequestHandler = ({ method, path }, response) => {
  response.status(404).json({ error: { code: 'not-found', message: `no ${method} ${path} here` } });
};

export function contract({ knowledgeBases, ingest, pictures = new Map() }: ContractOptions): Contract {
  const runs: Run[] = [];
  const feedback: Contract['feedback'] = [];
  const router = express.Router();
  router.use('/v1/ask', recorder(runs));

  router.get('/v1/knowledge-bases', async (_request, response) => {
    const cards = knowledgeBases().map(async ({ name, description, modality, cost, stats }) => ({
      ...{ name, description, modality, cost },
      ...(stats && { size: (await stats()).documents }),
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
    return run ? response.json(run) : notFound(request, response, next);
  });
  router.post('/v1/runs/:id/feedback', express.json(), (request, response) => {
    feedback.push({ runId: request.params.id, ...(request.body as { score: number; comment?: string }) });
    response.status(204).end();
  });

  router.post('/v1/documents', async (request, response, next) => {
    if (!ingest) return notFound(request, response, next);
    const body = Readable.toWeb(request) as ReadableStream;
    const form = await new Response(body, { headers: { 'Content-Type': request.get('content-type')! } }).formData();
    const description = form.get('description');
    try {
      const files = form.getAll('files').filter((file) => file instanceof File);
      response.json(await ingest(String(request.query.knowledgeBase), files, description?.toString()));
    } catch (error) {
      response.status(400).json({ error: { code: 'bad-file', message: (error as Error).message } });
    }
  });

  router.get('/v1/images/:hash', async (request, response, next) => {
    const file = pictures.get(request.params.hash);
    return file ? response.type('png').send(await readFile(file)) : notFound(request, response, next);
  });
  return { router, runs, feedback };
}

/** Keeps what a stream of events tells. */
function recorder(runs: Run[]): RequestHandler {
  return (_request, response, next) => {
    const steps: StepRecord[] = [];
    const parser = createParser({
      onEvent({ data }) {
        const event = JSON.parse(data) as RouterEvent;
        if (event.type === 'step-end') steps.push(event.record);
        if (event.type === 'answer-end') runs.push({ ...event, steps });
      },
    });
    const write = response.write.bind(response) as (chunk: unknown) => boolean;
    response.write = (chunk: unknown) => {
      parser.feed(String(chunk));
      return write(chunk);
    };
    next();
  };
}

/** Passages with pictures name the address at which `/v1/images` has them. */
export function withPictures(
  knowledgeBase: SearchableKnowledgeBase,
  folder: string,
  pictures: Map<string, string>,
): SearchableKnowledgeBase {
  const search = knowledgeBase.search.bind(knowledgeBase);
  knowledgeBase.search = async (...asked) => {
    const passages = await search(...asked);
    for (const { image } of passages) {
      if (!image?.file) continue;
      const path = join(folder, image.file);
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      pictures.set(hash, path);
      image.url = `/v1/images/${hash}`;
    }
    return passages;
  };
  return knowledgeBase;
}
