/** Log-probabilities of given tokens under the weights as they are, without a gradient. */
import type { CausalLm } from '../../causal-lm/causal-lm.ts';
import { canonicalJson } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { Graph, type Tensor } from '../../engine/graph.ts';
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
      const inputs = new Map<string, Tensor>();
      for (const part of this.#model.parameters)
        for (const { name, shape } of part.specs) inputs.set(name, graph.input(name, shape));
      const weight = (name: string): Tensor => {
        const tensor = inputs.get(name);
        if (!tensor) throw userError('engine-parameter', `engine: there is no parameter called ${name}`);
        return tensor;
      };
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
