/**
 * The public door of the package: the router graph and what fills it. Knowledge bases and stores are at `r1-router/tools`, the
 * HTTP server at `r1-router/server`, training at `r1-router/train`, evaluation at `r1-router/eval`.
 */
export { type ErrorKind, isR1RouterError, R1RouterError } from './common/errors.ts';
export { keyedRandom, type Random } from './common/random.ts';
export { type LoadedConfig, loadConfig } from './config/load.ts';
export { createChatModel } from './config/models.ts';
export { type OpenRouter, openRouter, type RouterSettings } from './config/open-router.ts';
export { type RouterConfig as RouterConfigFile, RouterConfigSchema } from './config/schema.ts';
export * from './graph/index.ts';
export { type LoadedScorer, loadScorer } from './graph/policies/scorer/directory.ts';
export { type RoutedQuestion, type RouteRow, routeQuestions } from './graph/policies/scorer/route.ts';
export * from './tracing/index.ts';
