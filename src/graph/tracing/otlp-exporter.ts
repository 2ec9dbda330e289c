/** Our own provider of spans: sent by OTLP to the endpoint that the ordinary `OTEL_*` variables name. Imports optional packages. */
import type { TracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  RandomIdGenerator,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { userError } from '../../common/errors.ts';

export interface ExporterOptions {
  serviceName?: string;
  onError?: (error: Error) => void;
}

export function openExporter({ serviceName, onError }: ExporterOptions) {
  const protocol = process.env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? process.env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol === 'grpc') {
    const message = `OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent as http/protobuf, and not as ${protocol}; name the port that takes HTTP, most often 4318`;
    throw userError('open-telemetry-protocol', message);
  }
  const ids = new RunIds();
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'r1-router' }))
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes(serviceName === undefined ? {} : { 'service.name': serviceName })),
    spanProcessors: [new BatchSpanProcessor(telling(new OTLPTraceExporter(), onError))],
    idGenerator: ids,
  });
  return {
    provider: provider as TracerProvider,
    beforeSpan: (runId: string) => ids.nextRun(runId),
    // What is not taken was told by `onError`.
    flush: () => provider.forceFlush().catch(() => {}),
    close: () => provider.shutdown().catch(() => {}),
  };
}

/** A trace has the id of its run, without the dashes: whoever knows the one finds the other. */
class RunIds extends RandomIdGenerator {
  #next: string | undefined;

  constructor() {
    super();
    // The base class has this as a field.
    const random = this.generateTraceId;
    this.generateTraceId = () => this.#next ?? random();
  }

  nextRun(runId: string): void {
    const id = runId.replaceAll('-', '').toLowerCase();
    this.#next = /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : undefined;
  }
}

/** Says once that spans are not taken, and again after some were. */
function telling(exporter: SpanExporter, onError?: (error: Error) => void): SpanExporter {
  let told = false;
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error && !told) onError?.(error);
        told = error !== undefined;
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
