/** `GET /openapi.json`: what the server speaks, as OpenAPI 3.1, made from the schemas that check it. */
import { z } from 'zod';
import { RouterEventSchema } from '../../graph/events.ts';
import { RouterOutputSchema } from '../../graph/run-state.ts';
import { KnowledgeBaseCardSchema } from '../../tools/knowledge-base.ts';
import { PassageSchema } from '../../tools/passage.ts';
import { AskRequestSchema } from '../ask/ask-request.ts';
import { UploadQuerySchema } from '../document-store.ts';
import { SearchRequestSchema } from '../knowledge-bases.ts';
import { ChatRequestSchema, MODEL } from '../openai/request.ts';
import type { RouterServerOptions } from '../options.ts';
import { FeedbackSchema } from '../runs/run-log.ts';

const ErrorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const OpenAiErrorSchema = z.object({
  error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }),
});
const RunStatus = z.enum(['running', 'done', 'failed']);
const RunSummary = z.object({
  runId: z.string(),
  question: z.string(),
  answer: z.string().nullable(),
  startedAt: z.string(),
  status: RunStatus,
  stopReason: z.string().nullable(),
});
const GivenFeedback = FeedbackSchema.extend({ at: z.string() });
const KnowledgeBases = z.object({
  knowledgeBases: z.array(
    z.object({
      ...KnowledgeBaseCardSchema.shape,
      cost: z.number().nonnegative(),
      size: z.object({ documents: z.number(), passages: z.number() }).optional(),
    }),
  ),
});
const Report = z.looseObject({ documents: z.number().int(), passages: z.number().int(), errorCount: z.number().int() });

/** By the names that the document calls them by. */
const SCHEMAS = {
  AskRequest: AskRequestSchema,
  Answer: RouterOutputSchema,
  Event: RouterEventSchema,
  Error: ErrorSchema,
  OpenAiError: OpenAiErrorSchema,
  KnowledgeBases,
  SearchRequest: SearchRequestSchema,
  Passages: z.object({ passages: z.array(PassageSchema) }),
  Runs: z.object({ runs: z.array(RunSummary) }),
  Run: z.looseObject({
    ...RouterOutputSchema.partial().shape,
    ...RunSummary.shape,
    steps: RouterOutputSchema.shape.steps,
    feedback: z.array(GivenFeedback),
  }),
  Feedback: FeedbackSchema,
  FeedbackTaken: z.object({ runId: z.string(), feedback: GivenFeedback }),
  IngestReport: Report,
  ChatRequest: ChatRequestSchema,
  ChatCompletion: z.looseObject({
    id: z.string(),
    choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string() }) })),
  }),
  Models: z.object({ object: z.literal('list'), data: z.array(z.looseObject({ id: z.string() })) }),
  Health: z.object({ status: z.string(), running: z.number(), waiting: z.number() }),
  Ready: z.object({ status: z.string() }),
} satisfies Record<string, z.ZodType>;
type SchemaName = keyof typeof SCHEMAS;

function schemasAsJson({ policies = {} }: OpenApiOptions): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: 'any',
    io: 'input',
    override: ({ jsonSchema }) => plainTuple(jsonSchema),
  });
  const bare = Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]);
  const all = Object.fromEntries(bare) as Record<SchemaName, { properties: Record<string, object> }>;
  // What only this server can say: its policies.
  const names = Object.keys(policies);
  if (names.length > 0) all.AskRequest.properties.policy = { enum: names };
  all.ChatRequest.properties.model = { enum: [MODEL, ...names.map((name) => `${MODEL}/${name}`)] };
  return all;
}

/** A tuple of one kind as a list of fixed length, which more tools understand. */
function plainTuple(schema: { prefixItems?: unknown[]; items?: unknown }): void {
  const [first, ...others] = schema.prefixItems ?? [];
  if (first === undefined || others.some((other) => JSON.stringify(other) !== JSON.stringify(first))) return;
  delete schema.prefixItems;
  schema.items = first;
}

type OpenApiOptions = Pick<RouterServerOptions, 'apiKey' | 'apiKeys' | 'policies'>;

const reference = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: SchemaName) => ({ 'application/json': { schema: reference(name) } });
const reply = (description: string, content: object) => ({ description, content });

interface Operation {
  summary: string;
  /** Names of path and query parameters, and of headers. */
  parameters?: readonly object[];
  body?: object;
  ok: object;
  okStatus?: 200 | 201;
  /** Statuses of errors, besides those of every operation. */
  errors: readonly number[];
  error?: SchemaName;
  open?: boolean;
}

function operation({ summary, parameters, body, ok, okStatus = 200, errors, error = 'Error', open }: Operation) {
  const all = [...errors, ...(open ? [] : [401, 403, 429]), ...(body ? [408, 413, 415] : []), 500, 503];
  const failures = [...new Set(all)]
    .sort()
    .map((status) => [status, reply(MEANING[status] ?? 'an error', json(error))]);
  return {
    summary,
    ...(parameters && { parameters }),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: { [okStatus]: ok, ...Object.fromEntries(failures) },
    ...(open && { security: [] }),
  };
}

const MEANING: Readonly<Record<number, string>> = {
  400: 'the request must change; the message names the field',
  401: 'no key, or a wrong one',
  403: 'not from this host, page or server',
  404: 'nothing of this name',
  406: 'only application/json and text/event-stream are spoken',
  408: 'the body did not arrive in time',
  409: 'another upload is under way',
  413: 'too large',
  415: 'another type, encoding or charset',
  429: 'too many requests; see Retry-After',
  500: 'a part of the server failed; its log says why',
  502: 'the model failed; the log says why',
  503: 'overloaded or shutting down; see Retry-After',
};

