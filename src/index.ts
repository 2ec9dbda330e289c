/**
 * The public door of the package: the router graph and what fills it. Knowledge bases and stores are at `r1-router/tools`, answers
 * without a language model at `r1-router/offline`, the HTTP server at `r1-router/server`, training at `r1-router/train`, evaluation at
 * `r1-router/eval`, fakes for your tests at `r1-router/test`.
 */
import './common/require-node.ts';

export { type ErrorKind, isR1RouterError, R1RouterError } from './common/errors.ts';
export { keyedRandom, type Random } from './common/random.ts';
export { type LoadedConfig, loadConfig } from './config/load.ts';
export { createChatModel } from './config/models.ts';
export { type OpenRouter, openRouter, type RouterSettings } from './config/open-router.ts';
export { type RouterConfig as RouterConfigFile, RouterConfigSchema } from './config/schema.ts';
export type { ResponseFormat, ResponseOf } from './graph/agent/structured-response.ts';
export type { Abstentions } from './graph/agent/tell.ts';
export {
  createRouterAgent,
  type RouterAgent,
  type RouterAgentInput,
  type RouterAgentOptions,
  type RouterAgentOutput,
} from './graph/agent.ts';
export { type ChatModelAnswererOptions, chatModelAnswerer } from './graph/chat-model/answerer.ts';
export type { CallOptions } from './graph/chat-model/call.ts';
export type { ChatModelLike } from './graph/chat-model/model.ts';
export { type ChatModelPolicyOptions, chatModelPolicy } from './graph/chat-model/policy.ts';
export { defaultPrompts, type Prompt, type RouterPrompts } from './graph/chat-model/prompts/prompts.ts';
export { type ParsedAnswer, parseAnswer } from './graph/chat-model/protocols/answer-tags.ts';
export { type ParsedDecision, parseDecision } from './graph/chat-model/protocols/decision-tags.ts';
export { type LabelledPassage, type Naming, ownNames, referenceNames } from './graph/chat-model/protocols/naming.ts';
export type { Protocol, StructuredOptions } from './graph/chat-model/protocols/protocol.ts';
export { type ChatModelReaderOptions, chatModelReader } from './graph/chat-model/reader.ts';
export {
  type Decision,
  DecisionSchema,
  type InvalidDecision,
  type InvalidReason,
  type Outcome,
  type Search,
  type SearchDecision,
  type StopDecision,
  searchFor,
  type Tokens,
  type Usage,
} from './graph/decision.ts';
export { type DriverConfig, driveRouter, type RouterDriver } from './graph/driver.ts';
export { type RouterAnswer, type RouterEvent, RouterEventSchema, type StopReason } from './graph/events.ts';
export { createRouterGraph, type RouterCalls, type RouterConfig, type RouterGraph } from './graph/graph.ts';
export { type ImageStore, memoryImageStore } from './graph/image-store.ts';
export type { RouterGraphOptions } from './graph/options.ts';
export { passOnReader } from './graph/pass-on-reader.ts';
export { allPolicy } from './graph/policies/all.ts';
export { allOncePolicy } from './graph/policies/all-once.ts';
export { fixedPolicy } from './graph/policies/fixed.ts';
export { randomPolicy } from './graph/policies/random.ts';
export { askOncePolicy, everyKnowledgeBase, type RerouteOptions, reroute } from './graph/policies/reroute.ts';
export type {
  Answerer,
  AnswerInput,
  EvidenceStep,
  Policy,
  PolicyOutput,
  PolicyState,
  Reader,
  ReaderOutput,
  ReadInput,
  RejectedOutput,
  SearchResult,
  StepContext,
  Turn,
} from './graph/policy.ts';
export {
  type RoutedTool,
  type RouterMiddleware,
  type RouterMiddlewareOptions,
  routerMiddleware,
  type Selection,
} from './graph/router-middleware.ts';
export { createRouterTool, type RouterFailure, type RouterToolOptions } from './graph/router-tool.ts';
export {
  type Budgets,
  type RouterContext,
  RouterContextSchema,
  type RouterInput,
  RouterInputSchema,
  type RouterOutput,
  RouterOutputSchema,
} from './graph/run-state.ts';
export {
  type Attempt,
  type Citation,
  type HistoryEntry,
  type PolicyTrace,
  type Probe,
  type Reading,
  type Searched,
  type StepRecord,
  StepRecordSchema,
  stepsTaken,
} from './graph/step-record.ts';
export { readStepRecord } from './graph/step-record-migration.ts';
export { searchFailure } from './graph/steps/search-failure.ts';
export { streamRouter } from './graph/stream.ts';
export type { ChunkOf, StreamChunks } from './graph/stream-chunks.ts';
export { withoutAmbientTracing } from './graph/tracing/ambient.ts';
export {
  type OpenTelemetryOptions,
  type OpenTelemetryTracing,
  openTelemetryTracing,
} from './graph/tracing/open-telemetry.ts';
export { type SampledTracing, type SampledTracingOptions, sampledTracing } from './graph/tracing/sampled-tracer.ts';
export type { Evidence, EvidenceFinder } from './tools/evidence.ts';
