/** A decoder with its weights, as everything that runs it is given it. */
import type { Parameters } from '../engine/parameters.ts';
import type { CausalLmConfig, LoraConfig } from './config.ts';

export interface CausalLm {
  config: CausalLmConfig;
  /** Base weights, and adapters where there are any. */
  parameters: readonly Parameters[];
  lora?: LoraConfig;
}
