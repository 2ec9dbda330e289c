/** A language model that is trained, and what its loss is told. */
import type { CausalLmConfig, LoraConfig } from '../../causal-lm/config.ts';
import type { DecisionForm } from '../../causal-lm/decision-form.ts';
import type { Parameters } from '../../engine/parameters.ts';
import type { StepGrpoLossOptions } from '../step-grpo.ts';

export interface TrainableCausalLm {
  config: CausalLmConfig;
  /** Trained: all weights, or adapters over `frozen`. */
  parameters: Parameters;
  frozen?: Parameters;
  lora?: LoraConfig;
  /** The policy that the divergence is measured from: weights under their own names. Left out: none, or the base under adapters. */
  reference?: Parameters;
}

export interface TokenLossOptions extends StepGrpoLossOptions {
  /** Of the sampling. */
  temperature?: number;
  /** `exact`: over the whole vocabulary at each place; `k3`: of the sampled tokens. */
  kl?: 'exact' | 'k3';
  /** Where another engine sampled: tokens count by how much likelier they are here, at most so often. */
  importanceCap?: number;
  /** What sampling was held to. */
  form?: DecisionForm;
  threads?: number;
}
