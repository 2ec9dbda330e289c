/** Every operator of the engine. */
export * from './arithmetic.ts';
export * from './attention.ts';
export * from './elementwise.ts';
export * from './gather.ts';
export * from './layout.ts';
export * from './log-probability.ts';
export * from './matrix.ts';
export * from './normalise.ts';
export * from './reduce.ts';
export * from './rotary.ts';
