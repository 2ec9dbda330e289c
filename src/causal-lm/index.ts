/** The decoder: configuration, directories, sampling, and its face as a LangChain chat model. */

export type { CausalLm } from './causal-lm.ts';
export { CausalLmChatModel, type CausalLmChatModelOptions, chatMl, type RenderMessages } from './chat-model.ts';
export {
  type CausalLmConfig,
  causalLmParameters,
  type LoraConfig,
  loraParameters,
  parseCausalLmConfig,
} from './config.ts';
export { type DecisionForm, decisionForm } from './decision-form.ts';
export { loadCausalLm, mergeLora, saveCausalLm } from './directory.ts';
export { loadGguf } from './gguf.ts';
export { openCausalLmPolicy } from './policy.ts';
export { type SampledRow, type SampleOptions, Sampler } from './sampler.ts';
export { loadTokenizer, makeSmallTokenizer, type TextTokenizer, textTokenizer } from './tokenizer.ts';
