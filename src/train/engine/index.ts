/** The training engine: graphs, gradients, optimiser, checkpoints, threads. */
export * from '../../common/atomic-file.ts';
export * from '../../common/safetensors.ts';
export * from './checkpoint.ts';
export * from './differentiate.ts';
export * from './gradient-engine.ts';
export * from './graph.ts';
export * as operators from './operators/index.ts';
export * from './optimiser.ts';
export * from './parameters.ts';
export * from './program.ts';
export * as schedules from './schedule.ts';
export * from './shapes.ts';
export * from './weight-lock.ts';
export * from './worker.ts';
