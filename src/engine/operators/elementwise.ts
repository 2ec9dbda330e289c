/** Functions of one tensor, value by value. */
import type { Tensor } from '../graph.ts';

function unary(operator: string, x: Tensor, derivative: (g: Tensor, y: Tensor) => Tensor): Tensor {
  const y = x.graph.node(operator, [x], x.shape);
  return x.graph.record(y, [x], (g) => [derivative(g, y)]);
}

const times = (a: Tensor, b: Tensor): Tensor => a.graph.node('Mul', [a, b], a.shape);
const minus = (a: Tensor, b: Tensor, shape: readonly number[]): Tensor => a.graph.node('Sub', [a, b], shape);
const plus = (a: Tensor, b: Tensor, shape: readonly number[]): Tensor => a.graph.node('Add', [a, b], shape);

export function negate(x: Tensor): Tensor {
  return unary('Neg', x, (g) => x.graph.node('Neg', [g], x.shape));
}

export function exp(x: Tensor): Tensor {
  return unary('Exp', x, times);
}

/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return unary('Log', x, (g) => x.graph.node('Div', [g, x], x.shape));
}

export function sqrt(x: Tensor): Tensor {
  return unary('Sqrt', x, (g, y) => times(x.graph.node('Div', [g, y], x.shape), x.graph.constant(0.5)));
}

export function absolute(x: Tensor): Tensor {
  return unary('Abs', x, (g) => times(g, x.graph.node('Sign', [x], x.shape)));
}

export function tanh(x: Tensor): Tensor {
  return unary('Tanh', x, (g, y) => times(g, minus(x.graph.constant(1), times(y, y), x.shape)));
}

export function sigmoid(x: Tensor): Tensor {
  return unary('Sigmoid', x, (g, y) => times(g, times(y, minus(x.graph.constant(1), y, x.shape))));
}

export function relu(x: Tensor): Tensor {
  return unary('Relu', x, (g) => {
    const zero = x.graph.constant(0);
    const positive = x.graph.node('Greater', [x, zero], x.shape, { type: 'bool' });
    return x.graph.node('Where', [positive, g, zero], x.shape);
  });
}

/** `x * sigmoid(x)`. */
export function silu(x: Tensor): Tensor {
  const { graph } = x;
  // With alpha 1, onnxruntime's QuickGelu is silu in one pass.
  const y = graph.node('QuickGelu', [x], x.shape, { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } });
  return graph.record(y, [x], (g) => {
    const s = graph.node('Sigmoid', [x], x.shape);
    // d/dx = s + y (1 - s).
    return [times(g, plus(s, minus(y, times(y, s), x.shape), x.shape))];
  });
}

/** The exact Gaussian error linear unit, `x * normalCdf(x)`. */
export function gelu(x: Tensor): Tensor {
  const { graph } = x;
  return unary('Gelu', x, (g) => {
    const scaled = times(x, graph.constant(Math.SQRT1_2));
    const cdf = times(plus(graph.node('Erf', [scaled], x.shape), graph.constant(1), x.shape), graph.constant(0.5));
    const density = graph.node('Exp', [graph.node('Neg', [times(scaled, scaled)], x.shape)], x.shape);
    return times(g, plus(cdf, times(times(x, density), graph.constant(1 / Math.sqrt(2 * Math.PI))), x.shape));
  });
}

/** `x ** exponent` with a constant exponent. */
export function power(x: Tensor, exponent: number): Tensor {
  const { graph } = x;
  const y = graph.node('Pow', [x, graph.constant(exponent)], x.shape);
  return graph.record(y, [x], (g) => {
    const slope = times(graph.node('Pow', [x, graph.constant(exponent - 1)], x.shape), graph.constant(exponent));
    return [times(g, slope)];
  });
}

/** Values held within [low, high]; the gradient is zero where a value was cut. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const { graph } = x;
  const y = graph.node('Clip', [x, graph.constant(low), graph.constant(high)], x.shape);
  return graph.record(y, [x], (g) => {
    const inside = graph.node('Equal', [x, y], x.shape, { type: 'bool' });
    return [graph.node('Where', [inside, g, graph.constant(0)], x.shape)];
  });
}

/** The same values, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  return x.graph.node('Identity', [x], x.shape, { type: x.type });
}
