/**
 * Tracing of a sample. Tracing every rollout makes it three to five times as slow, and the client's own sampling saves little of
 * that, because the runs are built before they are dropped. Here most runs have no tracer at all.
 */
import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { LangChainTracer, type LangChainTracerFields } from '@langchain/core/tracers/tracer_langchain';
import { userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';

export interface SampledTracingOptions {
  /** Share of runs that are traced, in [0, 1]. */
  rate: number;
  /** Which runs these are depends on the seed and the run's key alone. Default 0. */
  seed?: number | string;
  /** LangSmith project; default as the environment says (`LANGSMITH_PROJECT`). */
  project?: string;
  /** Default: the client that the environment describes (`LANGSMITH_ENDPOINT`, `LANGSMITH_API_KEY`). */
  client?: LangChainTracerFields['client'];
}

export interface SampledTracing {
  /** For `config.callbacks` of a run of this key: a tracer of its own, or undefined where the run is not in the sample. */
  callbacksFor(key: string): BaseCallbackHandler[] | undefined;
  /** Waits until everything traced so far has been sent. */
  flush(): Promise<void>;
}

/** Whether the run of this key is traced; the same for every tracer of the same rate and seed. */
export function inSample({ rate, seed, key }: { rate: number; seed: number | string; key: string }): boolean {
  return rate === 1 || (rate > 0 && keyedRandom(seed, 'traced', key).next() < rate);
}

/**
 * `drive(input, { callbacks: tracing.callbacksFor(question.id) })`. Switch the environment's tracing off around it
 * (`withoutAmbientTracing`), or every run is traced once more.
 */
export function sampledTracing({ rate, seed = 0, project, client }: SampledTracingOptions): SampledTracing {
  if (!(rate >= 0 && rate <= 1)) {
    throw userError('invalid-trace-rate', `sampledTracing: rate is ${rate}; give a share between 0 and 1`);
  }
  const clients = new Set<LangChainTracer['client']>();
  return {
    callbacksFor(key) {
      if (!inSample({ rate, seed, key })) return undefined;
      const tracer = new LangChainTracer({
        ...(project !== undefined && { projectName: project }),
        ...(client && { client }),
      });
      clients.add(tracer.client);
      return [tracer];
    },
    async flush() {
      await awaitAllCallbacks();
      for (const used of clients) {
        const { awaitPendingTraceBatches } = used as { awaitPendingTraceBatches?: () => Promise<void> };
        await awaitPendingTraceBatches?.call(used);
      }
    },
  };
}
