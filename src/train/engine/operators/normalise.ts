/** Softmax and the normalisation layers, each with a gradient written for it rather than put together from parts. */
import type { Tensor } from '../graph.ts';
import { normaliseAxis, sameShape, shapeError } from '../shapes.ts';
import { reduceTo } from './arithmetic.ts';
import { scatterAdd } from './gather.ts';

const node = (operator: string, a: Tensor, b: Tensor): Tensor =>
  a.graph.node(operator, [a, b], a.shape.length >= b.shape.length ? a.shape : b.shape);

function reduceLast(operator: 'ReduceSum' | 'ReduceMean', x: Tensor, axis = x.shape.length - 1): Tensor {
  return x.graph.node(operator, [x, x.graph.constant([axis], [1], 'int64')], x.shape.with(axis, 1));
}

export function softmax(x: Tensor, axis = -1): Tensor {
  const along = normaliseAxis('softmax', axis, x.shape.length);
  const y = x.graph.node('Softmax', [x], x.shape, { attributes: { axis: along } });
  return x.graph.record(y, [x], (g) => {
    const weighted = node('Mul', g, y);
    return [node('Sub', weighted, node('Mul', y, reduceLast('ReduceSum', weighted, along)))];
  });
}

export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const { graph } = x;
  const along = normaliseAxis('logSoftmax', axis, x.shape.length);
  const y = graph.node('LogSoftmax', [x], x.shape, { attributes: { axis: along } });
  return graph.record(y, [x], (g) => {
    const probability = graph.node('Exp', [y], x.shape);
    return [node('Sub', g, node('Mul', probability, reduceLast('ReduceSum', g, along)))];
  });
}

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
    const pulledDown = node('Mul', probability, graph.node('Neg', [perRow], [rows, 1]));
    return [scatterAdd(pulledDown, column, perRow, 1)];
  });
}

/** x / sqrt(mean(x^2) + epsilon) * weight over the last axis. Zhang and Sennrich, arXiv 1910.07467. */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon = 1e-6): Tensor {
  const { graph } = x;
  checkWidth('rmsNorm', x, weight);
  const column = x.shape.with(-1, 1);
  const [y, inverse] = graph.nodes('SimplifiedLayerNormalization', [x, weight], [x.shape, column], {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  }) as [Tensor, Tensor];
  return graph.record(y, [x, weight], (g) => {
    const normal = node('Mul', x, inverse);
    const toNormal = node('Mul', g, weight);
    const correction = node('Mul', normal, reduceLast('ReduceMean', node('Mul', toNormal, normal)));
    return [node('Mul', node('Sub', toNormal, correction), inverse), reduceTo(node('Mul', g, normal), weight.shape)];
  });
}

/** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis. Ba et al., arXiv 1607.06450. */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  const { graph } = x;
  checkWidth('layerNorm', x, weight);
  checkWidth('layerNorm', x, bias);
  const column = x.shape.with(-1, 1);
  const [y, average, inverse] = graph.nodes('LayerNormalization', [x, weight, bias], [x.shape, column, column], {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  }) as [Tensor, Tensor, Tensor];
  return graph.record(y, [x, weight, bias], (g) => {
    const normal = node('Mul', node('Sub', x, average), inverse);
    const toNormal = node('Mul', g, weight);
    const slope = node('Mul', normal, reduceLast('ReduceMean', node('Mul', toNormal, normal)));
    const centred = node('Sub', toNormal, reduceLast('ReduceMean', toNormal));
    return [
      node('Mul', node('Sub', centred, slope), inverse),
      reduceTo(node('Mul', g, normal), weight.shape),
      reduceTo(g, bias.shape),
    ];
  });
}

function checkWidth(operator: string, x: Tensor, weight: Tensor): void {
  if (!sameShape(weight.shape, [x.shape.at(-1) ?? 0])) {
    shapeError(operator, `the weight [${weight.shape}] does not fit the last axis of [${x.shape}]`);
  }
}
