/** All metrics. Pure: nothing here reads a file, a clock or a model, and training may import it. */
export * from './abstention.ts';
export * from './aggregate.ts';
export * from './answer-match.ts';
export * from './evidence.ts';
export * from './f1-recall.ts';
export * from './ranking.ts';
export * from './routing.ts';
export { treebankTokens } from './treebank-tokenizer.ts';
