/** The run of a graph as the events of `events.ts`, in the order in which they happen. */
import { type RouterEvent, RouterEventSchema } from './events.ts';
import type { RouterCalls, RouterConfig } from './graph.ts';
import type { RouterInput } from './run-state.ts';

/**
 * `for await (const event of streamRouter(graph, { question })) ...` ends with an `answer-end` event, or throws what `invoke`
 * throws. Leaving the loop early aborts the run.
 */
export async function* streamRouter<Input = RouterInput>(
  graph: Pick<RouterCalls<Input>, 'stream'>,
  input: Input,
  config: RouterConfig = {},
): AsyncGenerator<RouterEvent, void, undefined> {
  const context = { streamAnswer: true, ...config.context };
  for await (const written of await graph.stream(input, { ...config, context, streamMode: 'custom' })) {
    if (isRouterEvent(written)) yield written;
  }
}

const TYPES: ReadonlySet<unknown> = new Set(RouterEventSchema.options.map(({ shape }) => shape.type.value));

/** A policy or reader may write events of its own to the same stream. */
function isRouterEvent(written: unknown): written is RouterEvent {
  return typeof written === 'object' && written !== null && 'type' in written && TYPES.has(written.type);
}
