/** A sub-question that could be asked next: what the policies here choose among, and keep in their traces. */
import { z } from 'zod';

export const CandidateSchema = z.object({
  subQuestion: z.string(),
  provider: z.enum(['grammar', 'evidence', 'property', 'chat-model']),
  /** How it was made, e.g. `whole`, `inner`, `bridge`, `compare-left`, `row`. */
  kind: z.string(),
  /** True when an answer to this sub-question is an answer to the question. */
  completes: z.boolean(),
});
export type Candidate = z.infer<typeof CandidateSchema>;
