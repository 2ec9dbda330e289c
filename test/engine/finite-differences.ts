/**
 * The slow and obvious check of a gradient: nudge every input value up and down and look at the loss. Used by every rule's
 * test.
 */

import { keyedRandom } from '../../src/common/random.ts';
import { differentiate } from '../../src/engine/differentiate.ts';
import { Graph, type Tensor } from '../../src/engine/graph.ts';
import { multiply, sum } from '../../src/engine/operators/index.ts';
import { compile, type Values } from '../../src/engine/program.ts';
import { type Shape, sizeOf } from '../../src/engine/shapes.ts';

export interface RuleCase {
  inputs: Record<string, { shape: Shape; values?: readonly number[]; low?: number; high?: number }>;
  indices?: Record<string, { shape: Shape; values: readonly number[] }>;
  build(inputs: Record<string, Tensor>, graph: Graph): Tensor;
  step?: number;
}

/** The largest difference between analytic and numeric gradient, relative to the size of the gradients. */
export async function gradientError({ inputs, indices = {}, build, step = 1e-2 }: RuleCase): Promise<number> {
  const graph = new Graph();
  const random = keyedRandom('finite-differences', JSON.stringify(inputs));
  const tensors: Record<string, Tensor> = {};
  const values: Record<string, Values> = {};
  for (const [name, { shape, values: given, low = -1.5, high = 1.5 }] of Object.entries(inputs)) {
    tensors[name] = graph.input(name, shape);
    values[name] = Float32Array.from(
      given ?? Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.next()),
    );
  }
  for (const [name, { shape, values: given }] of Object.entries(indices)) {
    tensors[name] = graph.input(name, shape, 'int32');
    values[name] = Int32Array.from(given);
  }
  const output = build(tensors, graph);
  // Random weights make every output value count differently.
  const weights = graph.constant(
    Array.from({ length: sizeOf(output.shape) }, () => random.next() * 2 - 1),
    output.shape,
  );
  const loss = sum(multiply(output, weights));
  const names = Object.keys(inputs);
  const gradients = differentiate(
    loss,
    names.map((name) => tensors[name]!),
  );
  const outputs: Record<string, Tensor> = { loss, output };
  names.forEach((name, index) => {
    outputs[`gradient:${name}`] = gradients[index]!;
  });
  const program = await compile(outputs);
  const weightValues = await constantValues(weights);
  await program.run(values);
  const analytic = names.map((name) => Float64Array.from(program.outputs[`gradient:${name}`]!));
  // The weighted sum is taken in float64 here: float32 would drown the differences.
  const lossNow = async (): Promise<number> => {
    await program.run(values);
    return program.outputs.output!.reduce((total, value, index) => total + value * weightValues[index]!, 0);
  };
  let worst = 0;
  let scale = 1e-6;
  for (const [index, name] of names.entries()) {
    const array = values[name]!;
    for (let i = 0; i < array.length; i++) {
      const before = array[i]!;
      array[i] = before + step;
      const up = array[i]!;
      const high = await lossNow();
      array[i] = before - step;
      const down = array[i]!;
      const low = await lossNow();
      array[i] = before;
      const numeric = (high - low) / (up - down);
      worst = Math.max(worst, Math.abs(numeric - analytic[index]![i]!));
      scale = Math.max(scale, Math.abs(numeric));
    }
  }
  await program.release();
  return worst / Math.max(1, scale);
}

async function constantValues(tensor: Tensor): Promise<Float32Array> {
  const program = await compile({ value: multiply(tensor, 1) });
  await program.run({});
  const values = program.outputs.value!.slice();
  await program.release();
  return values;
}
