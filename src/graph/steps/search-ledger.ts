/**
 * The account of one run's searches. Every query of a knowledge base goes through it, a policy's probes and the graph's own
 * retrievals alike; it counts them, declares their cost, times them out, tries again where that helps and never asks the same
 * thing twice. A failing knowledge base is an outcome here, not an exception; thrown are only an abort, what LangGraph throws to
 * pause a run (an interrupt), and a store that is found damaged: no answer may come from what is left of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RunnableConfig } from '@langchain/core/runnables';
import { isGraphBubbleUp } from '@langchain/langgraph';
import { z } from 'zod';
import { startDeadline, withAbort } from '../../common/abort.ts';
import { isR1RouterError, messageOf, systemError } from '../../common/errors.ts';
import { isDamagedStore } from '../../tools/damaged-store.ts';
import type { Query, QueryImage, SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { type Passage, PassageSchema } from '../../tools/passage.ts';
import type { Outcome } from '../decision.ts';
import type { SearchResult } from '../policy.ts';
import { startRetrieverRun } from '../tracing/retriever-run.ts';

const PassagesSchema = z.array(PassageSchema);

export interface SearchLedgerOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  /** Passages asked of each search. */
  limit: number;
  /** Milliseconds after which a search counts as timed out, whether or not the knowledge base heeds its signal. */
  timeoutMs: number;
  /** How often an unavailable knowledge base is asked again (after 100 ms, 200 ms, ...). A time-out is not. */
  retries: number;
}

interface LedgerRequest {
  knowledgeBase: string;
  subQuestion: string;
  /** Used for text-image knowledge bases only. */
  image?: QueryImage;
  signal?: AbortSignal;
  /** Milliseconds left of the run's time budget; shortens the time-out. */
  timeLeftMs?: number;
  /** Callbacks under which the search is traced as a retriever run. */
  config?: RunnableConfig;
}

export interface SearchLedger {
  ask(request: LedgerRequest): Promise<SearchResult>;
  /** Queries sent so far, attempts that were repeated after a failure included, and the sum of their declared costs. */
  totals(): { searches: number; cost: number };
}

/** A search that a run made before it was interrupted. */
export interface KnownSearch {
  knowledgeBase: string;
  subQuestion: string;
  outcome: Outcome;
  passages: Passage[];
}

/**
 * A ledger for one run. `known` are the searches of a run that goes on after a checkpoint: they are answered from the record.
 * (What a policy merely probed before the checkpoint is asked again, and counted again.)
 */
export function createSearchLedger(options: SearchLedgerOptions, known: readonly KnownSearch[] = []): SearchLedger {
  const byName = new Map(options.knowledgeBases.map((knowledgeBase) => [knowledgeBase.name, knowledgeBase]));
  const memo = new Map<string, Promise<SearchResult>>();
  let searches = 0;
  let cost = 0;

  for (const { knowledgeBase, subQuestion, outcome, passages } of known) {
    if (!byName.has(knowledgeBase) || outcome === 'none') continue;
    memo.set(queryKey(knowledgeBase, subQuestion), Promise.resolve({ outcome, passages }));
  }

  async function search(knowledgeBase: SearchableKnowledgeBase, request: LedgerRequest): Promise<SearchResult> {
    const { subQuestion: text, image, signal } = request;
    const query: Query = { text, ...(image && { image }) };
    const run = await startRetrieverRun(request.config, knowledgeBase, query);
    const inner = run?.config ?? request.config;
    for (let attempt = 0; ; attempt++) {
      searches++;
      cost += knowledgeBase.cost ?? 1;
      const timeLimit = Math.max(1, Math.min(options.timeoutMs, request.timeLeftMs ?? Infinity));
      const deadline = startDeadline(timeLimit, signal);
      try {
        const found = await withAbort(
          () => knowledgeBase.search(query, { limit: options.limit, signal: deadline.signal, config: inner }),
          deadline.signal,
        );
        const passages = parsePassages(knowledgeBase.name, found).slice(0, options.limit);
        await run?.end(passages);
        return { outcome: passages.length > 0 ? 'passages' : 'empty', passages };
      } catch (error) {
        if (signal?.aborted) {
          await run?.fail(error);
          throw signal.reason;
        }
        if (isDamagedStore(error) || isGraphBubbleUp(error)) {
          await run?.fail(error);
          throw error;
        }
        const timedOut = deadline.expired;
        const final = timedOut || attempt >= options.retries || (isR1RouterError(error) && error.kind === 'user');
        if (final) {
          await run?.fail(error);
          return { outcome: timedOut ? 'timeout' : 'unavailable', passages: [], error: messageOf(error) };
        }
      } finally {
        deadline.clear();
      }
      await pause(100 * (attempt + 1), undefined, signal && { signal });
    }
  }

  return {
    async ask(request) {
      request.signal?.throwIfAborted();
      const knowledgeBase = byName.get(request.knowledgeBase);
      if (!knowledgeBase) return { outcome: 'unknown-knowledge-base', passages: [] };
      const image = knowledgeBase.modality === 'text-image' ? request.image : undefined;
      const key = queryKey(knowledgeBase.name, request.subQuestion);
      const earlier = memo.get(key);
      if (earlier) return earlier;
      const result = search(knowledgeBase, { ...request, image });
      memo.set(key, result);
      // What was aborted was not answered: a run that goes on later asks anew.
      result.catch(() => memo.delete(key));
      return result;
    },
    totals: () => ({ searches, cost }),
  };
}

/** The image is the same throughout a run, so that name and text identify a query. */
function queryKey(knowledgeBase: string, subQuestion: string): string {
  return JSON.stringify([knowledgeBase, normaliseSubQuestion(subQuestion)]);
}

/** Two sub-questions that differ in case, spacing or final punctuation only are the same question. */
export function normaliseSubQuestion(subQuestion: string): string {
  let text = subQuestion.normalize('NFKC').toLowerCase().split(/\s+/u).filter(Boolean).join(' ');
  while (text.length > 0 && ' ?!.'.includes(text.at(-1)!)) text = text.slice(0, -1);
  return text;
}

function parsePassages(name: string, found: unknown): Passage[] {
  const parsed = PassagesSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw systemError(
    'malformed-passages',
    `knowledge base "${name}": search() must resolve to a list of passages, but ${issue?.path.join('.') || 'the result'}: ${issue?.message}`,
  );
}
