/**
 * The one record. A step of the graph yields exactly one: it is the event a client sees, the run a tracer shows, the row an
 * evaluation scores and the sample training learns from. Versioned; `contentHash` covers everything but ids and timings.
 */
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { contentHash } from '../common/content-hash.ts';
import { DecisionSchema, OutcomeSchema, UsageSchema } from './decision.ts';

export const STEP_RECORD_VERSION = 1;

/** One earlier step as the policy sees it. */
export const HistoryEntrySchema = z.object({
  subQuestion: z.string(),
  knowledgeBase: z.string(),
  outcome: OutcomeSchema,
  /** The intermediate answer; null where the reader abstained or nothing was found. */
  answer: z.string().nullable(),
});
export type HistoryEntry = z.infer<typeof HistoryEntrySchema>;

export const CandidateSchema = z.object({
  subQuestion: z.string(),
  provider: z.enum(['grammar', 'evidence', 'property', 'chat-model']),
  /** How it was made, e.g. `whole`, `inner`, `bridge`, `compare-left`, `row`. */
  kind: z.string(),
  /** True when an answer to this sub-question is an answer to the question. */
  completes: z.boolean(),
});
export type Candidate = z.infer<typeof CandidateSchema>;

export const CitationSchema = z.object({
  passageId: z.string(),
  knowledgeBase: z.string(),
  /** The words or cell that carry the answer, where the reader can point at them. */
  quote: z.string().optional(),
});
export type Citation = z.infer<typeof CitationSchema>;

export const ReadingSchema = z.object({
  /** Null is an abstention. */
  answer: z.string().nullable(),
  citations: z.array(CitationSchema),
  /** In [0, 1] where the reader has one. */
  confidence: z.number().optional(),
});
export type Reading = z.infer<typeof ReadingSchema>;

export const ProbeSchema = z.object({
  knowledgeBase: z.string(),
  subQuestion: z.string(),
  topScores: z.array(z.number()),
  /** Only of a probe that failed; one that found nothing has no scores. */
  outcome: OutcomeSchema.extract(['unavailable', 'timeout', 'unknown-knowledge-base']).optional(),
});
export type Probe = z.infer<typeof ProbeSchema>;

export const StepRecordSchema = z.object({
  schemaVersion: z.literal(STEP_RECORD_VERSION),
  /** UUIDv5(runId, index). */
  id: z.string(),
  runId: z.string(),
  groupId: z.string().optional(),
  index: z.number().int().nonnegative(),
  parentId: z.string().optional(),
  contentHash: z.string(),
  state: z.object({
    question: z.string(),
    /** Hash of the image, never its bytes. */
    image: z.string().optional(),
    history: z.array(HistoryEntrySchema),
  }),
  candidates: z.array(CandidateSchema).optional(),
  thought: z.string().optional(),
  decision: DecisionSchema,
  /** Invalid outputs that came before `decision`, in order; the last one stands in `decision` if no fallback is declared. */
  invalid: z.array(DecisionSchema).optional(),
  /** True when `decision` is the declared fallback and not the policy's own word. */
  fallback: z.boolean().optional(),
  policy: z.object({
    name: z.string(),
    version: z.string(),
    /** Sampled token ids, or the index of the action taken among `actions`. */
    tokenIds: z.array(z.number().int()).optional(),
    promptTokenIds: z.array(z.number().int()).optional(),
    actionId: z.number().int().optional(),
    /** Natural log-probabilities: one a token, or one for the action. */
    logProbabilities: z.array(z.number()).optional(),
    temperature: z.number().optional(),
    /** Extra numbers a policy wants kept, e.g. the distribution over routes. */
    scores: z.record(z.string(), z.number()).optional(),
  }),
  outcome: OutcomeSchema,
  /**
   * Why a knowledge base was `unavailable` or timed out, be it the one asked or one that was only probed. Left out of the hash:
   * it may name ports and paths.
   */
  error: z.string().optional(),
  /** Index of the earlier step of this run that asked the same; this one was answered from its record, without a search. */
  repeatOf: z.number().int().nonnegative().optional(),
  passages: z.array(
    z.object({
      id: z.string(),
      documentId: z.string(),
      knowledgeBase: z.string(),
      score: z.number(),
      rank: z.number().int().nonnegative(),
      title: z.string().optional(),
      text: z.string().optional(),
    }),
  ),
  probes: z.array(ProbeSchema),
  reading: ReadingSchema.optional(),
  rewards: z.record(z.string(), z.number()).optional(),
  usage: UsageSchema,
  /** Milliseconds. Left out of the hash. */
  timings: z.object({
    startedAt: z.string(),
    decide: z.number(),
    retrieve: z.number(),
    read: z.number(),
  }),
});
export type StepRecord = z.infer<typeof StepRecordSchema>;

export function stepId(runId: string, index: number): string {
  return uuidv5(String(index), runId);
}

/** The hash of what happened: ids and timings play no part. */
export function stepContentHash(step: Omit<StepRecord, 'contentHash' | 'id' | 'runId' | 'timings'>): string {
  const {
    contentHash: _h,
    id: _i,
    runId: _r,
    parentId: _p,
    groupId: _g,
    timings: _t,
    error: _e,
    ...content
  } = step as StepRecord;
  return contentHash(content);
}
