/**
 * A chat model whose replies come from outside: what the graph shows it waits until somebody has answered. With it a run of the graph is
 * an environment, and whoever trains is shown the very messages and tools that a served model would be.
 */
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessage, AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import type { StructuredTool } from '@langchain/core/tools';

/** What the run asks: everything the model is shown, and the tools it may call. */
export interface Asked {
  messages: readonly BaseMessage[];
  tools: readonly StructuredTool[];
}

/** Takes what is asked and resolves to the reply. */
export type Answering = (asked: Asked) => Promise<AIMessage>;

export class AwaitedModel extends BaseChatModel {
  // No private names: the call may come through a proxy, which has none.
  private readonly answering: Answering;
  private readonly tools: readonly StructuredTool[];

  constructor(answering: Answering, tools: readonly StructuredTool[] = []) {
    super({});
    this.answering = answering;
    this.tools = tools;
  }

  override _llmType(): string {
    return 'environment';
  }

  override getName(): string {
    return 'environment';
  }

  override async _generate(): Promise<ChatResult> {
    throw new Error('AwaitedModel is only invoked');
  }

  override bindTools(tools: unknown[]): AwaitedModel {
    return new AwaitedModel(this.answering, tools as StructuredTool[]);
  }

  override async invoke(input: unknown): Promise<AIMessageChunk> {
    const reply = await this.answering({ messages: input as BaseMessage[], tools: this.tools });
    return reply as unknown as AIMessageChunk;
  }
}
