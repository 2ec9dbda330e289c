/** What a server is made of and what bounds it. Only `graph` is needed; every limit has a default. */
import type { RouterGraph } from '../graph/graph.ts';
import type { ImageStore } from '../graph/image-store.ts';
import type { Budgets } from '../graph/run-state.ts';
import type { RunKeeper } from '../graph/runs/kept-runs.ts';
import type { SampledTracing } from '../graph/tracing/sampled-tracer.ts';
import type { SearchableKnowledgeBase } from '../tools/knowledge-base.ts';
import type { ApiKey } from './admission/api-key.ts';
import type { DocumentStore } from './document-store.ts';
import type { Log } from './log.ts';
import type { Feedback } from './runs/run-log.ts';

/** Read at each request, so that getters may change what is served while the server goes on. */
export interface RouterServerOptions {
  /** Answers every request that names no policy. */
  graph: RouterGraph;
  /** What a request may name as its `policy`. None by default. */
  policies?: Readonly<Record<string, RouterGraph>>;
  /** Graphs with a checkpointer, which answer what has a `threadId`. Default `graph`, where it has a checkpointer. */
  threads?: { graph: RouterGraph; policies?: Readonly<Record<string, RouterGraph>> };
  /** Those of the graph, to be listed and searched. None by default. */
  knowledgeBases?: readonly SearchableKnowledgeBase[];
  /** The folder that the `image.file` of a knowledge base's passages is relative to. */
  pictures?: (knowledgeBase: string) => string | undefined;
  /** Takes uploaded files. Without it nobody can add documents. */
  documents?: DocumentStore;
  /** The image store of the graphs. Without it questions with an image are refused. */
  images?: ImageStore;
  /** Clients must send `Authorization: Bearer <apiKey>`; `/healthz` and `/readyz` stay open. */
  apiKey?: string;
  /** Several keys, each with limits of its own; `apiKey` may stand beside them. */
  apiKeys?: readonly ApiKey[];
  /** Requests a minute of a client that has no limit of its own. None by default. */
  requestsPerMinute?: number;
  /** Origins of pages that may ask from a browser, e.g. `https://app.example.org`; `*` allows all. None by default. */
  corsOrigins?: readonly string[];
  /** Names that a keyless server on the loopback address answers to besides localhost. */
  allowedHosts?: readonly string[];
  /** Runs at once. Default 8: a run in flight holds little memory, but all share one thread. */
  concurrency?: number;
  /** Runs that may wait for a place; beyond it 503 with `Retry-After`. Default 64. */
  queue?: number;
  /** Bytes of a request's body. Default 15 MB, which holds the largest image in base64. */
  bodyLimit?: number;
  /** Bytes of all bodies that are being read, together. Default 64 MB. */
  bodyBytesInFlight?: number;
  /** Milliseconds for a body to arrive. Default 15,000. */
  bodyTimeoutMs?: number;
  /** Pixels of an image of a question, and of all that are decoded at once. Default 25 megapixels. */
  pixelLimit?: number;
  /** Bytes of the files of one upload. Default 200 MB. */
  uploadLimit?: number;
  /** Steps a request may ask for at most. */
  maxSteps?: number;
  /** Seed of requests that give none. Default 0. */
  seed?: number | string;
  /** Limits of every run. */
  budgets?: Budgets;
  /** Keeps every run and what people say of it, to learn from. */
  keeper?: RunKeeper;
  /** Runs that are remembered for `/v1/runs`, in memory. Default 100; 0 remembers none beyond its end. */
  runsKept?: number;
  /** Milliseconds for which a `resumable` run goes on without its client. Default 30,000. */
  resumeMs?: number;
  /** Milliseconds between the comments that keep an event stream open. Default 15,000. */
  heartbeatMs?: number;
  /** Ends every run, for a shutdown. */
  signal?: AbortSignal;
  /** Rejects while the server cannot answer; asked by `/readyz`, at most once a second. */
  ready?: (signal: AbortSignal) => Promise<void>;
  /** Hears of every request that ended and of every failure. Nothing by default. */
  log?: Log;
  /** Hears of failures that are not the client's. Default: `log` where there is one, else `console.error`. */
  onError?: (error: unknown) => void;
  /**
   * Whether a request may put its run below a trace of its own (headers `langsmith-trace` and `baggage`). Default false: whoever asks
   * then writes into your traces, and where they stand.
   */
  acceptTraces?: boolean;
  /**
   * What traces a run of this id, if anything: `sampledTracing({ rate: 0.05 })` of `r1-router` with the environment's tracing off,
   * `await openTelemetryTracing()`, or callbacks of your own.
   */
  tracing?: Pick<SampledTracing, 'callbacksFor'>;
  /** Hears of feedback on a run. */
  onFeedback?: (feedback: Feedback & { runId: string }) => void | Promise<void>;
  /** Whether `/metrics` is there, behind the key. Default true. */
  metrics?: boolean;
  /** Whether `/mcp` is there; it needs the package `@modelcontextprotocol/sdk`. Default true. */
  mcp?: boolean;
}

export const DEFAULTS = {
  concurrency: 8,
  queue: 64,
  bodyLimit: 15 * 1024 * 1024,
  bodyBytesInFlight: 64 * 1024 * 1024,
  bodyTimeoutMs: 15_000,
  pixelLimit: 25_000_000,
  uploadLimit: 200 * 1024 * 1024,
  runsKept: 100,
  resumeMs: 30_000,
  heartbeatMs: 15_000,
} as const;
