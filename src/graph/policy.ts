/**
 * The three seams of the graph that a user may fill: a policy maps a state to a decision, a reader maps passages to an
 * intermediate answer, an answerer maps the evidence to the final one. The graph does not know which it runs.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import type { KnowledgeBaseCard, QueryImage } from '../tools/knowledge-base.ts';
import type { Passage } from '../tools/passage.ts';
import type { Decision, InvalidReason, ModelUsage, Outcome, Usage } from './decision.ts';
import type { Attempt, HistoryEntry, PolicyTrace, Reading } from './step-record.ts';

/**
 * A sub-question of a finished step as later steps see it: the history entry and the passages that were read. A step that asked
 * one sub-question is one of these; `stepsTaken` counts steps.
 */
export interface EvidenceStep extends HistoryEntry {
  passages: Passage[];
  reading?: Reading;
  /** What the policy thought when it decided on this step. */
  thought?: string;
}

/** Whether a sub-question was asked of this knowledge base and of no other. */
export function askedOnly({ knowledgeBases }: Pick<HistoryEntry, 'knowledgeBases'>, knowledgeBase: string): boolean {
  return knowledgeBases.length === 1 && knowledgeBases[0] === knowledgeBase;
}

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
  /** True where the reader looks at nothing, so that a policy may read what it decides on. */
  passesOn?: boolean;
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
  /** Where somebody listens: told of the final answer, piece by piece, while it is being written (the event `answer-delta`). */
  onAnswer?: (delta: string) => void;
}

/** One output of a policy: what it decided, and what is kept of how it came to that. */
export interface PolicyOutput extends Omit<Attempt, 'invalid'> {
  decision: Decision;
  thought?: string;
  /** Model calls and tokens of this output; searches are counted by the context. */
  usage?: Partial<ModelUsage>;
  /** For the policy's own training; see `StepRecord`. */
  trace?: PolicyTrace;
}

/** An output that could not be used, as the policy is told of it when it is asked again. */
export interface RejectedOutput {
  reason: InvalidReason;
  /** The output as text, at most 4,000 characters of it. */
  reply: string;
  /** One sentence that says what was wrong and what to do. */
  reminder: string;
}

export interface Policy {
  readonly name: string;
  readonly version: string;
  /** `rejected` is the output before this one, where that could not be used. */
  decide(state: PolicyState, context: StepContext, rejected?: RejectedOutput): Promise<PolicyOutput>;
}

export interface ReadInput {
  question: string;
  subQuestion: string;
  /** Those that were asked; each passage says itself where it comes from. */
  knowledgeBases: readonly KnowledgeBaseCard[];
  passages: readonly Passage[];
  image?: string;
  steps: readonly EvidenceStep[];
}

export interface ReaderOutput extends Reading {
  /**
   * `reads` is for answerers: how many passages they were really shown. Where it is missing, the graph counts every passage of
   * the evidence. A reader's reads are counted by the graph, whatever it says.
   */
  usage?: Partial<ModelUsage & Pick<Usage, 'reads'>>;
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
  /** What the policy stopped with, where it reads what it decides on. Its citations were shown to it. */
  proposed?: Reading;
}

export interface Answerer {
  readonly name: string;
  answer(input: AnswerInput, context: StepContext): Promise<ReaderOutput>;
}
