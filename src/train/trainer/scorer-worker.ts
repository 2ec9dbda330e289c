/**
 * The thread in which a scorer learns: the supervised start and the updates, over the weights and moments of the thread that
 * started it (`scorer-thread.ts`). No part of them is in here.
 */
import { workerData } from 'node:worker_threads';
import { sharedOptimiserState } from '../../engine/optimiser.ts';
import { Parameters, type SharedParameters } from '../../engine/parameters.ts';
import { WeightLock } from '../../engine/weight-lock.ts';
import { serveWorker } from '../../engine/worker.ts';
import type { ScorerShape } from '../../offline/policies/scorer/shape.ts';
import type { DecisionSample } from './decision-batch.ts';
import type { TrainConfig } from './train-config.ts';
import { scorerUpdater } from './update.ts';
import { type WarmStartSettings, warmStart } from './warm-start.ts';

export interface ScorerWorkerData {
  weights: SharedParameters;
  moments: SharedArrayBuffer;
  lock: SharedArrayBuffer;
  shape: ScorerShape;
  config: Pick<TrainConfig, 'grpo' | 'threads'>;
}

const { weights, moments, lock: buffer, shape, config } = workerData as ScorerWorkerData;
const parameters = Parameters.from(weights);
const lock = new WeightLock(buffer);
const state = sharedOptimiserState(parameters, moments);
const updater = scorerUpdater(parameters, shape, { ...config, state, lock });
let stop = new AbortController();

const functions = {
  warmStart(settings: WarmStartSettings) {
    stop = new AbortController();
    const { signal } = stop;
    return warmStart({ ...settings, threads: config.threads, parameters, shape, lock, signal, onStep: emit });
  },
  /** Ends a supervised start before its next step. */
  abort: () => stop.abort(),
  update: (samples: readonly DecisionSample[]) => updater.update(samples),
  release: () => updater.release(),
};
export type ScorerWorkerFunctions = typeof functions;
const emit = serveWorker(functions);
