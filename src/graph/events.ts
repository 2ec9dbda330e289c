/**
 * What a client sees while a run goes on: one event type for the terminal, for server-sent events and for code that streams
 * the graph. Names are noun-action. Events of a step carry the id of its StepRecord.
 */
import { z } from 'zod';
import { EvidenceSchema } from '../tools/evidence.ts';
import { PassageSchema } from '../tools/passage.ts';
import { DecisionSchema, OutcomeSchema, UsageSchema } from './decision.ts';
import { CitationSchema, ReadingSchema, StepRecordSchema } from './step-record.ts';

const Step = { id: z.string(), index: z.number().int().nonnegative() };

export const StopReasonSchema = z.enum([
  'policy',
  'max-steps',
  'budget-tokens',
  'budget-time',
  'budget-cost',
  'budget-searches',
  'invalid',
]);
export type StopReason = z.infer<typeof StopReasonSchema>;

/** The end of a run: what `ask --json` prints (with `steps`) and what the graph returns. */
export const RouterAnswerSchema = z.object({
  runId: z.string(),
  question: z.string(),
  /** Null is an abstention. */
  answer: z.string().nullable(),
  citations: z.array(CitationSchema),
  /** The best sentences and rows that were found, whether or not there is a short answer. */
  evidence: z.array(EvidenceSchema),
  stopReason: StopReasonSchema,
  usage: UsageSchema,
});
export type RouterAnswer = z.infer<typeof RouterAnswerSchema>;

export const RouterEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-start'), runId: z.string(), question: z.string() }),
  z.object({ type: z.literal('step-start'), ...Step }),
  z.object({ type: z.literal('decision-end'), ...Step, thought: z.string().optional(), decision: DecisionSchema }),
  z.object({ type: z.literal('retrieval-end'), ...Step, outcome: OutcomeSchema, passages: z.array(PassageSchema) }),
  z.object({ type: z.literal('reading-end'), ...Step, subQuestion: z.string(), reading: ReadingSchema }),
  z.object({ type: z.literal('step-end'), ...Step, record: StepRecordSchema }),
  /** A piece of the answer while it is written; `answer-end` says what the answer is. */
  z.object({ type: z.literal('answer-delta'), runId: z.string(), delta: z.string() }),
  z.object({ type: z.literal('answer-end'), ...RouterAnswerSchema.shape }),
]);
export type RouterEvent = z.infer<typeof RouterEventSchema>;
