/**
 * The decoder as a LangChain chat model: it serves as a policy, reader or answerer like any other, on the runtime that trains
 * it. Prompt ids, sampled ids and their log-probabilities are in `response_metadata`, captured where they were sampled. Calls at
 * the same time are sampled as one batch.
 */
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BaseChatModelParams,
} from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { userError } from '../common/errors.ts';
import type { RuntimeOptions } from '../engine/program.ts';
import type { CausalLm } from './causal-lm.ts';
import type { DecisionForm } from './decision-form.ts';
import { loadCausalLm } from './directory.ts';
import { SampleQueue } from './sample-queue.ts';
import { Sampler } from './sampler.ts';
import { loadTokenizer, type TextTokenizer } from './tokenizer.ts';

/** The text a model is shown for a conversation; it ends where the model's own turn begins. */
export type RenderMessages = (messages: readonly { role: string; text: string }[]) => string;

/** ChatML, which Qwen2 and SmolLM2 were tuned on. */
export const chatMl: RenderMessages = (messages) =>
  `${messages.map(({ role, text }) => `<|im_start|>${role}\n${text}<|im_end|>\n`).join('')}<|im_start|>assistant\n`;

export interface CausalLmChatModelOptions extends BaseChatModelParams {
  model: CausalLm;
  tokenizer: TextTokenizer;
  render?: RenderMessages;
  /** Ends a turn, beside the model's own end tokens. Default `<|im_end|>` where the tokenizer has it. */
  endTokens?: readonly string[];
  temperature?: number;
  topK?: number;
  maxTokens?: number;
  /** What its replies are held to: it then speaks the tag protocol alone. */
  form?: DecisionForm;
  runtime?: RuntimeOptions;
  /** Where calls wait to be sampled together; by default one of the model's own. `runtime` is then the queue's matter. */
  queue?: SampleQueue;
}

interface CausalLmCallOptions extends BaseChatModelCallOptions {
  /** Key of the sampling. Default 0. */
  seed?: string | number;
}

export class CausalLmChatModel extends BaseChatModel<CausalLmCallOptions> {
  readonly #own: Sampler | undefined;
  readonly #queue: SampleQueue;
  readonly #options: CausalLmChatModelOptions;

  constructor(options: CausalLmChatModelOptions) {
    super(options);
    this.#options = options;
    if (options.queue) {
      this.#queue = options.queue;
    } else {
      this.#own = new Sampler(options.model, options.runtime);
      this.#queue = new SampleQueue(this.#own);
    }
  }

  /** From a directory in the hub's layout: config.json, model.safetensors, tokenizer.json. */
  static async open(
    directory: string,
    options: Omit<CausalLmChatModelOptions, 'model' | 'tokenizer'> = {},
  ): Promise<CausalLmChatModel> {
    const { config, parameters } = await loadCausalLm(directory);
    const tokenizer = await loadTokenizer(directory, { vocabulary: config.vocabulary });
    return new CausalLmChatModel({ ...options, model: { config, parameters: [parameters] }, tokenizer });
  }

  /** Frees the compiled programs; a queue that was given is left to its owner. */
  async release(): Promise<void> {
    await this.#own?.release();
  }

  override _llmType(): string {
    return 'r1-router-causal-lm';
  }

  override async _generate(
    messages: BaseMessage[],
    { seed = 0, signal, stop }: this['ParsedCallOptions'],
    _runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const {
      model,
      tokenizer,
      render = chatMl,
      endTokens = ['<|im_end|>'],
      temperature = 0,
      topK,
      maxTokens = 512,
      form,
    } = this.#options;
    if (stop && stop.length > 0)
      throw userError('causal-lm-stop', 'causal-lm: stop texts are not supported; use endTokens');
    const promptTokenIds = tokenizer.encode(render(messages.map((message) => plain(message, tokenizer.special))));
    const ends = endTokens.map((token) => tokenizer.idOf(token)).filter((id) => id !== undefined);
    const { tokenIds, logProbabilities, ended } = await this.#queue.sample(promptTokenIds, {
      maxTokens,
      temperature,
      topK,
      endTokens: [...model.config.endTokens, ...ends],
      form,
      seed,
      signal,
    });
    const text = tokenizer.decode(tokenIds);
    const message = new AIMessage({
      content: text,
      usage_metadata: {
        input_tokens: promptTokenIds.length,
        output_tokens: tokenIds.length,
        total_tokens: promptTokenIds.length + tokenIds.length,
      },
      response_metadata: {
        promptTokenIds,
        tokenIds,
        finish_reason: ended ? 'stop' : 'length',
        // The shape OpenAI and vLLM use, so that a policy reads it like any other model's.
        logprobs: {
          content: tokenIds.map((id, index) => ({ token: tokenizer.decode([id]), logprob: logProbabilities[index]! })),
        },
      },
    });
    return { generations: [{ text, message }] };
  }
}

function plain(message: BaseMessage, special: readonly string[] = []): { role: string; text: string } {
  const type = message.getType();
  const role = type === 'human' ? 'user' : type === 'ai' ? 'assistant' : type;
  return { role, text: withoutSpecial(message.text, special) };
}

/** What a passage or a question says is never a token of the template: a space behind its first letter makes it words. */
export function withoutSpecial(text: string, special: readonly string[]): string {
  return special.reduce((rest, token) => {
    const broken = `${token.slice(0, 1)} ${token.slice(1)}`;
    return token.length > 1 ? rest.replaceAll(token, broken) : rest;
  }, text);
}
