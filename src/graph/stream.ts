/** The run of a graph as the events of `events.ts`, in the order in which they happen. */
import { type RouterEvent, RouterEventSchema } from './events.ts';
import type { RouterConfig, RouterGraph } from './graph.ts';
import type { RouterInput } from './run-state.ts';

/**
 * `for await (const event of streamRouter(graph, { question })) ...` ends with an `answer-end` event, or throws what `invoke`
 * throws. Leaving the loop early aborts the run.
 */
export async function* streamRouter(
  graph: RouterGraph,
  input: RouterInput,
  config: RouterConfig = {},
): AsyncGenerator<RouterEvent, void, undefined> {
  // A node that wraps other models may write events of its own; only ours are passed on.
  for await (const written of await graph.stream(input, { ...config, streamMode: 'custom' })) {
    const event = RouterEventSchema.safeParse(written);
    if (event.success) yield event.data;
  }
}
