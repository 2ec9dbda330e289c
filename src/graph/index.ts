/** The graph's public side: what to build it from, how to run it, and what it says. */
export { type CandidateProvider, grammarCandidates, proposeSubQuestions } from './candidates.ts';
export * from './decision.ts';
export { type DriverConfig, driveRouter, type RouterDriver } from './driver.ts';
export * from './events.ts';
export { createRouterGraph, type RouterConfig, type RouterGraph } from './graph.ts';
export { type ImageStore, memoryImageStore } from './image-store.ts';
export * from './methods/index.ts';
export type { RouterGraphOptions } from './options.ts';
export { allPolicy } from './policies/all.ts';
export { allOncePolicy } from './policies/all-once.ts';
export { type ChatModelPolicyOptions, chatModelPolicy } from './policies/chat-model.ts';
export { type CoverPolicyOptions, coverPolicy, openCoverPolicy } from './policies/cover.ts';
export { fixedPolicy } from './policies/fixed.ts';
export { type ProbePolicyOptions, probePolicy } from './policies/probe.ts';
export { randomPolicy } from './policies/random.ts';
export { askOncePolicy, type RerouteOptions, reroute } from './policies/reroute.ts';
export { openScorerPolicy, type ScorerPolicyOptions, scorerPolicy } from './policies/scorer.ts';
export * from './policy.ts';
export * from './prompts/prompts.ts';
export { type ParsedAnswer, parseAnswer, writeAnswer } from './protocol/answer-tags.ts';
export { type ParsedDecision, parseDecision, writeDecision } from './protocol/decision-tags.ts';
export { type LabelledPassage, type Naming, ownNames, referenceNames } from './protocol/naming.ts';
export { type ChatModelReaderOptions, chatModelReader } from './readers/chat-model.ts';
export { type ChatModelAnswererOptions, chatModelAnswerer } from './readers/chat-model-answerer.ts';
export {
  type ExtractiveAnswererOptions,
  type ExtractiveReaderOptions,
  extractiveAnswerer,
  extractiveReader,
} from './readers/extractive/index.ts';
export { createRouterTool, type RouterToolOptions } from './router-tool.ts';
export {
  type Budgets,
  BudgetsSchema,
  MAXIMUM_STEPS,
  type RouterContext,
  RouterContextSchema,
  type RouterInput,
  RouterInputSchema,
  type RouterOutput,
  RouterOutputSchema,
} from './run-state.ts';
export { searchFailure } from './search-failure.ts';
export * from './step-record.ts';
export { streamRouter } from './stream.ts';
