/** A question as it is made, before any teacher has tried it: its answers, where they stand, and what it must not be parted from. */
import { z } from 'zod';
import { GoldStepSchema } from '../../eval/datasets/question.ts';

export const DraftSchema = z.object({
  question: z.string(),
  answers: z.array(z.string()),
  answerable: z.boolean().optional(),
  /** File of a picture that is shown with it. */
  image: z.string().optional(),
  /** What kind of question it is: the caps count by it, and the report tells by it. */
  template: z.string(),
  /** Which wording of its fact. */
  phrasing: z.string(),
  /** `documents` are ids of passages, any of which holds the answer. Empty where only the answer is known. */
  steps: z.array(GoldStepSchema),
  /** Facts that it is made of: questions that share one are in the same split. */
  sources: z.array(z.string()),
  /** Of a question that somebody gave: its id there, and its split. */
  id: z.string().optional(),
  split: z.enum(['train', 'validation', 'test']).optional(),
});
export type Draft = z.infer<typeof DraftSchema>;

/** What is tried together: the wordings of one fact. Made before any teacher is asked, or by a writer when its turn comes. */
export interface Item {
  /** The same for the same knowledge bases and seed. */
  key: string;
  drafts: readonly Draft[];
}
