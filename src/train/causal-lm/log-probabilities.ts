/** Log-probabilities of given tokens under the weights as they are, without a gradient. */
import type { CausalLm } from '../../causal-lm/causal-lm.ts';
import { weightInputs } from '../../causal-lm/weight-inputs.ts';
import { canonicalJson } from '../../common/content-hash.ts';
import { Graph } from '../../engine/graph.ts';
import { compile, type Feeds } from '../../engine/program.ts';
import { ProgramCache } from '../../engine/program-cache.ts';
import { type CausalLmBucket, causalLmTerms } from './training.ts';

export class TokenLogProbabilities {
  readonly #model: CausalLm;
  readonly #options: { threads?: number; temperature?: number };
  readonly #programs = new ProgramCache(8);

  constructor(model: CausalLm, options: { threads?: number; temperature?: number } = {}) {
    this.#model = model;
    this.#options = options;
  }

  /** One a chosen place; a view that the next call of the same bucket overwrites. */
  async of(bucket: CausalLmBucket, feeds: Feeds): Promise<Float32Array> {
    const program = await this.#programs.get(canonicalJson(bucket), () => {
      const { config, lora } = this.#model;
      const { threads, temperature } = this.#options;
      const graph = new Graph();
      const weight = weightInputs(graph, this.#model);
      const { logProbability } = causalLmTerms({ graph, bucket, weight }, { config, lora, temperature });
      return compile({ logProbability }, { threads });
    });
    await program.run({ ...Object.assign({}, ...this.#model.parameters.map((part) => part.feeds())), ...feeds });
    return program.outputs.logProbability!;
  }

  release(): Promise<void> {
    return this.#programs.release();
  }
}
