/** The options of the router, checked once and completed with their defaults. */
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { z } from 'zod';
import { userError } from '../common/errors.ts';
import { type EvidenceFinder, findEvidence } from '../tools/evidence.ts';
import {
  type KnowledgeBaseCard,
  KnowledgeBaseCardSchema,
  type SearchableKnowledgeBase,
} from '../tools/knowledge-base.ts';
import type { ImageStore } from './image-store.ts';
import type { Answerer, Policy, Reader } from './policy.ts';
import { QUESTION_LIMIT } from './question-limit.ts';
import { MAXIMUM_STEPS } from './run-state.ts';

export interface RouterGraphOptions {
  /** At least one, each with a name of its own. */
  knowledgeBases: readonly SearchableKnowledgeBase[];
  policy: Policy;
  reader: Reader;
  answerer: Answerer;
  /** Searching steps at most; a run's context may say otherwise. Default 5 (the paper: 3). */
  maxSteps?: number;
  /** Passages asked of each search; how many of them are read is the reader's `limit`. Default 10. */
  passageLimit?: number;
  /** Where images of questions lie. Without it a question with an image is refused. */
  images?: ImageStore;
  /**
   * What becomes of a step whose policy gave no valid decision after all retries. `'question'`, the default: where the run has
   * found nothing yet, the question itself is asked of every knowledge base, once a run. `{ knowledgeBase }`: it is asked of
   * this one, once a run. `'stop'`: the run stops, which is also what happens where nothing is left to ask
   * (`stopReason: 'invalid'`). Marked in the record and counted.
   */
  fallback?: 'question' | 'stop' | { knowledgeBase: string };
  /** What chooses the evidence of a run; false chooses none, which saves a millisecond where nobody looks at it. Default `findEvidence`. */
  evidence?: EvidenceFinder | false;
  /** How often a policy is reminded after an invalid decision. Default 2. */
  invalidRetries?: number;
  /** Milliseconds after which a search counts as timed out. Default 30,000. */
  searchTimeoutMs?: number;
  /** How often an unavailable knowledge base is asked again within a step. Default 1. */
  searchRetries?: number;
  /** Longest question accepted, in characters. Default 8,000. */
  questionLimit?: number;
  /**
   * Keeps threads, so that follow-up questions know what was asked before and interrupted runs go on. Off by default: it
   * nearly doubles the graph's own cost.
   */
  checkpointer?: BaseCheckpointSaver;
}

export interface RouterParts
  extends Required<Omit<RouterGraphOptions, 'images' | 'checkpointer'>>,
    Pick<RouterGraphOptions, 'images'> {
  /** What policies are shown: descriptions without a way to search past the ledger. */
  cards: readonly KnowledgeBaseCard[];
}

const NumbersSchema = z.object({
  maxSteps: z.number().int().nonnegative().max(MAXIMUM_STEPS).default(5),
  passageLimit: z.number().int().positive().max(1000).default(10),
  invalidRetries: z.number().int().nonnegative().max(10).default(2),
  searchTimeoutMs: z.number().positive().default(30_000),
  searchRetries: z.number().int().nonnegative().max(10).default(1),
  questionLimit: z.number().int().positive().default(QUESTION_LIMIT),
});

/** Throws a user error `invalid-options` that names the option to change. */
export function resolveOptions(options: RouterGraphOptions): RouterParts {
  const { knowledgeBases, policy, reader, answerer, images, fallback = 'question', evidence = findEvidence } = options;
  const parsed = NumbersSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw userError('invalid-options', `createRouterGraph: option ${issue?.path.join('.')}: ${issue?.message}`);
  }
  for (const [name, part] of Object.entries({ policy, reader, answerer })) {
    if (!part) throw userError('invalid-options', `createRouterGraph: option ${name} is missing; give one`);
  }
  if (!knowledgeBases?.length) {
    throw userError('invalid-options', 'createRouterGraph: option knowledgeBases is empty; give at least one');
  }
  const names = new Set<string>();
  const cards: KnowledgeBaseCard[] = [];
  for (const { name, description, modality, cost } of knowledgeBases) {
    const card = KnowledgeBaseCardSchema.safeParse({ name, description, modality, cost });
    if (!card.success) {
      const [issue] = card.error.issues;
      throw userError(
        'invalid-options',
        `createRouterGraph: knowledge base "${name}": ${issue?.path.join('.')}: ${issue?.message}`,
      );
    }
    if (names.has(name)) {
      throw userError('invalid-options', `createRouterGraph: two knowledge bases are named "${name}"; rename one`);
    }
    names.add(name);
    cards.push(card.data);
  }
  if (typeof fallback === 'object' && !names.has(fallback.knowledgeBase)) {
    throw userError(
      'invalid-options',
      `createRouterGraph: option fallback names no knowledge base of this graph: "${fallback.knowledgeBase}"`,
    );
  }
  return { knowledgeBases, cards, policy, reader, answerer, images, fallback, evidence, ...parsed.data };
}
