/** Broadcasting arithmetic of two tensors, or of a tensor and a number. */
import type { Graph, Tensor } from '../graph.ts';
import { broadcastShapes, type Shape, sameShape, shapeError } from '../shapes.ts';

export type Operand = Tensor | number;

function operands(operator: string, a: Operand, b: Operand): { graph: Graph; a: Tensor; b: Tensor; shape: Shape } {
  const graph = typeof a === 'number' ? (typeof b === 'number' ? undefined : b.graph) : a.graph;
  if (graph === undefined) return shapeError(operator, 'at least one operand must be a tensor');
  const left = typeof a === 'number' ? graph.constant(a) : a;
  const right = typeof b === 'number' ? graph.constant(b) : b;
  return { graph, a: left, b: right, shape: broadcastShapes(operator, left.shape, right.shape) };
}

/** The sum of a broadcast gradient over the axes that were stretched: the gradient in the operand's own shape. */
export function reduceTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const { graph } = gradient;
  const offset = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) =>
    axis < offset || (shape[axis - offset] === 1 && size !== 1) ? [axis] : [],
  );
  const kept = gradient.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const summed =
    axes.length === 0
      ? gradient
      : graph.node('ReduceSum', [gradient, graph.constant(axes, [axes.length], 'int64')], kept);
  if (sameShape(summed.shape, shape)) return summed;
  return graph.node('Reshape', [summed, graph.constant(shape, [shape.length], 'int64')], shape);
}

export function add(first: Operand, second: Operand): Tensor {
  const { graph, a, b, shape } = operands('add', first, second);
  // onnxruntime adds a Sum within the product that makes one of its terms, an Add it does not.
  const operator = sameShape(a.shape, b.shape) ? 'Sum' : 'Add';
  return graph.record(graph.node(operator, [a, b], shape), [a, b], (g) => [reduceTo(g, a.shape), reduceTo(g, b.shape)]);
}

export function subtract(first: Operand, second: Operand): Tensor {
  const { graph, a, b, shape } = operands('subtract', first, second);
  return graph.record(graph.node('Sub', [a, b], shape), [a, b], (g) => [
    reduceTo(g, a.shape),
    reduceTo(graph.node('Neg', [g], g.shape), b.shape),
  ]);
}

export function multiply(first: Operand, second: Operand): Tensor {
  const { graph, a, b, shape } = operands('multiply', first, second);
  return graph.record(graph.node('Mul', [a, b], shape), [a, b], (g) => [
    reduceTo(graph.node('Mul', [g, b], shape), a.shape),
    reduceTo(graph.node('Mul', [g, a], shape), b.shape),
  ]);
}

export function divide(first: Operand, second: Operand): Tensor {
  const { graph, a, b, shape } = operands('divide', first, second);
  const output = graph.node('Div', [a, b], shape);
  return graph.record(output, [a, b], (g) => {
    const toA = graph.node('Div', [g, b], shape);
    const toB = graph.node('Neg', [graph.node('Mul', [toA, output], shape)], shape);
    return [reduceTo(toA, a.shape), reduceTo(toB, b.shape)];
  });
}

/** The smaller of the two, elementwise. Where they are equal the gradient goes to the first. */
export function minimum(first: Operand, second: Operand): Tensor {
  return choose('Min', 'LessOrEqual', first, second);
}

/** The larger of the two, elementwise. Where they are equal the gradient goes to the first. */
export function maximum(first: Operand, second: Operand): Tensor {
  return choose('Max', 'GreaterOrEqual', first, second);
}

function choose(operator: 'Min' | 'Max', comparison: string, first: Operand, second: Operand): Tensor {
  const { graph, a, b, shape } = operands(operator, first, second);
  return graph.record(graph.node(operator, [a, b], shape), [a, b], (g) => {
    const takesFirst = graph.node(comparison, [a, b], shape, { type: 'bool' });
    const zero = graph.constant(0);
    return [
      reduceTo(graph.node('Where', [takesFirst, g, zero], shape), a.shape),
      reduceTo(graph.node('Where', [takesFirst, zero, g], shape), b.shape),
    ];
  });
}

/** `condition ? a : b`, elementwise, `condition` of type bool. */
export function where(condition: Tensor, first: Operand, second: Operand): Tensor {
  const { graph } = condition;
  const a = typeof first === 'number' ? graph.constant(first) : first;
  const b = typeof second === 'number' ? graph.constant(second) : second;
  const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape));
  return graph.record(graph.node('Where', [condition, a, b], shape), [a, b], (g) => {
    const zero = graph.constant(0);
    return [
      reduceTo(graph.node('Where', [condition, g, zero], shape), a.shape),
      reduceTo(graph.node('Where', [condition, zero, g], shape), b.shape),
    ];
  });
}
