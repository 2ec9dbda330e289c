/** What a policy may say at a step, what a search may come to, and the counters both feed. */
import { z } from 'zod';
import { ReadingSchema } from './reading.ts';

/** One sub-question asked of one knowledge base. */
export const SearchSchema = z.object({ subQuestion: z.string().min(1), knowledgeBase: z.string().min(1) });
export type Search = z.infer<typeof SearchSchema>;

/** All of these at once. To ask every knowledge base is to list them all. */
const SearchDecisionSchema = z.object({ type: z.literal('search'), searches: z.array(SearchSchema).min(1) });
const StopDecisionSchema = z.object({
  type: z.literal('stop'),
  /** Of a policy that reads what it decides on: the answer it stops with, checked against the passages. */
  reading: ReadingSchema.optional(),
});

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
  'no-tool-call',
  'invalid-arguments',
  'no-evidence',
]);
const InvalidDecisionSchema = z.object({
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

/** Asks one sub-question of these knowledge bases: `searchFor('Who wrote Emma?', 'text', 'table')`. */
export function searchFor(subQuestion: string, ...knowledgeBases: readonly string[]): SearchDecision {
  return { type: 'search', searches: knowledgeBases.map((knowledgeBase) => ({ subQuestion, knowledgeBase })) };
}

/** What came of a search. `none` where the step did not search (a stop, or an invalid decision without a fallback). */
export const OutcomeSchema = z.enum(['passages', 'empty', 'unavailable', 'timeout', 'unknown-knowledge-base', 'none']);
export type Outcome = z.infer<typeof OutcomeSchema>;

/** Tokens of language models: of the prompts and of what was written. */
const TokensSchema = z.object({ input: z.number().int().nonnegative(), output: z.number().int().nonnegative() });
export type Tokens = z.infer<typeof TokensSchema>;

/**
 * `searches`: queries of any knowledge base, probes included; a repeated query answered from the run's own record is not one.
 * `reads`: passages shown to a reader or answerer. `modelCalls` and `tokens` are of language models; a scorer costs none.
 */
export const UsageSchema = z.object({
  searches: z.number().int().nonnegative(),
  reads: z.number().int().nonnegative(),
  modelCalls: z.number().int().nonnegative(),
  tokens: TokensSchema,
  /** Sum of the declared costs of the knowledge bases searched. */
  cost: z.number().nonnegative(),
});
export type Usage = z.infer<typeof UsageSchema>;

/** What a call of a language model uses. */
export type ModelUsage = Pick<Usage, 'modelCalls' | 'tokens'>;

export const NO_TOKENS: Tokens = { input: 0, output: 0 };
export const NO_USAGE: Usage = { searches: 0, reads: 0, modelCalls: 0, tokens: NO_TOKENS, cost: 0 };

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return { input: a.input + b.input, output: a.output + b.output };
}

export function addUsage(a: Usage, b: Partial<Usage>): Usage {
  return {
    searches: a.searches + (b.searches ?? 0),
    reads: a.reads + (b.reads ?? 0),
    modelCalls: a.modelCalls + (b.modelCalls ?? 0),
    tokens: b.tokens ? addTokens(a.tokens, b.tokens) : a.tokens,
    cost: a.cost + (b.cost ?? 0),
  };
}
