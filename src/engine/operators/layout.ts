/** Moving values about without changing them: reshape, transpose, slice, concatenate, expand. */
import type { Graph, Tensor } from '../graph.ts';
import { broadcastShapes, normaliseAxis, type Shape, sameShape, shapeError, sizeOf } from '../shapes.ts';
import { reduceTo } from './arithmetic.ts';

const axesConstant = (graph: Graph, values: readonly number[]): Tensor =>
  graph.constant(values, [values.length], 'int64');

/** The same values in another shape; one size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const target = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (sizeOf(target) !== sizeOf(x.shape) || target.some((size) => !Number.isInteger(size))) {
    shapeError('reshape', `[${x.shape}] has ${sizeOf(x.shape)} values, [${shape}] does not fit`);
  }
  if (sameShape(target, x.shape)) return x;
  const { graph } = x;
  const y = graph.node('Reshape', [x, axesConstant(graph, target)], target, { type: x.type });
  return graph.record(y, [x], (g) => [graph.node('Reshape', [g, axesConstant(graph, x.shape)], x.shape)]);
}

/** Axis `i` of the output is axis `order[i]` of the input. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  if (order.length !== x.shape.length || new Set(order).size !== order.length) {
    shapeError('transpose', `[${order}] is not an order of the axes of [${x.shape}]`);
  }
  const shape = order.map((axis) => x.shape[normaliseAxis('transpose', axis, x.shape.length)]!);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const { graph } = x;
  const y = graph.node('Transpose', [x], shape, { attributes: { perm: order }, type: x.type });
  return graph.record(y, [x], (g) => [graph.node('Transpose', [g], x.shape, { attributes: { perm: inverse } })]);
}

/** Values from `start` up to, not including, `end` along one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const along = normaliseAxis('slice', axis, x.shape.length);
  const size = x.shape[along]!;
  if (start < 0 || end > size || start >= end) shapeError('slice', `${start}..${end} of an axis of ${size}`);
  const { graph } = x;
  const shape = x.shape.with(along, end - start);
  const one = (value: number): Tensor => axesConstant(graph, [value]);
  const y = graph.node('Slice', [x, one(start), one(end), one(along)], shape, { type: x.type });
  return graph.record(y, [x], (g) => {
    const before = x.shape.map((_, i) => (i === along ? start : 0));
    const after = x.shape.map((_, i) => (i === along ? size - end : 0));
    return [graph.node('Pad', [g, axesConstant(graph, [...before, ...after])], x.shape)];
  });
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0];
  if (first === undefined) return shapeError('concat', 'nothing to join');
  const along = normaliseAxis('concat', axis, first.shape.length);
  for (const part of parts) {
    if (!sameShape(part.shape.with(along, 0), first.shape.with(along, 0))) {
      shapeError('concat', `[${part.shape}] and [${first.shape}] differ outside of axis ${along}`);
    }
  }
  const { graph } = first;
  const sizes = parts.map((part) => part.shape[along]!);
  const shape = first.shape.with(
    along,
    sizes.reduce((total, size) => total + size, 0),
  );
  const y = graph.node('Concat', parts, shape, { attributes: { axis: along }, type: first.type });
  return graph.record(y, parts, (g) =>
    graph.nodes(
      'Split',
      [g, axesConstant(graph, sizes)],
      parts.map((part) => part.shape),
      { attributes: { axis: along } },
    ),
  );
}

/** Repeats along axes of size 1 (and new leading axes) until the shape is reached. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (!sameShape(broadcastShapes('expand', x.shape, shape), shape)) {
    shapeError('expand', `[${x.shape}] does not stretch to [${shape}]`);
  }
  const { graph } = x;
  const y = graph.node('Expand', [x, axesConstant(graph, shape)], shape, { type: x.type });
  return graph.record(y, [x], (g) => [reduceTo(g, x.shape)]);
}
