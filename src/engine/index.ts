/** The training engine: graphs, gradients, optimiser, checkpoints, threads. */
export { writeFileAtomic } from '../common/atomic-file.ts';
export {
  bfloat16,
  decodeSafetensors,
  encodeSafetensors,
  float16,
  type NamedTensor,
  type SafetensorsFile,
} from '../common/safetensors.ts';
export {
  CHECKPOINT_VERSION,
  CheckpointError,
  type CheckpointRecord,
  CheckpointRecordSchema,
  checkpointFile,
  type LoadCheckpointOptions,
  listCheckpoints,
  loadCheckpoint,
  pruneCheckpoints,
  resumeFrom,
  type SaveCheckpointInput,
  saveCheckpoint,
} from './checkpoint.ts';
export { differentiate } from './differentiate.ts';
export {
  type BuildInput,
  type BuiltLoss,
  GradientEngine,
  type GradientEngineOptions,
  type GradientResult,
  isNonFiniteError,
  NonFiniteError,
} from './gradient-engine.ts';
export { type Backward, type ElementType, Graph, type NodeOptions, type Tensor } from './graph.ts';

import * as operators from './operators/index.ts';

export {
  type AdamWOptions,
  adamW,
  globalNorm,
  type Optimiser,
  type OptimiserState,
  sharedOptimiserState,
  type UpdateReport,
} from './optimiser.ts';
export { type ParameterSpec, Parameters, type SharedParameters } from './parameters.ts';
export { type CompileOptions, compile, type Feeds, type Program, type RuntimeOptions, type Values } from './program.ts';
export { operators };

import * as schedules from './schedule.ts';

export { broadcastShapes, normaliseAxis, type Shape, sameShape, shapeError, sizeOf } from './shapes.ts';
export { WeightLock } from './weight-lock.ts';
export { serveWorker, startWorker, type WorkerFunctions, type WorkerHandle } from './worker.ts';
export { schedules };
