/** What a reader, an answerer or a policy that reads takes from passages: an answer, and what it rests on. */
import { z } from 'zod';

export const CitationSchema = z.object({
  passageId: z.string(),
  knowledgeBase: z.string(),
  title: z.string().optional(),
  url: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
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
