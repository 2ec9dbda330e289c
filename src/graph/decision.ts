/** What a policy may say at a step, what a search may come to, and the counters both feed. */
import { z } from 'zod';

export const SearchDecisionSchema = z.object({
  type: z.literal('search'),
  subQuestion: z.string().min(1),
  knowledgeBase: z.string().min(1),
});
export const StopDecisionSchema = z.object({ type: z.literal('stop') });

/** Why an output of a policy could not be used. */
export const InvalidReasonSchema = z.enum([
  'empty-output',
  'missing-tag',
  'duplicate-tag',
  'unclosed-tag',
  'empty-sub-question',
  'unknown-knowledge-base',
  'contradiction',
  'too-long',
  'refused',
]);
export const InvalidDecisionSchema = z.object({
  type: z.literal('invalid'),
  reason: InvalidReasonSchema,
  /** The output as it came, at most 4,000 characters of it. */
  raw: z.string(),
});

export const DecisionSchema = z.discriminatedUnion('type', [
  SearchDecisionSchema,
  StopDecisionSchema,
  InvalidDecisionSchema,
]);
export type SearchDecision = z.infer<typeof SearchDecisionSchema>;
export type StopDecision = z.infer<typeof StopDecisionSchema>;
export type InvalidDecision = z.infer<typeof InvalidDecisionSchema>;
export type InvalidReason = z.infer<typeof InvalidReasonSchema>;
export type Decision = z.infer<typeof DecisionSchema>;

/** What came of a search. `none` where the step did not search (a stop, or an invalid decision without a fallback). */
export const OutcomeSchema = z.enum(['passages', 'empty', 'unavailable', 'timeout', 'unknown-knowledge-base', 'none']);
export type Outcome = z.infer<typeof OutcomeSchema>;

/**
 * `searches`: queries of any knowledge base, probes included; a repeated query answered from the run's own record is not one.
 * `reads`: passages shown to a reader or answerer. `modelCalls` and `tokens` are of language models; a scorer costs none.
 */
export const UsageSchema = z.object({
  searches: z.number().int().nonnegative(),
  reads: z.number().int().nonnegative(),
  modelCalls: z.number().int().nonnegative(),
  tokens: z.number().int().nonnegative(),
  /** Sum of the declared costs of the knowledge bases searched. */
  cost: z.number().nonnegative(),
});
export type Usage = z.infer<typeof UsageSchema>;

export const NO_USAGE: Usage = { searches: 0, reads: 0, modelCalls: 0, tokens: 0, cost: 0 };

export function addUsage(a: Usage, b: Partial<Usage>): Usage {
  return {
    searches: a.searches + (b.searches ?? 0),
    reads: a.reads + (b.reads ?? 0),
    modelCalls: a.modelCalls + (b.modelCalls ?? 0),
    tokens: a.tokens + (b.tokens ?? 0),
    cost: a.cost + (b.cost ?? 0),
  };
}
