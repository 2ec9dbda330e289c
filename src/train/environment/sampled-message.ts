/** A sampled reply as LangChain's message: its calls, read or not, and what training keeps of it. */
import type { JsonObject } from '../../common/json.ts';

export interface SampledCall {
  id: string;
  name: string;
  /** Undefined where the arguments cannot be read. */
  args: JsonObject | undefined;
  /** The arguments as they were written. */
  text: string;
}

/** Fields of an `AIMessage`. */
export function callFields(calls: readonly SampledCall[]) {
  return {
    tool_calls: calls.flatMap(({ id, name, args }) => (args ? [{ type: 'tool_call' as const, id, name, args }] : [])),
    invalid_tool_calls: calls.flatMap(({ id, name, args, text }) =>
      args ? [] : [{ type: 'invalid_tool_call' as const, id, name, args: text }],
    ),
  };
}

/** Where the graph looks for what a step's record keeps; empty where nothing was sampled with it. */
export function sampledMetadata({
  tokenIds,
  promptTokenIds,
  logProbabilities,
}: {
  tokenIds?: number[] | null;
  promptTokenIds?: number[] | null;
  logProbabilities?: number[];
}) {
  return {
    ...(tokenIds && { tokenIds, promptTokenIds: promptTokenIds ?? [] }),
    ...(logProbabilities && { logprobs: { content: logProbabilities.map((logprob) => ({ logprob })) } }),
  };
}
