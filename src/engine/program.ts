/**
 * A compiled graph: an onnxruntime session with output tensors allocated once. Running it blocks the thread it runs on, so
 * trainers and rollouts live in worker threads of their own. The runtime, an optional package, is loaded by the first graph.
 */
import '../common/quiet-onnxruntime.ts';
import type { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { systemError, userError } from '../common/errors.ts';
import { importOnnxRuntime } from '../common/native-packages.ts';
import { missingOnnxRuntime } from '../common/onnx-runtime.ts';
import type { ElementType, Tensor } from './graph.ts';
import { sizeOf } from './shapes.ts';

export type Values = Float32Array | Int32Array;
export type Feeds = Readonly<Record<string, Values>>;

export interface RuntimeOptions {
  /**
   * Threads of one operator; default 1. Two threads give 1.7 times the speed on two idle cores, and half the speed of one
   * thread when the other core is busy.
   */
  threads?: number;
  /** onnxruntime execution providers in order of preference; default `['cpu']`. */
  executionProviders?: readonly string[];
}

export interface Program {
  /** Buffers the outputs land in; the same at every run. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Computes the outputs. Feeds are read in place: nothing is copied. */
  run(feeds: Feeds): Promise<void>;
  release(): Promise<void>;
}

export interface CompileOptions extends RuntimeOptions {
  /** Buffers to write outputs into, by name; the others are allocated. */
  buffers?: Readonly<Record<string, Float32Array>>;
}

/**
 * Compiles the part of the graph that the outputs need. Only float32 outputs can be fetched. Throws `onnxruntime-missing` where
 * the runtime is not installed.
 */
export async function compile(
  outputs: Readonly<Record<string, Tensor>>,
  { buffers = {}, threads = 1, executionProviders = ['cpu'] }: CompileOptions = {},
): Promise<Program> {
  const first = Object.values(outputs)[0];
  if (first === undefined) throw userError('engine-output', 'engine.compile: name at least one output');
  const { bytes, inputs } = first.graph.toModel(outputs);
  const runtime = await loadRuntime();
  const session = await createSession(runtime, bytes, { threads, executionProviders });
  const values: Record<string, Float32Array> = {};
  const fetches: Record<string, RuntimeTensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    const size = sizeOf(tensor.shape);
    const buffer = buffers[name] ?? new Float32Array(size);
    if (buffer.length !== size) {
      throw userError('engine-shape', `engine.compile: the buffer of ${name} has ${buffer.length} values, not ${size}`);
    }
    values[name] = buffer;
    fetches[`output:${name}`] = new runtime.Tensor('float32', buffer, tensor.shape);
  }
  return {
    outputs: values,
    async run(feeds) {
      // The tensors that run() returns are others than the ones passed in; the values are in ours. Their memory would wait for the
      // garbage collector, which is slow to see it: given back at once.
      const returned = await session.run(runtimeFeeds(runtime, inputs, feeds), fetches);
      for (const [name, { data }] of Object.entries(returned)) {
        const own = fetches[name]?.data;
        if (data === own || typeof data === 'string' || Array.isArray(data) || !(data.buffer instanceof ArrayBuffer))
          continue;
        if (data.buffer !== (own as Float32Array).buffer) data.buffer.transfer(0);
      }
    },
    release: () => session.release(),
  };
}

type Runtime = typeof import('onnxruntime-node');

async function loadRuntime(): Promise<Runtime> {
  return importOnnxRuntime().catch((error: unknown) => {
    throw missingOnnxRuntime(error) ?? error;
  });
}

async function createSession(
  { InferenceSession: Session }: Runtime,
  bytes: Uint8Array,
  { threads, executionProviders }: Required<RuntimeOptions>,
): Promise<InferenceSession> {
  try {
    return await Session.create(bytes, {
      executionProviders: [...executionProviders],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // An arena never gives memory back, and a memory pattern takes it all at once: 180 MB and 80 MB more at 4 M parameters,
      // and no faster.
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw systemError('engine-compile', 'engine: onnxruntime refused the graph; see the cause', cause);
  }
}

function runtimeFeeds(runtime: Runtime, inputs: readonly Tensor[], feeds: Feeds): Record<string, RuntimeTensor> {
  const tensors: Record<string, RuntimeTensor> = {};
  for (const { name, shape, type } of inputs) {
    const value = feeds[name];
    if (value === undefined) throw userError('engine-feed', `engine: the input ${name} [${shape}] is not fed`);
    if (value.length !== sizeOf(shape)) {
      throw userError('engine-feed', `engine: the input ${name} wants [${shape}], ${value.length} values were fed`);
    }
    tensors[name] = toRuntimeTensor(runtime, type, value, shape);
  }
  return tensors;
}

function toRuntimeTensor(
  { Tensor: FedTensor }: Runtime,
  type: ElementType,
  value: Values,
  shape: readonly number[],
): RuntimeTensor {
  if (type === 'float32' && value instanceof Float32Array) return new FedTensor('float32', value, shape);
  if (type === 'int32' && value instanceof Int32Array) return new FedTensor('int32', value, shape);
  throw userError('engine-feed', `engine: an input of ${type} was fed a ${value.constructor.name}`);
}
