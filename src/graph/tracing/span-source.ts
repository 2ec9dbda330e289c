/** The spans of one run: the router's own is an agent and says which run it is, and what is to be hidden is left out. */
import type { Attributes, Span, Tracer, TracerProvider } from '@opentelemetry/api';
import type { HiddenParts } from './hidden-parts.ts';

/** What the graph calls its run. */
const ROUTER = 'r1-router';

interface OfRun {
  runId: string;
  hidden: HiddenParts;
  beforeSpan?: (runId: string) => void;
}

export function spansOfRun(provider: TracerProvider, { runId, hidden, beforeSpan }: OfRun): TracerProvider {
  return {
    getTracer(name, version, options): Tracer {
      const tracer = provider.getTracer(name, version, options);
      const startSpan: Tracer['startSpan'] = (spanName, settings, context) => {
        beforeSpan?.(runId);
        const span = tracer.startSpan(spanName, settings, context);
        const isRouter = spanName === ROUTER;
        return telling(span, hidden, isRouter ? { 'openinference.span.kind': 'AGENT', 'r1_router.run_id': runId } : {});
      };
      // The handler opens spans by `startSpan` alone.
      return { startSpan, startActiveSpan: tracer.startActiveSpan.bind(tracer) as Tracer['startActiveSpan'] };
    },
  };
}

/** All of OpenInference's attributes come by `setAttributes`. */
function telling(span: Span, { hides }: HiddenParts, own: Attributes): Span {
  const setAttributes = span.setAttributes.bind(span);
  span.setAttributes = (attributes: Attributes) => {
    const shown = Object.entries(attributes).filter(([name]) => !hides(name));
    return setAttributes({ ...Object.fromEntries(shown), ...own });
  };
  return span;
}
