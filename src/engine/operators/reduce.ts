/** Sums, means and extremes over axes. */
import type { Tensor } from '../graph.ts';
import { normaliseAxis, type Shape } from '../shapes.ts';
import { reshape } from './layout.ts';

export interface ReduceOptions {
  /** All axes by default. */
  axes?: readonly number[];
  /** Keeps the reduced axes with size 1. */
  keepAxes?: boolean;
}

function reduced(operator: string, x: Tensor, { axes, keepAxes = false }: ReduceOptions) {
  const list = (axes ?? x.shape.map((_, axis) => axis)).map((axis) => normaliseAxis(operator, axis, x.shape.length));
  const kept: Shape = x.shape.map((size, axis) => (list.includes(axis) ? 1 : size));
  const final: Shape = keepAxes ? kept : x.shape.filter((_, axis) => !list.includes(axis));
  const count = list.reduce((product, axis) => product * x.shape[axis]!, 1);
  return { axes: x.graph.constant(list, [list.length], 'int64'), kept, final, count };
}

export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { graph } = x;
  const { axes, kept, final } = reduced('sum', x, options);
  const y = graph.node('ReduceSum', [x, axes], kept);
  const shape = graph.constant(x.shape, [x.shape.length], 'int64');
  return reshape(
    graph.record(y, [x], (g) => [graph.node('Expand', [g, shape], x.shape)]),
    final,
  );
}

export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { graph } = x;
  const { axes, kept, final, count } = reduced('mean', x, options);
  const y = graph.node('ReduceMean', [x, axes], kept);
  const shape = graph.constant(x.shape, [x.shape.length], 'int64');
  const backward = (g: Tensor): Tensor[] => [
    graph.node('Expand', [graph.node('Mul', [g, graph.constant(1 / count)], kept), shape], x.shape),
  ];
  return reshape(graph.record(y, [x], backward), final);
}

/** The largest value; where several are equal each gets the whole gradient. */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return extreme('ReduceMax', x, options);
}

/** The smallest value; where several are equal each gets the whole gradient. */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  return extreme('ReduceMin', x, options);
}

function extreme(operator: string, x: Tensor, options: ReduceOptions): Tensor {
  const { graph } = x;
  const { axes, kept, final } = reduced(operator, x, options);
  const y = graph.node(operator, [x, axes], kept);
  const backward = (g: Tensor): Tensor[] => {
    const isExtreme = graph.node('Equal', [x, y], x.shape, { type: 'bool' });
    return [graph.node('Where', [isExtreme, g, graph.constant(0)], x.shape)];
  };
  return reshape(graph.record(y, [x], backward), final);
}
