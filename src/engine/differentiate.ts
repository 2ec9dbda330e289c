/**
 * Reverse-mode differentiation: walks the tape backwards from a scalar and emits, into the same graph, the nodes that compute
 * its gradients. Only entries that lie between the parameters and the scalar are visited.
 */
import { userError } from '../common/errors.ts';
import type { Tensor } from './graph.ts';
import { sameShape, sizeOf } from './shapes.ts';

/**
 * Gradients of `loss` (one value) with respect to each parameter, in their shapes. A parameter the loss does not depend on
 * gets zeros. Throws `engine-shape` where a rule returns a wrong shape.
 */
export function differentiate(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  const { graph } = loss;
  if (sizeOf(loss.shape) !== 1) {
    throw userError('engine-shape', `engine.differentiate: the loss has shape [${loss.shape}], it must be one value`);
  }
  const active = new Set(parameters.map((parameter) => parameter.name));
  for (const { output, inputs } of graph.tape) {
    if (inputs.some((input) => active.has(input.name))) active.add(output.name);
  }
  const parts = new Map<string, Tensor[]>([
    [
      loss.name,
      [
        graph.constant(
          1,
          loss.shape.map(() => 1),
        ),
      ],
    ],
  ]);
  const total = (name: string): Tensor | undefined => {
    const terms = parts.get(name);
    if (terms === undefined || terms.length < 2) return terms?.[0];
    // Two at a time: onnxruntime then adds each within the product that makes it.
    const sum = terms.reduce((left, right) => graph.node('Sum', [left, right], left.shape));
    parts.set(name, [sum]);
    return sum;
  };
  // The backward closures append to the tape as they run; only what was there before is walked.
  for (const { output, inputs, backward } of [...graph.tape].reverse()) {
    if (!active.has(output.name)) continue;
    const gradient = total(output.name);
    if (gradient === undefined) continue;
    const gradients = backward(gradient);
    inputs.forEach((input, index) => {
      const part = gradients[index];
      if (part === undefined || !active.has(input.name)) return;
      if (!sameShape(part.shape, input.shape)) {
        throw userError(
          'engine-shape',
          `engine.differentiate: the gradient of ${input.name} has shape [${part.shape}] instead of [${input.shape}]`,
        );
      }
      const terms = parts.get(input.name);
      if (terms) terms.push(part);
      else parts.set(input.name, [part]);
    });
  }
  return parameters.map(
    (parameter) => total(parameter.name) ?? graph.constant(new Float32Array(sizeOf(parameter.shape)), parameter.shape),
  );
}
