/** `GET /metrics` for Prometheus: requests, runs, searches and tokens as counts and times, without a word of what was asked. */
import type { RequestHandler, Response } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunSlots } from './admission/run-slots.ts';
import type { SharedBudget } from './admission/shared-budget.ts';
import type { RequestContext } from './request-context.ts';
import { type LoggedRun, stepsOf } from './runs/run-log.ts';

export interface Metrics {
  onRequest(context: RequestContext, response: Response, milliseconds: number): void;
  onRun(run: LoggedRun, milliseconds: number): void;
  handler: RequestHandler;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function createMetrics({
  slots,
  bytes,
  pixels,
}: {
  slots: RunSlots;
  bytes: SharedBudget;
  pixels: SharedBudget;
}): Metrics {
  // Not the process's own: there may be several routers, and an app with metrics of its own.
  const register = new Registry();
  const { requests, requestSeconds, runs, runSeconds, steps, searches, tokens } = instruments(register);
  gauge(register, 'r1_router_runs_running', 'Places taken', () => slots.running);
  gauge(register, 'r1_router_runs_waiting', 'Requests that wait for a place', () => slots.waiting);
  gauge(register, 'r1_router_body_bytes', 'Bytes of bodies in memory', () => bytes.taken);
  gauge(register, 'r1_router_decoding_pixels', 'Pixels that are being decoded', () => pixels.taken);

  let hasDefaults = false;
  return {
    onRequest({ route = 'none' }, { req, statusCode }, milliseconds) {
      requests.inc({ route, method: METHODS.has(req.method) ? req.method : 'other', status: statusCode });
      requestSeconds.observe({ route }, milliseconds / 1000);
    },
    onRun(run, milliseconds) {
      const output = run.output();
      const answered = output?.answer ? 'yes' : 'no';
      runs.inc({ end: output?.stopReason ?? run.status, answered });
      runSeconds.observe(milliseconds / 1000);
      for (const step of stepsOf(run.events)) {
        steps.inc();
        for (const { knowledgeBase, outcome } of step.searches)
          searches.inc({ knowledge_base: knowledgeBase, outcome });
      }
      if (!output) return;
      tokens.inc({ direction: 'input' }, output.usage.tokens.input);
      tokens.inc({ direction: 'output' }, output.usage.tokens.output);
    },
    async handler(_request, response) {
      // What watches the process costs a little, so nobody pays who does not look.
      if (!hasDefaults) collectDefaultMetrics({ register });
      hasDefaults = true;
      response.set('Content-Type', register.contentType).end(await register.metrics());
    },
  };
}

/** Clients may send any word. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What is counted and timed as it happens. */
function instruments(register: Registry) {
  const registers = [register];
  return {
    requests: new Counter({
      name: 'r1_router_requests_total',
      help: 'Requests that ended',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'r1_router_request_seconds',
      help: 'Time of requests, waiting for a place included',
      labelNames: ['route'],
      buckets: SECONDS,
      registers,
    }),
    runs: new Counter({
      name: 'r1_router_runs_total',
      help: 'Runs that ended, by what ended them',
      labelNames: ['end', 'answered'],
      registers,
    }),
    runSeconds: new Histogram({
      name: 'r1_router_run_seconds',
      help: 'Time of runs',
      buckets: SECONDS,
      registers,
    }),
    steps: new Counter({ name: 'r1_router_steps_total', help: 'Steps of runs', registers }),
    searches: new Counter({
      name: 'r1_router_searches_total',
      help: 'Searches that were decided on',
      labelNames: ['knowledge_base', 'outcome'],
      registers,
    }),
    tokens: new Counter({
      name: 'r1_router_model_tokens_total',
      help: 'Tokens of language models',
      labelNames: ['direction'],
      registers,
    }),
  };
}

/** What is looked up when somebody asks. */
function gauge(register: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [register],
    collect() {
      this.set(read());
    },
  });
}
