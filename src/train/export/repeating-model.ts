/** A chat model that says what it is told to say and keeps what it was shown: how prompts are taken from the calls that serve. */
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';

export interface ShownPrompt {
  system: string;
  user: string;
  /** Whether the question's image was shown with it. */
  image: boolean;
}

export class RepeatingModel extends BaseChatModel {
  // No private names: the call may come through a proxy, which has none.
  private says = '';
  private heard: BaseMessage[] = [];

  constructor() {
    super({});
  }

  override _llmType(): string {
    return 'repeating';
  }

  /** Fills no schemas: LangChain's own says so by throwing, each time it is asked. */
  override withStructuredOutput = undefined as never;

  override async _generate(): Promise<ChatResult> {
    throw new Error('RepeatingModel is only invoked');
  }

  /** Without LangChain's callbacks around it: nobody listens, and an export makes tens of thousands of calls. */
  override async invoke(input: unknown): Promise<AIMessageChunk> {
    this.heard = input as BaseMessage[];
    return new AIMessage(this.says) as unknown as AIMessageChunk;
  }

  /** What the model is shown while `call` runs; it answers `completion`. */
  async hear(completion: string, call: () => Promise<unknown>): Promise<ShownPrompt> {
    this.says = completion;
    await call();
    const [system, user] = this.heard;
    const image = Array.isArray(user!.content) && user!.content.some(({ type }) => type !== 'text');
    return { system: system!.text, user: user!.text, image };
  }
}
