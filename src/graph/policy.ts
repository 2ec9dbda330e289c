/**
 * The three seams of the graph that a user may fill: a policy maps a state to a decision, a reader maps passages to an
 * intermediate answer, an answerer maps the evidence to the final one. The graph does not know which it runs.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import type { KnowledgeBaseCard, QueryImage } from '../tools/knowledge-base.ts';
import type { Passage } from '../tools/passage.ts';
import type { Decision, Outcome, Usage } from './decision.ts';
import type { Candidate, HistoryEntry, Reading, StepRecord } from './step-record.ts';

/** A finished step as later steps see it: the history entry and the passages that were read. */
export interface EvidenceStep extends HistoryEntry {
  passages: Passage[];
  reading?: Reading;
  /** What the policy thought when it decided on this step. */
  thought?: string;
}

/**
 * A decision that names this in the place of a knowledge base searches every one of them at that step. Each is counted as a
 * search at its own cost; the reader is shown `limit` passages of each, best first in turn. For policies written in code: no
 * knowledge base can have this name, and the tag protocol does not know it.
 */
export const EVERY_KNOWLEDGE_BASE = '*';

/** Earlier questions on the same thread, oldest first. */
export interface Turn {
  question: string;
  answer: string | null;
}

export interface PolicyState {
  question: string;
  /** Hash of the question's image; the bytes come from `StepContext.image()`. */
  image?: string;
  steps: readonly EvidenceStep[];
  /** In the order the user gave them; a policy must not depend on that order. */
  knowledgeBases: readonly KnowledgeBaseCard[];
  maxSteps: number;
  conversation: readonly Turn[];
}

export interface SearchResult {
  outcome: Exclude<Outcome, 'none'>;
  passages: Passage[];
  /** What went wrong, where the outcome is `unavailable` or `timeout`. */
  error?: string;
}

export interface StepContext {
  /** Randomness of this step: key it further with `keyedRandom(seed, ...)`. */
  seed: string;
  signal?: AbortSignal;
  /** Passed on to models so that traces nest. */
  config: RunnableConfig;
  /** The image's bytes, or undefined where the question has none. */
  image(): Promise<QueryImage | undefined>;
  /**
   * Queries a knowledge base now, counted in `usage.searches`. The same query is asked once a run: a repetition, the graph's
   * own retrieval of a probed query included, is answered from the run's record at no cost. Never throws for a failing
   * knowledge base: the outcome says so.
   */
  search(knowledgeBase: string, subQuestion: string): Promise<SearchResult>;
}

export interface PolicyOutput {
  decision: Decision;
  thought?: string;
  candidates?: Candidate[];
  /** Model calls and tokens of this decision; searches are counted by the context. */
  usage?: Partial<Pick<Usage, 'modelCalls' | 'tokens'>>;
  details?: Omit<StepRecord['policy'], 'name' | 'version'>;
}

export interface Policy {
  readonly name: string;
  readonly version: string;
  /** `reminder` says what was wrong with the output before this one, after an invalid decision. */
  decide(state: PolicyState, context: StepContext, reminder?: string): Promise<PolicyOutput>;
}

export interface ReadInput {
  question: string;
  subQuestion: string;
  /**
   * The knowledge base that was asked. After a search of every knowledge base (`EVERY_KNOWLEDGE_BASE`) it is a card of that
   * name, and each passage says itself where it comes from.
   */
  knowledgeBase: KnowledgeBaseCard;
  passages: readonly Passage[];
  image?: string;
  steps: readonly EvidenceStep[];
}

export interface ReaderOutput extends Reading {
  /**
   * `reads` is for answerers: how many passages they were really shown. Where it is missing, the graph counts every passage of
   * the evidence. A reader's reads are counted by the graph, whatever it says.
   */
  usage?: Partial<Pick<Usage, 'modelCalls' | 'tokens' | 'reads'>>;
}

export interface Reader {
  readonly name: string;
  /** How many of the retrieved passages it is shown; the graph cuts the list and counts `reads`. */
  readonly limit: number;
  /** True for a reader that looks at nothing and leaves the passages to the answerer: they are not counted as reads here. */
  readonly passesOn?: boolean;
  read(input: ReadInput, context: StepContext): Promise<ReaderOutput>;
}

export interface AnswerInput {
  question: string;
  image?: string;
  steps: readonly EvidenceStep[];
  conversation: readonly Turn[];
}

export interface Answerer {
  readonly name: string;
  answer(input: AnswerInput, context: StepContext): Promise<ReaderOutput>;
}
