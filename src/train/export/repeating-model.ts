/** A chat model that says what it is told to say and keeps what it was shown: how prompts are taken from the calls that serve. */
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';

export interface ShownPrompt {
  system: string;
  user: string;
  /** Whether the question's image was shown with it. */
  image: boolean;
}

export class RepeatingModel extends BaseChatModel {
  #says = '';
  #heard: BaseMessage[] = [];

  constructor() {
    super({});
  }

  override _llmType(): string {
    return 'repeating';
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    this.#heard = messages;
    return { generations: [{ text: this.#says, message: new AIMessage(this.#says) }] };
  }

  /** What the model is shown while `call` runs; it answers `completion`. */
  async hear(completion: string, call: () => Promise<unknown>): Promise<ShownPrompt> {
    this.#says = completion;
    await call();
    const [system, user] = this.#heard;
    const image = Array.isArray(user!.content) && user!.content.some(({ type }) => type !== 'text');
    return { system: system!.text, user: user!.text, image };
  }
}
