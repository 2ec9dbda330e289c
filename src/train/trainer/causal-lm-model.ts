/**
 * The model of a training: from nothing, or a base that was released, all of its weights or adapters over them. What is written to a
 * folder is always a whole model, adapters worked in: it is served and loaded like any other.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CausalLm } from '../../causal-lm/causal-lm.ts';
import { parseCausalLmConfig } from '../../causal-lm/config.ts';
import { type DecisionForm, decisionForm } from '../../causal-lm/decision-form.ts';
import { DECISION_TOKENS, END_OF_TURN } from '../../causal-lm/decision-tokens.ts';
import { loadCausalLm, mergeLora, saveCausalLm } from '../../causal-lm/directory.ts';
import { loadGguf, loadGgufTokenizer } from '../../causal-lm/gguf.ts';
import type { ShortPromptName } from '../../causal-lm/short-prompt.ts';
import { loadTokenizer, type TextTokenizer, textTokenizer } from '../../causal-lm/tokenizer.ts';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { userError } from '../../common/errors.ts';
import type { Parameters } from '../../engine/parameters.ts';
import { freshDecoder, tokenizerOf } from '../causal-lm/small-decoder.ts';
import type { TrainableCausalLm } from '../causal-lm/trainable.ts';
import { initialLora } from '../causal-lm/training.ts';
import type { TrajectoryText } from '../causal-lm/trajectory-text.ts';
import type { CausalLmGrpoConfig } from './causal-lm-grpo-config.ts';

export interface TrainedModel {
  trainable: TrainableCausalLm;
  /** Of the same weights, for sampling. */
  sampled: CausalLm;
  tokenizer: TextTokenizer;
  /** What its outputs are held to. */
  form?: DecisionForm;
  /** Writes the whole model as it is now. */
  save(directory: string): Promise<void>;
  /** Goes on from a model that `save` wrote; adapters begin anew over it. */
  adopt(directory: string): Promise<void>;
}

interface Whole {
  raw: Record<string, unknown>;
  parameters: Parameters;
  tokenizerJson: unknown;
  tokenizer: TextTokenizer;
}

/** Goes into the config.json that is written: by which training, and what outputs are held to. */
interface OwnConfig {
  prompt: ShortPromptName;
  version: string;
  gitHash: string;
  form?: { names: readonly string[]; maxTokens: number };
}

/** Throws `decision-form` where it is to be held to a form that has no room. */
export async function openTrainedModel(
  { base, lora, shape, seed }: Pick<CausalLmGrpoConfig, 'base' | 'lora' | 'shape' | 'seed'>,
  { texts, own }: { texts: readonly TrajectoryText[]; own: OwnConfig },
): Promise<TrainedModel> {
  const { raw, parameters, tokenizerJson, tokenizer } =
    base === undefined ? fromNothing({ shape, seed }, texts) : await released(base);
  const config = parseCausalLmConfig(raw);
  const low = base !== undefined && lora ? lora : undefined;
  const adapters = low && initialLora(config, low, seed);
  const described = { ...raw, r1_router: { seed, ...own } };
  return {
    trainable: low ? { config, parameters: adapters!, frozen: parameters, lora: low } : { config, parameters },
    sampled: low ? { config, parameters: [parameters, adapters!], lora: low } : { config, parameters: [parameters] },
    tokenizer,
    form: own.form && decisionForm({ tokenizer, vocabulary: config.vocabulary, ...own.form }),
    async save(directory) {
      const whole = low ? mergeLora(parameters, adapters!, low) : parameters;
      await saveCausalLm(directory, { raw: described, parameters: whole });
      await writeFileAtomic(join(directory, 'tokenizer.json'), `${JSON.stringify(tokenizerJson)}\n`);
    },
    async adopt(directory) {
      parameters.flat.set((await loadCausalLm(directory)).parameters.flat);
      if (low) adapters!.flat.set(initialLora(config, low, seed).flat);
    },
  };
}

function fromNothing(
  { shape, seed }: Pick<CausalLmGrpoConfig, 'shape' | 'seed'>,
  texts: readonly TrajectoryText[],
): Whole {
  const tokenizerJson = tokenizerOf(texts, { size: shape.vocabulary, whole: DECISION_TOKENS });
  const { raw, parameters } = freshDecoder(shape, { own: {}, seed });
  return { raw, parameters, tokenizerJson, tokenizer: textTokenizer(tokenizerJson) };
}

async function released(base: string): Promise<Whole> {
  const whole = base.endsWith('.gguf') ? await fromGguf(base) : await fromDirectory(base);
  if (whole.tokenizer.idOf(END_OF_TURN) === undefined) {
    throw userError('causal-lm-base', `base ${base}: its tokenizer has no ${END_OF_TURN}; use a model tuned on ChatML`);
  }
  return whole;
}

async function fromGguf(file: string): Promise<Whole> {
  const { raw, parameters } = await loadGguf(file);
  const { json, tokenizer } = await loadGgufTokenizer(file);
  return { raw, parameters, tokenizerJson: json, tokenizer };
}

async function fromDirectory(directory: string): Promise<Whole> {
  const { config, parameters } = await loadCausalLm(directory);
  const tokenizer = await loadTokenizer(directory, { vocabulary: config.vocabulary });
  const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'));
  return { raw: await read('config.json'), parameters, tokenizerJson: await read('tokenizer.json'), tokenizer };
}
