/** A model's weights as inputs of a graph, by their names. */
import { userError } from '../common/errors.ts';
import type { Graph, Tensor } from '../engine/graph.ts';
import type { CausalLm } from './causal-lm.ts';

/** Throws `engine-parameter` where a name is asked for that the model does not have. */
export function weightInputs(graph: Graph, { parameters }: Pick<CausalLm, 'parameters'>): (name: string) => Tensor {
  const inputs = new Map(
    parameters.flatMap(({ specs }) => specs.map(({ name, shape }) => [name, graph.input(name, shape)] as const)),
  );
  return (name) => {
    const tensor = inputs.get(name);
    if (!tensor) throw userError('engine-parameter', `engine: there is no parameter called ${name}`);
    return tensor;
  };
}
