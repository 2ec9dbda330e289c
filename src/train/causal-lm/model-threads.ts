/**
 * Several threads over one language model's weights: batches to sample are dealt out to them in turn, and so are the parts of an
 * update. Two threads of one each are faster than one operator on two, and much so where another program keeps a core busy.
 */
import type { BatchSampler } from '../../causal-lm/sample-queue.ts';
import { threadModule } from '../../common/thread.ts';
import { startWorker } from '../../engine/worker.ts';
import type { ModelWorkerData, ModelWorkerFunctions } from './model-worker.ts';
import type { TokenLossOptions, TrainableCausalLm } from './trainable.ts';
import type { GradientWorker } from './updater.ts';

export interface ModelThreads {
  sampler: BatchSampler;
  /** To be called once, when the reference policy of the model is known. */
  gradientWorkers(model: TrainableCausalLm): Promise<GradientWorker[]>;
  release(): Promise<void>;
}

export function startModelThreads(model: TrainableCausalLm, options: TokenLossOptions, count: number): ModelThreads {
  const { config, lora, parameters, frozen } = model;
  const threads = Array.from({ length: count }, (_, place) => {
    const buffer = new SharedArrayBuffer(4 * parameters.flat.length);
    const data: ModelWorkerData = {
      config,
      lora,
      parameters: parameters.share(),
      frozen: frozen?.share(),
      gradient: buffer,
      options,
    };
    const worker = startWorker<ModelWorkerFunctions>(threadModule(import.meta.url, './model-worker'), {
      name: `r1-router-model-${place}`,
      data,
    });
    return { worker, gradient: new Float32Array(buffer) };
  });
  let next = 0;
  return {
    sampler: {
      // A signal does not cross threads: a batch that was begun is sampled to its end.
      sample: (prompts, { signal, ...how }) => {
        signal?.throwIfAborted();
        return threads[next++ % count]!.worker.call('sample', prompts, how);
      },
    },
    async gradientWorkers({ reference }) {
      await Promise.all(threads.map(({ worker }) => worker.call('prepare', reference?.share())));
      return threads.map(({ worker, gradient }) => ({
        gradient,
        of: (parts) => worker.call('gradient', parts),
        leap: (samples) => worker.call('leap', samples),
        release: async () => {},
      }));
    },
    async release() {
      await Promise.all(
        threads.map(async ({ worker }) => {
          await worker.call('release').catch(() => {});
          await worker.end();
        }),
      );
    },
  };
}
