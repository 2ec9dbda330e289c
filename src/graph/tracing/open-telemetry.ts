/**
 * Runs as OpenTelemetry spans with the attributes of OpenInference (agent, chain, retriever with documents, llm with token counts),
 * sent to whatever takes OTLP. The packages are optional and loaded when this is called. Nothing is registered for the whole
 * process, so that an app's own OpenTelemetry goes on as it was.
 */
import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { isR1RouterError, userError } from '../../common/errors.ts';
import { hiddenParts } from './hidden-parts.ts';
import { inSample, type SampledTracing } from './sampled-tracer.ts';
import { spansOfRun } from './span-source.ts';

export interface OpenTelemetryOptions {
  /** Share of runs that are traced, in [0, 1]. Default 1. */
  rate?: number;
  /** Which runs these are depends on the seed and the run's key alone. Default 0. */
  seed?: number | string;
  /** Default: `OTEL_SERVICE_NAME`, or `r1-router`. */
  serviceName?: string;
  /**
   * A `TracerProvider` of yours, which then says where spans go. Default: one that sends them to `OTEL_EXPORTER_OTLP_ENDPOINT`, and
   * gives a trace the id of its run where that is a UUID.
   */
  provider?: { getTracer(name: string, version?: string): object };
  /** Hears that the endpoint does not take spans: once, until it takes some again. */
  onError?: (error: Error) => void;
}

export interface OpenTelemetryTracing extends SampledTracing {
  /** Sends what is left and ends. A provider of yours is only flushed. */
  close(): Promise<void>;
}

const PACKAGES = [
  '@opentelemetry/api@1.9',
  '@opentelemetry/sdk-trace-base@2',
  '@opentelemetry/resources@2',
  '@opentelemetry/exporter-trace-otlp-proto@0.223',
  '@arizeai/openinference-instrumentation-langchain@4',
].join(' ');

/**
 * `graph.invoke(input, { runId, callbacks: tracing.callbacksFor(runId) })`. Throws the user errors `open-telemetry-missing` where the
 * packages are not installed, `open-telemetry-protocol` and `invalid-trace-rate`.
 */
export async function openTelemetryTracing(options: OpenTelemetryOptions = {}): Promise<OpenTelemetryTracing> {
  const { rate = 1, seed = 0, onError } = options;
  if (!(rate >= 0 && rate <= 1)) {
    throw userError('invalid-trace-rate', `openTelemetryTracing: rate is ${rate}; give a share between 0 and 1`);
  }
  const [{ LangChainInstrumentation }, spans] = await installed(() =>
    Promise.all([import('@arizeai/openinference-instrumentation-langchain'), openSpans(options, onError)]),
  );
  const hidden = hiddenParts();
  type Provider = NonNullable<NonNullable<ConstructorParameters<typeof LangChainInstrumentation>[0]>['tracerProvider']>;
  type CallbackModule = Parameters<InstanceType<typeof LangChainInstrumentation>['manuallyInstrument']>[0];

  const handlerFor = (key: string): BaseCallbackHandler[] => {
    const tracerProvider = spansOfRun(spans.provider as Provider, { runId: key, hidden, beforeSpan: spans.beforeSpan });
    const instrumentation = new LangChainInstrumentation({
      tracerProvider,
      traceConfig: hidden.config,
      instrumentationConfig: { enabled: false },
    });
    // It only knows how to add its handler to every run of a process; a manager that is not in use gives it for one.
    const standIn = { CallbackManager: { _configureSync: (handlers?: BaseCallbackHandler[]) => handlers ?? [] } };
    instrumentation.manuallyInstrument(standIn as unknown as CallbackModule);
    return standIn.CallbackManager._configureSync();
  };
  const flush = async () => {
    await awaitAllCallbacks();
    await spans.flush();
  };
  return {
    callbacksFor: (key) => (inSample({ rate, seed, key }) ? handlerFor(key) : undefined),
    flush,
    async close() {
      await flush();
      await spans.close();
    },
  };
}

/** Where spans come from and go to. */
interface Spans {
  provider: object;
  /** Told the run that the next span may begin. */
  beforeSpan?: (runId: string) => void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

async function openSpans({ provider, serviceName }: OpenTelemetryOptions, onError?: (error: Error) => void) {
  if (provider) return ofProvider(provider);
  const { openExporter } = await import('./otlp-exporter.ts');
  return openExporter({ serviceName, onError });
}

function ofProvider(provider: object): Spans {
  const { forceFlush } = provider as { forceFlush?: () => Promise<void> };
  const flush = async () => forceFlush?.call(provider);
  return { provider, flush, close: flush };
}

async function installed<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (isR1RouterError(error) || (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND')) throw error;
    const message = `openTelemetryTracing: OpenTelemetry is not installed; npm install ${PACKAGES}`;
    throw userError('open-telemetry-missing', message, error);
  }
}