const inPath = (name: string, schema: object = { type: 'string' }) => ({ name, in: 'path', required: true, schema });
const RUN_ID = inPath('runId', { type: 'string', format: 'uuid' });
const LAST_EVENT_ID = { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } };
/** One event of the stream. */
const EVENT = {
  type: 'object',
  properties: {
    event: { type: 'string' },
    id: { type: 'string' },
    data: { type: 'string', contentMediaType: 'application/json' },
  },
  required: ['data'],
};
const EVENTS = { 'text/event-stream': { schema: EVENT } };

function paths() {
  const query = Object.entries(z.toJSONSchema(UploadQuerySchema).properties ?? {}).map(([name, schema]) => {
    return { name, in: 'query', required: name === 'knowledgeBase', schema };
  });
  return {
    '/v1/ask': {
      post: operation({
        summary: 'Ask a question; the run as JSON or as server-sent events',
        parameters: [LAST_EVENT_ID],
        body: { ...json('AskRequest'), 'multipart/form-data': { schema: reference('AskRequest') } },
        ok: reply('the answer with its steps, or the events of the run', { ...json('Answer'), ...EVENTS }),
        errors: [400, 406, 502],
      }),
    },
    '/v1/knowledge-bases': {
      get: operation({
        summary: 'What there is to look in',
        ok: reply('the knowledge bases', json('KnowledgeBases')),
        errors: [],
      }),
    },
    '/v1/knowledge-bases/{name}/images/{file}': {
      get: operation({
        summary: 'The picture of a passage',
        parameters: [inPath('name'), inPath('file')],
        ok: reply('the picture', { 'image/*': {} }),
        errors: [400, 404],
      }),
    },
    '/v1/images/{hash}': {
      get: operation({
        summary: 'The image of a question',
        parameters: [inPath('hash', { type: 'string', pattern: '^[0-9a-f]{64}$' })],
        ok: reply('the image', { 'image/*': {} }),
        errors: [400, 404],
      }),
    },
    '/v1/search': {
      post: operation({
        summary: 'Search one knowledge base',
        body: json('SearchRequest'),
        ok: reply('its best passages', json('Passages')),
        errors: [400, 404],
      }),
    },
    '/v1/documents': {
      post: operation({
        summary: 'Add files to a knowledge base, where the server takes them',
        parameters: query,
        body: {
          'multipart/form-data': {
            schema: {
              type: 'object',
              properties: { files: { type: 'array', items: { type: 'string', format: 'binary' } } },
            },
          },
        },
        ok: reply('what was stored', { ...json('IngestReport'), ...EVENTS }),
        errors: [400, 409],
      }),
    },
    ...runPaths(),
    ...openAiPaths(),
    '/healthz': {
      get: operation({
        summary: 'Whether the process lives',
        ok: reply('it does', json('Health')),
        errors: [],
        open: true,
      }),
    },
    '/readyz': {
      get: operation({ summary: 'Whether it can answer', ok: reply('it can', json('Ready')), errors: [], open: true }),
    },
  };
}

function runPaths() {
  return {
    '/v1/runs': { get: operation({ summary: 'The latest runs', ok: reply('newest first', json('Runs')), errors: [] }) },
    '/v1/runs/{runId}': {
      get: operation({
        summary: 'A run with its steps',
        parameters: [RUN_ID],
        ok: reply('the run', json('Run')),
        errors: [400, 404],
      }),
    },
    '/v1/runs/{runId}/events': {
      get: operation({
        summary: 'The events of a run, from one of them on',
        parameters: [RUN_ID, LAST_EVENT_ID],
        ok: reply('the events', EVENTS),
        errors: [400, 404, 502],
      }),
    },
    '/v1/runs/{runId}/feedback': {
      post: operation({
        summary: 'Say what you think of a run',
        parameters: [RUN_ID],
        body: json('Feedback'),
        ok: reply('taken', json('FeedbackTaken')),
        okStatus: 201,
        errors: [400, 404],
      }),
    },
  };
}

function openAiPaths() {
  return {
    '/v1/models': {
      get: operation({
        summary: 'The router and its policies as models',
        ok: reply('the models', json('Models')),
        errors: [],
        error: 'OpenAiError',
      }),
    },
    '/v1/chat/completions': {
      post: operation({
        summary: 'Ask as a chat completion of OpenAI',
        body: json('ChatRequest'),
        ok: reply('the answer', { ...json('ChatCompletion'), ...EVENTS }),
        errors: [400, 404, 502],
        error: 'OpenAiError',
      }),
    },
  };
}

/** The document of a server with these options. */
export function openApiDocument(options: OpenApiOptions) {
  const { apiKey, apiKeys = [] } = options;
  const hasKeys = apiKey !== undefined || apiKeys.length > 0;
  return {
    openapi: '3.1.0',
    info: {
      title: 'R1-Router',
      version: '1',
      description:
        'A router that answers questions step by step from its knowledge bases. `/mcp` speaks the Model Context Protocol beside it.',
    },
    paths: paths(),
    components: {
      schemas: schemasAsJson(options),
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
    ...(hasKeys && { security: [{ key: [] }] }),
  };
}
