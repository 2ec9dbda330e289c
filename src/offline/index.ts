/**
 * Answers without a language model: rules that read English, written for the demonstration. Policies that need no model, a reader that
 * points at words, an answerer that quotes. Nothing here is reachable from `createRouterGraph`.
 */
export { type ExtractiveAnswererOptions, extractiveAnswerer } from './answerer.ts';
export type { Candidate } from './candidates/candidate.ts';
export { type CandidateProvider, grammarCandidates } from './candidates/candidates.ts';
export { chatModelCandidates } from './candidates/chat-model-candidates.ts';
export { english } from './english/english.ts';
export { filesAnswerer } from './files/answerer.ts';
export { filesEvidence } from './files/evidence.ts';
export { filesPolicy } from './files/policy.ts';
export { type FilesReaderOptions, filesReader } from './files/reader.ts';
export type {
  AnswerType,
  AskedState,
  Extraction,
  Inquiry,
  Language,
  LanguageVersion,
  Mentions,
  ReadOptions,
  StandingAnswer,
  Understanding,
  Words,
} from './language.ts';
export { type CoverPolicyOptions, coverPolicy, openCoverPolicy } from './policies/cover.ts';
export { type ProbePolicyOptions, probePolicy } from './policies/probe.ts';
export { type LoadedScorer, loadScorer, ScorerLanguageError } from './policies/scorer/directory.ts';
export { type RoutedQuestion, type RouteRow, routeQuestions } from './policies/scorer/route.ts';
export { openScorerPolicy, type ScorerPolicyOptions, scorerPolicy } from './policies/scorer.ts';
export { type ExtractiveReaderOptions, extractiveReader } from './reader/reader.ts';
