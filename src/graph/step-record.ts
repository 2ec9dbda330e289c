/**
 * The one record. A step of the graph yields exactly one: it is the event a client sees, the run a tracer shows, the row an
 * evaluation scores and the sample training learns from. Versioned; files of older versions are read by `readStepRecord`
 * (`step-record-migration.ts`).
 *
 * `contentHash` covers what happened: everything but ids, timings and the texts of errors, which name ports and paths. Of the
 * policy's own trace it covers `traceHash`. So a record has the same hash with its trace and without it, two records that
 * differ in their traces alone have different ones, and both can be checked wherever they are.
 */
import { z } from 'zod';
import { contentHash } from '../common/content-hash.ts';
import { uuidv5 } from '../common/uuid.ts';
import { DecisionSchema, InvalidReasonSchema, OutcomeSchema, SearchSchema, UsageSchema } from './decision.ts';
import { type Reading, ReadingSchema } from './reading.ts';

export { type Citation, CitationSchema, type Reading, ReadingSchema } from './reading.ts';

export const STEP_RECORD_VERSION = 2;

/** One sub-question of an earlier step as the policy sees it. */
const HistoryEntrySchema = z.object({
  subQuestion: z.string(),
  /** Those it was asked of, at once. */
  knowledgeBases: z.array(z.string()),
  outcome: OutcomeSchema,
  /** The intermediate answer; null where the reader abstained or nothing was found. */
  answer: z.string().nullable(),
  /** Where a step asked several sub-questions: this one was asked in the same step as the one before it. */
  sameStep: z.literal(true).optional(),
});
export type HistoryEntry = z.infer<typeof HistoryEntrySchema>;

/** How many steps a history tells of. */
export function stepsTaken(history: readonly Pick<HistoryEntry, 'sameStep'>[]): number {
  return history.reduce((count, { sameStep }) => count + (sameStep ? 0 : 1), 0);
}

const ProbeSchema = z.object({
  knowledgeBase: z.string(),
  subQuestion: z.string(),
  topScores: z.array(z.number()),
  /** Only of a probe that failed; one that found nothing has no scores. */
  outcome: OutcomeSchema.extract(['unavailable', 'timeout', 'unknown-knowledge-base']).optional(),
});
export type Probe = z.infer<typeof ProbeSchema>;

/**
 * One output of the policy. A step holds all of them: the ones that could not be used, in order, and then the one that became
 * the decision, unless that is the declared fallback.
 */
const AttemptSchema = z.object({
  /** Why this output could not be used; left out of the one that could. */
  invalid: InvalidReasonSchema.optional(),
  /** The output as text, where it was one. */
  raw: z.string().optional(),
  temperature: z.number().optional(),
  promptTokenIds: z.array(z.number().int()).optional(),
  /** Sampled token ids. */
  tokenIds: z.array(z.number().int()).optional(),
  /** Natural log-probabilities: one a token, or one for the action. */
  logProbabilities: z.array(z.number()).optional(),
});
export type Attempt = z.infer<typeof AttemptSchema>;

/** What a policy keeps for its own training: any JSON, with a version of its own. */
const PolicyTraceSchema = z.looseObject({ version: z.number().int() });
export type PolicyTrace = z.infer<typeof PolicyTraceSchema>;

/** What came of one search of the decision. */
const SearchedSchema = z.object({
  ...SearchSchema.shape,
  outcome: OutcomeSchema,
  /** Why it was `unavailable` or timed out. Left out of the hash. */
  error: z.string().optional(),
  /** Index of the earlier step that asked the same: answered from its record, and nothing there was left to read. */
  repeatOf: z.number().int().nonnegative().optional(),
});
export type Searched = z.infer<typeof SearchedSchema>;

const RecordedPassageSchema = z.object({
  id: z.string(),
  documentId: z.string(),
  knowledgeBase: z.string(),
  score: z.number(),
  rank: z.number().int().nonnegative(),
  title: z.string().optional(),
  url: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  text: z.string().optional(),
  /** Place in `searches` of the search that found it; left out of those that the first one found. */
  search: z.number().int().positive().optional(),
});

