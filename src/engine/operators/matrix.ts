/** Matrix products: the dense layer, and the batched product of attention. */
import type { Tensor } from '../graph.ts';
import { broadcastShapes, shapeError, sizeOf } from '../shapes.ts';
import { reduceTo } from './arithmetic.ts';
import { reshape } from './layout.ts';

/** A dense layer: x [..., in] times the transpose of weight [out, in], plus bias [out]: [..., out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const { graph } = x;
  const [out, features] = [weight.shape[0]!, weight.shape[1]!];
  if (weight.shape.length !== 2 || x.shape.at(-1) !== features) {
    shapeError('linear', `[${x.shape}] does not fit the weight [${weight.shape}] (out, in)`);
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
    shapeError('linear', `the bias has shape [${bias.shape}] instead of [${out}]`);
  }
  const rows = sizeOf(x.shape) / features;
  const flat = reshape(x, [rows, features]);
  const y = graph.node('Gemm', bias ? [flat, weight, bias] : [flat, weight], [rows, out], {
    attributes: { transB: 1 },
  });
  graph.record(y, bias ? [flat, weight, bias] : [flat, weight], (g) => [
    graph.node('Gemm', [g, weight], flat.shape),
    graph.node('Gemm', [g, flat], weight.shape, { attributes: { transA: 1 } }),
    bias && reduceTo(g, bias.shape),
  ]);
  return reshape(y, [...x.shape.slice(0, -1), out]);
}

/** a [..., m, k] times b [..., k, n], leading axes broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const { graph } = a;
  const [m, k] = [a.shape.at(-2), a.shape.at(-1)];
  const [k2, n] = [b.shape.at(-2), b.shape.at(-1)];
  if (m === undefined || k === undefined || k2 === undefined || n === undefined || k !== k2) {
    return shapeError('matmul', `[${a.shape}] times [${b.shape}]`);
  }
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const y = graph.node('MatMul', [a, b], [...batch, m, n]);
  return graph.record(y, [a, b], (g) => [
    reduceTo(graph.node('MatMul', [g, swapLast(b)], [...batch, m, k]), a.shape),
    reduceTo(graph.node('MatMul', [swapLast(a), g], [...batch, k, n]), b.shape),
  ]);
}

// onnxruntime fuses the transposition into the product.
function swapLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  const order = x.shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis));
  const shape = order.map((axis) => x.shape[axis]!);
  return x.graph.node('Transpose', [x], shape, { attributes: { perm: order } });
}
