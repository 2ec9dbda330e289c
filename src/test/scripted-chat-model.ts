/**
 * A chat model that plays a script: for tests of whatever is given a LangChain chat model, without a network. It takes tools and
 * schemas as a real one does, through `bindTools` and `withStructuredOutput`, and records what it was called with.
 */
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
} from '@langchain/core/language_models/chat_models';
import { type AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';

export interface ScriptedCallOptions extends BaseChatModelCallOptions {
  /** What `bindTools` was given. */
  tools?: BindToolsInput[];
}

export interface ScriptedCall {
  messages: BaseMessage[];
  /** With `tools`, where they were bound. */
  options: ScriptedCallOptions;
}

/** A text, a whole message (with tool calls, usage, metadata), an error to throw, or a function of the call. */
export type ScriptedReply = string | AIMessage | Error | ((call: ScriptedCall) => string | AIMessage);

export class ScriptedChatModel extends BaseChatModel<ScriptedCallOptions> {
  /** Every call, the failing ones too, in order. */
  readonly calls: ScriptedCall[] = [];
  readonly #replies: readonly ScriptedReply[];

  constructor(replies: readonly ScriptedReply[]) {
    super({});
    this.#replies = replies;
  }

  _llmType(): string {
    return 'scripted';
  }

  override bindTools(tools: BindToolsInput[], options: Partial<ScriptedCallOptions> = {}) {
    return this.withConfig({ ...options, tools });
  }

  async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    _run?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    options.signal?.throwIfAborted();
    const reply = this.#replies[this.calls.length];
    const call = { messages, options };
    this.calls.push(call);
    if (reply === undefined) {
      throw new Error(`scriptedChatModel: the script of ${this.#replies.length} replies has run out`);
    }
    if (reply instanceof Error) throw reply;
    const said = typeof reply === 'function' ? reply(call) : reply;
    // A chunk, because the parser behind withStructuredOutput takes nothing else.
    const message = typeof said === 'string' ? new AIMessageChunk(said) : chunkOf(said);
    return { generations: [{ text: message.text, message }] };
  }
}

function chunkOf({
  id,
  content,
  tool_calls,
  invalid_tool_calls,
  usage_metadata,
  response_metadata,
  additional_kwargs,
}: AIMessage): AIMessageChunk {
  return new AIMessageChunk({
    id,
    content,
    tool_calls,
    invalid_tool_calls,
    usage_metadata,
    response_metadata,
    additional_kwargs,
  });
}

/**
 * Plays its replies once, a reply a call, and throws when called more often.
 *
 *     const model = scriptedChatModel(['<answer>1775</answer>', new Error('overloaded')]);
 */
export function scriptedChatModel(replies: readonly ScriptedReply[]): ScriptedChatModel {
  return new ScriptedChatModel(replies);
}