export const StepRecordSchema = z.object({
  schemaVersion: z.literal(STEP_RECORD_VERSION),
  /** UUIDv5(runId, index). */
  id: z.string(),
  /** Of the LangChain run, where there is one. */
  runId: z.string(),
  groupId: z.string().optional(),
  index: z.number().int().nonnegative(),
  parentId: z.string().optional(),
  contentHash: z.string(),
  /** The hash that an older version of this record had. */
  originalContentHash: z.string().optional(),
  state: z.object({
    question: z.string(),
    /** Hash of the image, never its bytes. */
    image: z.string().optional(),
    history: z.array(HistoryEntrySchema),
  }),
  decision: DecisionSchema,
  attempts: z.array(AttemptSchema),
  thought: z.string().optional(),
  /** True when `decision` is the declared fallback and not the policy's own word. */
  fallback: z.boolean().optional(),
  /** Why a knowledge base was `unavailable` or timed out, be it one asked or one that was only probed. Left out of the hash. */
  error: z.string().optional(),
  /** Index of the earlier step of this run that asked all of this; nothing was searched and nothing read. */
  repeatOf: z.number().int().nonnegative().optional(),
  policy: z.object({
    name: z.string(),
    version: z.string(),
    /** Of `trace`, whether that is here or not. */
    traceHash: z.string().optional(),
    /** Stored for training; left out of events, tracers and HTTP unless `context.includeTrace` asks for it. */
    trace: PolicyTraceSchema.optional(),
  }),
  /** In the order of the decision. */
  searches: z.array(SearchedSchema),
  /** `passages` if any search found some, else what went wrong, else `empty`; `none` where nothing was searched. */
  outcome: OutcomeSchema,
  /** Of all searches in turn: the best of each, then the second of each, and so on. */
  passages: z.array(RecordedPassageSchema),
  probes: z.array(ProbeSchema),
  /** Of a step with one sub-question. */
  reading: ReadingSchema.optional(),
  /** Of a step with several sub-questions, one for each that was read. */
  readings: z.array(z.object({ subQuestion: z.string(), ...ReadingSchema.shape })).optional(),
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

/** The hash of a policy's trace, 32 hexadecimal digits. */
export function policyTraceHash(trace: PolicyTrace): string {
  return contentHash(trace).slice(0, 32);
}

/** The hash of what happened: ids, timings, texts of errors and the trace itself play no part. */
export function stepContentHash(step: Omit<StepRecord, 'contentHash' | 'id' | 'runId' | 'timings'>): string {
  const {
    contentHash: _h,
    originalContentHash: _o,
    id: _i,
    runId: _r,
    parentId: _p,
    groupId: _g,
    timings: _t,
    error: _e,
    policy,
    searches,
    ...content
  } = step as StepRecord;
  const { trace: _trace, ...knownPolicy } = policy;
  return contentHash({
    ...content,
    policy: knownPolicy,
    searches: searches.map(({ error: _error, ...search }) => search),
  });
}

/** Outputs of the policy that could not be used. */
export function invalidAttempts({ attempts }: Pick<StepRecord, 'attempts'>): Attempt[] {
  return attempts.filter(({ invalid }) => invalid !== undefined);
}

/** The knowledge bases that a step searched, each once, in order. */
export function knowledgeBasesOf({ decision }: Pick<StepRecord, 'decision'>): string[] {
  return decision.type === 'search' ? [...new Set(decision.searches.map(({ knowledgeBase }) => knowledgeBase))] : [];
}

/** What was read at a step: one reading for each sub-question that was read. */
export function readingsOf({ reading, readings }: Pick<StepRecord, 'reading' | 'readings'>): Reading[] {
  return readings ?? (reading ? [reading] : []);
}
