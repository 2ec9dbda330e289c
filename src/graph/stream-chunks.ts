/** What the stream of a graph yields, by mode. A list of modes yields pairs of a mode and its chunk. */
import type { BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { IterableReadableStream } from '@langchain/core/utils/stream';
import type { StreamMode } from '@langchain/langgraph';
import type { RouterEvent } from './events.ts';
import type { RouterContext, RouterInput, RouterOutput } from './run-state.ts';
import type { StepName } from './steps/move.ts';

/** What goes in and what comes out; an agent's has `messages` too. */
type PublicState = RouterInput & RouterOutput;

export interface StreamChunks {
  /** The run's events; a policy or reader may write others to the same stream. */
  custom: RouterEvent;
  /** What each node changed of the public fields, by its name. */
  updates: Partial<Record<StepName, Partial<PublicState>>>;
  values: Partial<PublicState>;
  /** A message and what LangGraph says of where it comes from. */
  messages: [BaseMessage, Record<string, unknown>];
}

export type ChunkOf<Mode extends StreamMode> = Mode extends keyof StreamChunks ? StreamChunks[Mode] : unknown;

interface StreamConfig<Modes> extends RunnableConfig {
  context?: RouterContext;
  streamMode: Modes;
}

export interface StreamOf<Input> {
  <Mode extends StreamMode>(input: Input, config: StreamConfig<Mode>): Promise<IterableReadableStream<ChunkOf<Mode>>>;
  <Mode extends StreamMode>(
    input: Input,
    config: StreamConfig<readonly Mode[] | Mode[]>,
  ): Promise<IterableReadableStream<{ [Each in Mode]: [Each, ChunkOf<Each>] }[Mode]>>;
}
