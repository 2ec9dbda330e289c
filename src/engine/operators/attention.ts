/**
 * Scaled-dot-product attention as one operator. Its gradient needs one pass less over the scores than softmax and products put
 * together: the sum of (gradient x probability) over the keys equals that of (gradient x output) over the head, which is narrow.
 */
import type { Tensor } from '../graph.ts';
import { type Shape, sameShape, shapeError } from '../shapes.ts';

export interface AttentionInput {
  /** [batch, heads, length, headSize], scaled already. */
  query: Tensor;
  /** [batch, keyValueHeads, count, headSize]; a head of keys serves heads / keyValueHeads neighbouring heads of queries. */
  key: Tensor;
  /** As `key`. */
  value: Tensor;
  /** Added to scores [batch, keyValueHeads, group, length, count]; gets no gradient. */
  mask: Tensor;
}

/** softmax(query key^T + mask) value: [batch, heads, length, headSize]. */
export function attention({ query, key, value, mask }: AttentionInput): Tensor {
  const { graph } = query;
  const [batch, heads, length, size] = query.shape;
  const [, keyValueHeads, count] = key.shape;
  if (
    batch === undefined ||
    heads === undefined ||
    length === undefined ||
    size === undefined ||
    keyValueHeads === undefined ||
    count === undefined ||
    !sameShape(key.shape, [batch, keyValueHeads, count, size]) ||
    !sameShape(value.shape, key.shape) ||
    heads % keyValueHeads !== 0
  ) {
    return shapeError('attention', `queries [${query.shape}], keys [${key.shape}] and values [${value.shape}]`);
  }
  const groups = heads / keyValueHeads;
  const as = (x: Tensor, shape: Shape): Tensor =>
    graph.node('Reshape', [x, graph.constant(shape, [shape.length], 'int64')], shape);
  const product = (a: Tensor, b: Tensor, shape: Shape, transposed: Record<string, number> = {}): Tensor =>
    graph.node('FusedMatMul', [a, b], shape, { domain: 'com.microsoft', attributes: transposed });
  // Heads that share keys are laid end to end along the length: no key is ever repeated.
  const flat = [batch, keyValueHeads, groups * length, size];
  const square = [batch, keyValueHeads, groups * length, count];
  const apart = [batch, keyValueHeads, groups, length, count];
  const grouped = as(query, flat);
  const scores = as(product(grouped, key, square, { transB: 1 }), apart);
  const masked = graph.node('Add', [scores, mask], apart);
  // The exponential of a masked score is a denormal number in onnxruntime's kernel, three to four times as slow. Nothing is left
  // below e^-40 (4e-18) of the largest of the row whose largest is least, which changes no float32 result. One floor for all rows:
  // Clip is vectorised, and Max of a row each takes nine times as long.
  const top = graph.node('ReduceMax', [masked, graph.constant([4], [1], 'int64')], apart.with(4, 1));
  const least = graph.node('ReduceMin', [top], [], { attributes: { keepdims: 0 } });
  const floor = graph.node('Sub', [least, graph.constant(40)], []);
  const raised = graph.node('Clip', [masked, floor], apart);
  const probability = as(graph.node('Softmax', [raised], apart, { attributes: { axis: -1 } }), square);
  const mixed = product(probability, value, flat);
  return graph.record(as(mixed, query.shape), [query, key, value], (gradient) => {
    const g = as(gradient, flat);
    const weighted = graph.node('Mul', [g, mixed], flat);
    const slope = graph.node('ReduceSum', [weighted, graph.constant([3], [1], 'int64')], flat.with(3, 1));
    // The subtraction rides on the product, as one more column: (g, -slope) times (value, 1).
    const widen = (x: Tensor, by: Tensor): Tensor =>
      graph.node('Concat', [x, by], x.shape.with(3, size + 1), { attributes: { axis: 3 } });
    const ones = graph.constant(new Float32Array(batch * keyValueHeads * count).fill(1), value.shape.with(3, 1));
    const minusSlope = graph.node('Neg', [slope], slope.shape);
    const lifted = product(widen(g, minusSlope), widen(value, ones), square, { transB: 1 });
    const toScores = graph.node('Mul', [lifted, probability], square);
    return [
      as(product(toScores, key, flat), query.shape),
      product(toScores, grouped, key.shape, { transA: 1 }),
      product(probability, g, value.shape, { transA: 1 }),
    ];
  });
}
