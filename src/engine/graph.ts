/**
 * A graph under construction. Operators are functions over `Tensor` handles with static shapes; each emits ONNX nodes and
 * leaves one entry on the tape that knows how to emit the nodes of its gradient. Nothing is computed here: the graph becomes a
 * model that onnxruntime runs.
 */
import { userError } from '../common/errors.ts';
import {
  type Attribute,
  type ElementType,
  encodeOnnxModel,
  type OnnxInitializer,
  type OnnxNode,
} from './onnx-model.ts';
import { type Shape, sizeOf } from './shapes.ts';

export type { ElementType } from './onnx-model.ts';

/** A value of the graph: a name with a shape and an element type. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

/** Gradients of the inputs, in their order, from the gradient of the output; undefined where there is none (an index, a mask). */
export type Backward = (gradient: Tensor) => readonly (Tensor | undefined)[];

interface TapeEntry {
  output: Tensor;
  inputs: readonly Tensor[];
  backward: Backward;
}

export interface NodeOptions {
  type?: ElementType;
  domain?: string;
  attributes?: Readonly<Record<string, Attribute>>;
}

export class Graph {
  readonly #inputs = new Map<string, Tensor>();
  readonly #initializers = new Map<string, OnnxInitializer>();
  readonly #constants = new Map<string, Tensor>();
  readonly #nodes: OnnxNode[] = [];
  readonly #tape: TapeEntry[] = [];
  #count = 0;

  /** A value fed at each run. */
  input(name: string, shape: Shape, type: ElementType = 'float32'): Tensor {
    if (this.#inputs.has(name)) throw userError('engine-input', `engine: the input ${name} exists already`);
    const tensor = this.#tensor(name, shape, type);
    this.#inputs.set(name, tensor);
    return tensor;
  }

  /** The input of this name, where there is one already. */
  findInput(name: string): Tensor | undefined {
    return this.#inputs.get(name);
  }

  /** A value baked into the model. Equal small constants are stored once. */
  constant(
    values: number | readonly number[] | Float32Array,
    shape: Shape = [],
    type: ElementType = 'float32',
  ): Tensor {
    const list = typeof values === 'number' ? [values] : values;
    if (list.length !== sizeOf(shape)) {
      throw userError('engine-shape', `engine.constant: ${list.length} values for the shape [${shape}]`);
    }
    const key =
      list.length <= 16 ? `${type}[${shape}]${Array.from(list, (v) => (Object.is(v, -0) ? '-0' : v))}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known) return known;
    const tensor = this.#tensor(`constant${this.#count++}`, shape, type);
    this.#initializers.set(tensor.name, { name: tensor.name, shape, type, data: encodeValues(list, type) });
    if (key !== undefined) this.#constants.set(key, tensor);
    return tensor;
  }

  /** One ONNX node with one output. Not differentiable by itself: see `record`. */
  node(operator: string, inputs: readonly (Tensor | undefined)[], shape: Shape, options: NodeOptions = {}): Tensor {
    return this.nodes(operator, inputs, [shape], options)[0]!;
  }

  /** One ONNX node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    shapes: readonly (Shape | undefined)[],
    { type = 'float32', domain = '', attributes = {} }: NodeOptions = {},
  ): Tensor[] {
    for (const input of inputs) {
      if (input && input.graph !== this) {
        throw userError('engine-graph', `engine.${operator}: ${input.name} belongs to another graph`);
      }
    }
    const outputs = shapes.map((shape) =>
      shape === undefined ? undefined : this.#tensor(`${operator}${this.#count++}`, shape, type),
    );
    this.#nodes.push({
      operator,
      domain,
      attributes,
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: outputs.map((output) => output?.name ?? ''),
    });
    return outputs.filter((output) => output !== undefined);
  }

  /** Makes `output` differentiable with respect to `inputs`. Returns `output`. */
  record(output: Tensor, inputs: readonly Tensor[], backward: Backward): Tensor {
    this.#tape.push({ output, inputs, backward });
    return output;
  }

  /** Entries in the order they were recorded, which is a topological order. */
  get tape(): readonly TapeEntry[] {
    return this.#tape;
  }

  /** The ONNX model that computes the outputs, under the names given, without nodes they do not need. */
  toModel(outputs: Readonly<Record<string, Tensor>>): { bytes: Uint8Array; inputs: Tensor[] } {
    const named = Object.entries(outputs).map(([name, tensor]) => {
      const node: OnnxNode = {
        operator: 'Identity',
        domain: '',
        inputs: [tensor.name],
        outputs: [`output:${name}`],
        attributes: {},
      };
      return { node, value: { name: `output:${name}`, shape: tensor.shape, type: tensor.type } };
    });
    const needed = new Set(Object.values(outputs).map((tensor) => tensor.name));
    const kept: OnnxNode[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((output) => output !== '' && needed.has(output))) continue;
      kept.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    const inputs = [...this.#inputs.values()].filter((input) => needed.has(input.name));
    const bytes = encodeOnnxModel({
      name: 'graph',
      nodes: [...kept.reverse(), ...named.map((output) => output.node)],
      inputs,
      outputs: named.map((output) => output.value),
      initializers: [...this.#initializers.values()].filter((initializer) => needed.has(initializer.name)),
    });
    return { bytes, inputs };
  }

  #tensor(name: string, shape: Shape, type: ElementType): Tensor {
    return { graph: this, name, shape: [...shape], type };
  }
}

function encodeValues(values: ArrayLike<number>, type: ElementType): Uint8Array {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.from(values).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(values).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(Array.from(values), BigInt).buffer);
    case 'bool':
      return Uint8Array.from(values);
    default:
      return type satisfies never;
  }
}
