/** Softmax and the normalisation layers, each with a gradient written for it rather than put together from parts. */
import type { Tensor } from '../graph.ts';
import { normaliseAxis, type Shape, sameShape, shapeError, sizeOf } from '../shapes.ts';
import { reduceTo } from './arithmetic.ts';

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

/** x / sqrt(mean(x^2) + epsilon) * weight over the last axis. Zhang and Sennrich, arXiv 1910.07467. */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon = 1e-6): Tensor {
  const { graph } = x;
  checkWidth('rmsNorm', x, weight);
  const column = x.shape.with(-1, 1);
  const [y, inverse] = graph.nodes('SimplifiedLayerNormalization', [x, weight], [x.shape, column], {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  }) as [Tensor, Tensor];
  return graph.record(y, [x, weight], (g) => {
    // Both sums are products with a vector, and the inverse enters as a column: five passes over [..., width] instead of nine.
    const [width, rows] = [x.shape.at(-1)!, sizeOf(column)];
    const flat = (of: Tensor, shape: Shape): Tensor =>
      graph.node('Reshape', [of, graph.constant(shape, [shape.length], 'int64')], shape);
    const product = node('Mul', g, x);
    const table = flat(product, [rows, width]);
    const toWeight = graph.node('MatMul', [flat(inverse, [1, rows]), table], [1, width]);
    const along = graph.node('MatMul', [table, flat(weight, [width, 1])], [rows, 1]);
    const cubed = node('Mul', node('Mul', inverse, inverse), node('Mul', inverse, graph.constant(1 / width)));
    const toNormal = node('Mul', node('Mul', g, weight), inverse);
    return [
      node('Sub', toNormal, node('Mul', x, node('Mul', flat(along, column), cubed))),
      flat(toWeight, weight.shape),
    ];
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
