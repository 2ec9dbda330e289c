/** A chat model for one command: opened by its name, freed when the work is done. A model in this process would keep it running. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { isGgufName } from '../graph/chat-model/local/engine.ts';

interface ModelPlaceFlags {
  baseUrl?: string;
  threads?: number;
}

/**
 * How a model is asked for long: one in this process answers one after another, so that waiting in its queue must not count as a try that took too long; of a
 * server the others go on meanwhile.
 */
export function pace(name: string | undefined): { concurrency: number; timeoutMs: number } {
  return isGgufName(name) ? { concurrency: 1, timeoutMs: 900_000 } : { concurrency: 8, timeoutMs: 120_000 };
}

export async function withModel<Result>(
  name: string | undefined,
  { baseUrl, threads }: ModelPlaceFlags,
  work: (model: BaseChatModel | undefined) => Promise<Result>,
): Promise<Result> {
  if (name === undefined) return work(undefined);
  const { createChatModel } = await import('../config/models.ts');
  const model = await createChatModel(name, { baseUrl, threads });
  try {
    return await work(model);
  } finally {
    const { dispose } = model as { dispose?: unknown };
    if (typeof dispose === 'function') await dispose.call(model);
  }
}
