/**
 * The thread that samples from a language model and computes gradients, over the weights of the thread that started it
 * (`model-threads.ts`). It changes none of them.
 */
import { workerData } from 'node:worker_threads';
import type { CausalLmConfig, LoraConfig } from '../../causal-lm/config.ts';
import { type SampleOptions, Sampler } from '../../causal-lm/sampler.ts';
import { Parameters, type SharedParameters } from '../../engine/parameters.ts';
import { serveWorker } from '../../engine/worker.ts';
import type { TokenSample } from './token-batch.ts';
import { TokenGradients } from './token-gradients.ts';
import type { TokenLossOptions, TrainableCausalLm } from './trainable.ts';

export interface ModelWorkerData {
  config: CausalLmConfig;
  lora?: LoraConfig;
  parameters: SharedParameters;
  frozen?: SharedParameters;
  /** Where gradients go. */
  gradient: SharedArrayBuffer;
  options: TokenLossOptions;
}

const { config, lora, options, ...shared } = workerData as ModelWorkerData;
const parameters = Parameters.from(shared.parameters);
const frozen = shared.frozen && Parameters.from(shared.frozen);
const sampler = new Sampler({ config, parameters: [...(frozen ? [frozen] : []), parameters], lora }, options);
const model: TrainableCausalLm = { config, parameters, frozen, lora };
let gradients: TokenGradients | undefined;

const functions = {
  sample: (prompts: readonly (readonly number[])[], how: SampleOptions) => sampler.sample(prompts, how),
  /** The reference policy stands in shared memory too; it is known once the supervised start is over. */
  prepare(reference: SharedParameters | undefined): void {
    const known = { ...model, reference: reference && Parameters.from(reference) };
    gradients = new TokenGradients(known, options, new Float32Array(shared.gradient));
  },
  gradient: (parts: readonly (readonly TokenSample[])[]) => gradients!.of(parts),
  leap: (samples: readonly TokenSample[]) => gradients!.leap(samples),
  async release() {
    await sampler.release();
    await gradients?.release();
  },
};
export type ModelWorkerFunctions = typeof functions;
serveWorker(functions);
