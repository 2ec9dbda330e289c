/** Log-probabilities of chosen classes, from logits or straight from what a vocabulary head is given. */
import type { Tensor } from '../graph.ts';
import { sameShape, shapeError } from '../shapes.ts';
import { scatterAdd } from './gather.ts';

/**
 * Natural log-probabilities of chosen classes: logits [rows, classes], choices [rows] of int32 gives [rows]. As
 * `gatherElements(logSoftmax(logits))`, with a gradient that touches the wide matrix twice instead of five times.
 */
export function logProbability(logits: Tensor, choices: Tensor): Tensor {
  const { graph } = logits;
  const [rows] = logits.shape;
  if (logits.shape.length !== 2 || rows === undefined || !sameShape(choices.shape, [rows])) {
    return shapeError('logProbability', `logits [${logits.shape}] and choices [${choices.shape}]; want [n, m] and [n]`);
  }
  const int64 = (values: readonly number[]): Tensor => graph.constant(values, [values.length], 'int64');
  const column = graph.node('Reshape', [choices, int64([rows, 1])], [rows, 1], { type: choices.type });
  const all = graph.node('LogSoftmax', [logits], logits.shape, { attributes: { axis: 1 } });
  const chosen = graph.node('GatherElements', [all, column], [rows, 1], { attributes: { axis: 1 } });
  const y = graph.node('Reshape', [chosen, int64([rows])], [rows]);
  return graph.record(y, [logits], (g) => {
    const perRow = graph.node('Reshape', [g, int64([rows, 1])], [rows, 1]);
    const probability = graph.node('Exp', [all], logits.shape);
    const pulledDown = graph.node('Mul', [probability, graph.node('Neg', [perRow], [rows, 1])], logits.shape);
    return [scatterAdd(pulledDown, column, perRow, 1)];
  });
}

/**
 * Natural log-probabilities of chosen classes under softmax(x weight^T): x [rows, in], weight [classes, in], choices [rows] of
 * int32 gives [rows]. The gradient of row r is g[r] (chosen - probability); g is multiplied into the narrow side of each product, so
 * that [rows, classes] is touched by the exponential and the products alone.
 */
export function linearLogProbability(x: Tensor, weight: Tensor, choices: Tensor): Tensor {
  const { graph } = x;
  const [rows, features] = x.shape;
  const [classes] = weight.shape;
  if (
    rows === undefined ||
    classes === undefined ||
    features === undefined ||
    !sameShape(x.shape, [rows, features]) ||
    !sameShape(weight.shape, [classes, features]) ||
    !sameShape(choices.shape, [rows])
  ) {
    return shapeError('linearLogProbability', `x [${x.shape}], weight [${weight.shape}], choices [${choices.shape}]`);
  }
  const wide = [rows, classes];
  const int64 = (values: readonly number[]): Tensor => graph.constant(values, [values.length], 'int64');
  const column = graph.node('Reshape', [choices, int64([rows, 1])], [rows, 1], { type: choices.type });
  const logits = graph.node('Gemm', [x, weight], wide, { attributes: { transB: 1 } });
  const all = graph.node('LogSoftmax', [logits], wide, { attributes: { axis: 1 } });
  const chosen = graph.node('GatherElements', [all, column], [rows, 1], { attributes: { axis: 1 } });
  const y = graph.node('Reshape', [chosen, int64([rows])], [rows]);
  return graph.record(y, [x, weight], (g) => {
    const perRow = graph.node('Neg', [graph.node('Reshape', [g, int64([rows, 1])], [rows, 1])], [rows, 1]);
    const minusOnes = graph.constant(new Float32Array(rows).fill(-1), [rows, 1]);
    // Writes back what is there: the softmax then comes after the reading, and may overwrite its input. Of log-probabilities it is
    // their exponential, by a kernel twice as fast as that of Exp.
    const read = graph.node('ScatterElements', [all, column, chosen], wide, { attributes: { axis: 1 } });
    const probability = graph.node('Softmax', [read], wide, { attributes: { axis: 1 } });
    const difference = scatterAdd(probability, column, minusOnes, 1);
    const toX = graph.node('Gemm', [difference, weight], x.shape);
    const scaled = graph.node('Mul', [x, perRow], x.shape);
    return [
      graph.node('Mul', [toX, perRow], x.shape),
      graph.node('Gemm', [difference, scaled], weight.shape, { attributes: { transA: 1 } }),
    ];
  });
}
