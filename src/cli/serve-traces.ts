/** Where the environment of `serve` asks for traces: LangSmith's variables, OpenTelemetry's, or both. */
import { setTimeout as pause } from 'node:timers/promises';
import { isR1RouterError } from '../common/errors.ts';
import type { ServerConfig } from '../config/schema.ts';
import type { OpenTelemetryTracing } from '../graph/tracing/open-telemetry.ts';
import type { SampledTracing } from '../graph/tracing/sampled-tracer.ts';
import type { RouterServerOptions } from '../server/options.ts';
import { isTracing, langsmithFeedback } from '../server/tracing.ts';
import { plainLine } from './terminal/plain-text.ts';

export interface ServedTraces {
  options: Pick<RouterServerOptions, 'tracing' | 'onFeedback' | 'acceptTraces'>;
  /** Sends what is left, for some seconds at most. */
  close(): Promise<void>;
}

const CLOSE_MS = 5_000;

export async function openTraces({ traceRate, acceptTraces }: ServerConfig): Promise<ServedTraces> {
  const spans = asksForSpans() ? await openSpans(traceRate) : undefined;
  // A trace that goes on here needs a LangSmith that was asked for.
  const ofLangsmith = isTracing();
  const langsmith = ofLangsmith
    ? await openLangsmith(traceRate, langsmithFeedback(acceptTraces ? { project: null } : {}))
    : {};
  const tracers = [langsmith.tracing, spans].filter((tracer) => tracer !== undefined);
  return {
    options: {
      ...langsmith,
      acceptTraces: acceptTraces && ofLangsmith,
      ...(tracers.length > 0 && { tracing: together(tracers) }),
    },
    close: async () => {
      if (!spans) return;
      const given = new AbortController();
      await Promise.race([spans.close(), pause(CLOSE_MS, undefined, { signal: given.signal }).catch(() => {})]);
      given.abort();
    },
  };
}

/** Of all runs, or of a share, for which the others pay nothing. */
async function openLangsmith(
  rate: number | undefined,
  onFeedback: RouterServerOptions['onFeedback'],
): Promise<ServedTraces['options']> {
  if (rate === undefined) return { onFeedback };
  const { sampledTracing } = await import('../graph/tracing/sampled-tracer.ts');
  // The tracer of the environment would trace every run, and is built before it is known which are kept.
  process.env.LANGSMITH_TRACING = 'false';
  delete process.env.LANGSMITH_TRACING_V2;
  delete process.env.LANGCHAIN_TRACING_V2;
  return { onFeedback, tracing: sampledTracing({ rate }) };
}

function asksForSpans(environment: NodeJS.ProcessEnv = process.env): boolean {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT } = environment;
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER } = environment;
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true' || OTEL_TRACES_EXPORTER === 'none') return false;
  return Boolean(OTEL_EXPORTER_OTLP_ENDPOINT || OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/** The variables are often set for every program of a cluster: without the packages the server starts all the same, and says so. */
async function openSpans(rate: number | undefined): Promise<OpenTelemetryTracing | undefined> {
  const tell = (message: string) => void process.stderr.write(`r1-router: ${plainLine(message)}\n`);
  const { openTelemetryTracing } = await import('../graph/tracing/open-telemetry.ts');
  const onError = ({ message }: Error) => tell(`the endpoint of OpenTelemetry does not take spans: ${message}`);
  try {
    return await openTelemetryTracing({ ...(rate !== undefined && { rate }), onError });
  } catch (error) {
    if (!isR1RouterError(error) || error.kind !== 'user') throw error;
    tell(`no spans are sent: ${error.message}`);
    return undefined;
  }
}

function together(tracers: readonly Pick<SampledTracing, 'callbacksFor'>[]): Pick<SampledTracing, 'callbacksFor'> {
  return {
    callbacksFor(key) {
      const callbacks = tracers.flatMap((tracer) => tracer.callbacksFor(key) ?? []);
      return callbacks.length > 0 ? callbacks : undefined;
    },
  };
}
