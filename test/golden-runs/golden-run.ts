/**
 * A golden run: what was asked of which system, and what it did, in words that no version of the step record owns. The fixture
 * holds one a line; a conversation is one golden run with several turns.
 */
import { z } from 'zod';

export const SYSTEMS = ['scorer', 'probe', 'cover', 'all', 'all-once', 'chat', 'methods'] as const;

export const GoldenCaseSchema = z.strictObject({
  id: z.string(),
  system: z.enum(SYSTEMS),
  /** Of `chat` how the model behaves, of `methods` the method, of `scorer` a setting. */
  variant: z.string().optional(),
  /** One question, or those of a conversation in order. The image is a file below `data/atlas`. */
  turns: z.array(z.strictObject({ question: z.string(), image: z.string().optional() })).min(1),
  way: z.enum(['graph', 'driver']),
  context: z.strictObject({
    seed: z.number().int(),
    member: z.number().int().optional(),
    maxSteps: z.number().int().optional(),
    budgets: z.strictObject({ searches: z.number(), cost: z.number() }).partial().optional(),
  }),
  /** A knowledge base that fails at every search. */
  failing: z.string().optional(),
  /** No knowledge base ever answers, and every search times out. */
  hanging: z.literal(true).optional(),
});
export type GoldenCase = z.infer<typeof GoldenCaseSchema>;

const PassageSchema = z.tuple([z.string(), z.string(), z.number()]);
const CitationSchema = z.strictObject({
  passageId: z.string(),
  knowledgeBase: z.string(),
  quote: z.string().optional(),
});
const DecisionSchema = z.union([
  z.strictObject({ search: z.array(z.tuple([z.string(), z.string()])) }),
  z.strictObject({ stop: z.literal(true) }),
  z.strictObject({ invalid: z.string() }),
]);
export type GoldenDecision = z.infer<typeof DecisionSchema>;

export const GoldenStepSchema = z.strictObject({
  decision: DecisionSchema,
  /** Reasons of the invalid outputs before the decision, in order. */
  invalid: z.array(z.string()),
  fallback: z.boolean(),
  outcome: z.string(),
  error: z.string().optional(),
  repeatOf: z.number().optional(),
  probes: z.array(
    z.strictObject({
      knowledgeBase: z.string(),
      subQuestion: z.string(),
      topScores: z.array(z.number()),
      outcome: z.string().optional(),
    }),
  ),
  /** Knowledge base, id, score; in rank order. */
  passages: z.array(PassageSchema),
  reading: z
    .strictObject({
      answer: z.string().nullable(),
      citations: z.array(CitationSchema),
      confidence: z.number().optional(),
    })
    .optional(),
  thought: z.string().optional(),
  /** How many sub-questions were proposed, and a hash of them in order. */
  candidates: z.tuple([z.number(), z.string()]).optional(),
  policy: z.strictObject({
    name: z.string(),
    version: z.string(),
    actionId: z.number().optional(),
    temperature: z.number().optional(),
    logProbabilities: z.array(z.number()).optional(),
    scores: z.record(z.string(), z.number()).optional(),
    /** How many there are, and a hash: of the prompt's and of the sampled tokens. */
    tokenIds: z.tuple([z.number(), z.string()]).optional(),
    promptTokenIds: z.tuple([z.number(), z.string()]).optional(),
  }),
  usage: z.strictObject({
    searches: z.number(),
    reads: z.number(),
    modelCalls: z.number(),
    cost: z.number(),
    tokens: z.number(),
  }),
});
export type GoldenStep = z.infer<typeof GoldenStepSchema>;

export const GoldenOutcomeSchema = z.union([
  z.strictObject({
    answer: z.string().nullable(),
    stopReason: z.string(),
    citations: z.array(CitationSchema),
    usage: GoldenStepSchema.shape.usage,
    steps: z.array(GoldenStepSchema),
  }),
  z.strictObject({ failed: z.string(), message: z.string() }),
]);
export type GoldenOutcome = z.infer<typeof GoldenOutcomeSchema>;

export const GoldenRunSchema = z.strictObject({
  case: GoldenCaseSchema,
  /** One of each turn. */
  outcomes: z.array(GoldenOutcomeSchema),
});
export type GoldenRun = z.infer<typeof GoldenRunSchema>;
