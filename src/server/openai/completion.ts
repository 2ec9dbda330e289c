/** A finished run as a chat completion, and a run under way as the chunks of one. */
import { ABSTENTIONS } from '../../graph/agent/tell.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import { searchFailure } from '../../graph/steps/search-failure.ts';

interface About {
  runId: string;
  model: string;
  /** Seconds since the epoch. */
  created: number;
}

const idOf = (runId: string) => `chatcmpl-${runId}`;

/** What is said: the answer, or that there is none. */
export function contentOf({ answer, steps }: Pick<RouterOutput, 'answer' | 'steps'>): string {
  if (answer !== null) return answer;
  return searchFailure(steps) === undefined ? ABSTENTIONS.notFound : ABSTENTIONS.unavailable;
}

function usageOf({ usage }: Pick<RouterOutput, 'usage'>) {
  const { input, output } = usage.tokens;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

/** Beside what OpenAI says: where the answer comes from. `answer` is null where nothing was found. */
export function extensionOf({ runId, answer, citations, evidence, stopReason, usage }: RouterOutput) {
  return { citations, r1_router: { runId, answer, evidence, stopReason, usage } };
}

/** Sources with an address, as OpenAI writes those of a web search. */
function annotationsOf(output: RouterOutput) {
  const length = contentOf(output).length;
  return output.citations.flatMap(({ url, title, passageId }) =>
    url === undefined
      ? []
      : [{ type: 'url_citation', url_citation: { start_index: 0, end_index: length, url, title: title ?? passageId } }],
  );
}

export function completionOf(output: RouterOutput, { runId, model, created }: About) {
  return {
    id: idOf(runId),
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: contentOf(output), refusal: null, annotations: annotationsOf(output) },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usageOf(output),
    ...extensionOf(output),
  };
}

export function chunkOf(
  { runId, model, created }: About,
  delta: Record<string, unknown>,
  finish: 'stop' | null = null,
) {
  return {
    id: idOf(runId),
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  };
}

/** The last chunk where the client wants to know the usage: it has no choices. */
export function usageChunkOf(about: About, output: RouterOutput) {
  return { ...chunkOf(about, {}), choices: [], usage: usageOf(output) };
}
