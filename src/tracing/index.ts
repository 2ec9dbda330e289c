/** Tracing beyond what LangSmith's environment variables do by themselves. */
export { withoutAmbientTracing } from './ambient.ts';
export { type SampledTracing, type SampledTracingOptions, sampledTracing } from './sampled-tracer.ts';
