/** The step record as version 1 wrote it: what is on people's disks, checked before it is brought up to date. Not to be changed. */
import { z } from 'zod';

const OutcomeSchema = z.enum(['passages', 'empty', 'unavailable', 'timeout', 'unknown-knowledge-base', 'none']);

const InvalidSchema = z.object({
  type: z.literal('invalid'),
  reason: z.enum([
    'empty-output',
    'missing-tag',
    'duplicate-tag',
    'unclosed-tag',
    'empty-sub-question',
    'unknown-knowledge-base',
    'contradiction',
    'too-long',
    'refused',
  ]),
  raw: z.string(),
});

const DecisionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('search'), subQuestion: z.string(), knowledgeBase: z.string() }),
  z.object({ type: z.literal('stop') }),
  InvalidSchema,
]);

const UsageV1Schema = z.object({
  searches: z.number(),
  reads: z.number(),
  modelCalls: z.number(),
  tokens: z.number(),
  cost: z.number(),
});

/** The name in the place of a knowledge base that asked every one of them. */
export const EVERYWHERE_V1 = '*';

const HistoryEntryV1Schema = z.object({
  subQuestion: z.string(),
  knowledgeBase: z.string(),
  outcome: OutcomeSchema,
  answer: z.string().nullable(),
});

export const StepRecordV1Schema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  runId: z.string(),
  groupId: z.string().optional(),
  index: z.number(),
  parentId: z.string().optional(),
  contentHash: z.string(),
  state: z.object({ question: z.string(), image: z.string().optional(), history: z.array(HistoryEntryV1Schema) }),
  candidates: z.array(z.record(z.string(), z.unknown())).optional(),
  thought: z.string().optional(),
  decision: DecisionSchema,
  invalid: z.array(DecisionSchema).optional(),
  fallback: z.boolean().optional(),
  policy: z.object({
    name: z.string(),
    version: z.string(),
    tokenIds: z.array(z.number()).optional(),
    promptTokenIds: z.array(z.number()).optional(),
    actionId: z.number().optional(),
    logProbabilities: z.array(z.number()).optional(),
    temperature: z.number().optional(),
    scores: z.record(z.string(), z.number()).optional(),
  }),
  outcome: OutcomeSchema,
  error: z.string().optional(),
  repeatOf: z.number().optional(),
  passages: z.array(
    z.object({
      id: z.string(),
      documentId: z.string(),
      knowledgeBase: z.string(),
      score: z.number(),
      rank: z.number(),
      title: z.string().optional(),
      text: z.string().optional(),
    }),
  ),
  probes: z.array(
    z.object({
      knowledgeBase: z.string(),
      subQuestion: z.string(),
      topScores: z.array(z.number()),
      outcome: z.enum(['unavailable', 'timeout', 'unknown-knowledge-base']).optional(),
    }),
  ),
  reading: z
    .object({
      answer: z.string().nullable(),
      citations: z.array(z.object({ passageId: z.string(), knowledgeBase: z.string(), quote: z.string().optional() })),
      confidence: z.number().optional(),
    })
    .optional(),
  rewards: z.record(z.string(), z.number()).optional(),
  usage: UsageV1Schema,
  timings: z.object({ startedAt: z.string(), decide: z.number(), retrieve: z.number(), read: z.number() }),
});
export type StepRecordV1 = z.infer<typeof StepRecordV1Schema>;
