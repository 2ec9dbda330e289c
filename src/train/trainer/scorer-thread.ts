/**
 * Warm start and updates of a scorer in a thread of their own: `session.run` blocks the thread it runs on, and here rollouts,
 * progress and Ctrl-C go on. Weights, moments and the lock between writer and readers are shared memory; samples and reports
 * are messages.
 */
import { threadModule } from '../../common/thread.ts';
import { type OptimiserState, sharedOptimiserState } from '../../engine/optimiser.ts';
import type { Parameters } from '../../engine/parameters.ts';
import { WeightLock } from '../../engine/weight-lock.ts';
import { startWorker } from '../../engine/worker.ts';
import type { ScorerShape } from '../../offline/policies/scorer/shape.ts';
import type { ScorerWorkerData, ScorerWorkerFunctions } from './scorer-worker.ts';
import type { ScorerUpdater } from './update.ts';
import type { WarmStartProgress, WarmStartSettings } from './warm-start.ts';

/** Its `release` ends the thread. */
export interface ScorerThread extends ScorerUpdater {
  /** Moments and step, as they stand between two updates. */
  readonly optimiser: OptimiserState;
  /** Runs `task`, which reads the weights, while no update changes them. Not to be nested: a writer may wait in between. */
  reading<T>(task: () => Promise<T>): Promise<T>;
  /** As the function of this name. Rejects with the signal's reason, and with what `onStep` throws. */
  warmStart(
    settings: WarmStartSettings,
    watch?: { signal?: AbortSignal; onStep?: (progress: WarmStartProgress) => void },
  ): Promise<number>;
}

/** Starts the thread; it keeps the process alive only while it computes. */
export function startScorerThread(
  parameters: Parameters,
  shape: ScorerShape,
  { grpo, threads }: ScorerWorkerData['config'],
): ScorerThread {
  const lock = new WeightLock();
  const optimiser = sharedOptimiserState(parameters);
  let onProgress = (_progress: WarmStartProgress): void => {};
  const worker = startWorker<ScorerWorkerFunctions>(threadModule(import.meta.url, './scorer-worker'), {
    name: 'r1-router-train',
    data: {
      weights: parameters.share(),
      moments: optimiser.buffer,
      lock: lock.buffer,
      shape,
      config: { grpo, threads },
    } satisfies ScorerWorkerData,
    onEvent: (event) => onProgress(event as WarmStartProgress),
  });
  return {
    optimiser,
    reading: (task) => lock.read(task),
    async warmStart(settings, { signal, onStep = () => {} } = {}) {
      signal?.throwIfAborted();
      const failed = new AbortController();
      const stop = AbortSignal.any([failed.signal, ...(signal ? [signal] : [])]);
      const abort = () => void worker.call('abort').catch(() => {});
      stop.addEventListener('abort', abort);
      onProgress = (progress) => {
        if (stop.aborted) return;
        try {
          onStep(progress);
        } catch (error) {
          failed.abort(error);
        }
      };
      try {
        const loss = await worker.call('warmStart', settings);
        failed.signal.throwIfAborted();
        return loss;
      } catch (error) {
        stop.throwIfAborted();
        throw error;
      } finally {
        stop.removeEventListener('abort', abort);
        onProgress = () => {};
      }
    },
    update: (samples) => worker.call('update', samples),
    async release() {
      await worker.call('release').catch(() => {});
      await worker.end();
    },
  };
}
