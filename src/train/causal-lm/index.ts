/** The decoder as training uses it: everything of `causal-lm`, its parameters at the start, and supervised training. */

export type { CausalLm } from '../../causal-lm/causal-lm.ts';
export {
  CausalLmChatModel,
  type CausalLmChatModelOptions,
  chatMl,
  type RenderMessages,
} from '../../causal-lm/chat-model.ts';
export {
  type CausalLmConfig,
  causalLmParameters,
  type LoraConfig,
  loraParameters,
  parseCausalLmConfig,
} from '../../causal-lm/config.ts';
export { type DecisionForm, decisionForm } from '../../causal-lm/decision-form.ts';
export { loadCausalLm, mergeLora, saveCausalLm } from '../../causal-lm/directory.ts';
export { loadGguf } from '../../causal-lm/gguf.ts';
export { openCausalLmPolicy } from '../../causal-lm/policy.ts';
export { type SampledRow, type SampleOptions, Sampler } from '../../causal-lm/sampler.ts';
export { loadTokenizer, makeSmallTokenizer, type TextTokenizer, textTokenizer } from '../../causal-lm/tokenizer.ts';

export { type SupervisedOptions, trainSupervised } from './supervised.ts';
export {
  type CausalLmBucket,
  causalLmFeeds,
  causalLmTerms,
  initialCausalLm,
  initialLora,
  type MaskedSequence,
} from './training.ts';
