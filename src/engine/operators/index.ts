/** Every operator of the engine. */
export { add, divide, maximum, minimum, multiply, type Operand, reduceTo, subtract, where } from './arithmetic.ts';
export { type AttentionInput, attention } from './attention.ts';
export {
  absolute,
  clip,
  exp,
  gelu,
  log,
  negate,
  power,
  relu,
  sigmoid,
  silu,
  sqrt,
  stopGradient,
  tanh,
} from './elementwise.ts';
export { gatherElements, gatherRows, scatterAdd } from './gather.ts';
export { concat, expand, reshape, slice, transpose } from './layout.ts';
export { linearLogProbability, logProbability } from './log-probability.ts';
export { linear, matmul } from './matrix.ts';
export { layerNorm, logSoftmax, rmsNorm, softmax } from './normalise.ts';
export { max, mean, min, type ReduceOptions, sum } from './reduce.ts';
export { rotary, rotaryTables } from './rotary.ts';
