/**
 * Looking values up by index. The gradients add with ScatterElements: onnxruntime's ScatterND with reduction "add" loses
 * additions to duplicate indices, without a word, as soon as it has more than one thread.
 */
import type { Tensor } from '../graph.ts';
import { normaliseAxis, sameShape, shapeError, sizeOf } from '../shapes.ts';

/** Rows of a table: table [rows, width], indices [...] of int32 gives [..., width]. The gradient of repeated rows adds up. */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  const { graph } = table;
  const width = table.shape[1];
  if (table.shape.length !== 2 || width === undefined) {
    return shapeError('gatherRows', `the table has shape [${table.shape}], it needs two axes`);
  }
  const count = sizeOf(indices.shape);
  const y = graph.node('Gather', [table, indices], [...indices.shape, width], { attributes: { axis: 0 } });
  return graph.record(y, [table], (g) => {
    const int64 = (values: readonly number[]): Tensor => graph.constant(values, [values.length], 'int64');
    const updates = graph.node('Reshape', [g, int64([count, width])], [count, width]);
    const column = graph.node('Reshape', [indices, int64([count, 1])], [count, 1], { type: indices.type });
    const everywhere = graph.node('Expand', [column, int64([count, width])], [count, width], { type: indices.type });
    const zeros = graph.node('Expand', [graph.constant(0, [1, 1]), int64(table.shape)], table.shape);
    return [scatterAdd(zeros, everywhere, updates, 0)];
  });
}

/** y[i][j] = x[i][indices[i][j]] for the last axis, and likewise for others: ONNX's GatherElements. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  const { graph } = x;
  const along = normaliseAxis('gatherElements', axis, x.shape.length);
  if (!sameShape(x.shape.with(along, 0), [...indices.shape].with(along, 0))) {
    shapeError('gatherElements', `indices [${indices.shape}] do not fit [${x.shape}] outside of axis ${along}`);
  }
  const y = graph.node('GatherElements', [x, indices], indices.shape, { attributes: { axis: along } });
  return graph.record(y, [x], (g) => {
    const shape = graph.constant(x.shape, [x.shape.length], 'int64');
    const zeros = graph.node(
      'Expand',
      [
        graph.constant(
          0,
          x.shape.map(() => 1),
        ),
        shape,
      ],
      x.shape,
    );
    return [scatterAdd(zeros, indices, g, along)];
  });
}

/** `base` with every update added at its index along the axis; duplicates add up. */
export function scatterAdd(base: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  return base.graph.node('ScatterElements', [base, indices, updates], base.shape, {
    attributes: { axis, reduction: 'add' },
  });
}
