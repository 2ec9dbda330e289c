/**
 * One question of an evaluation set, whatever set it came from: the row format of atlas and of users' own JSONL files. Only
 * `question` and `answers` are required of a user.
 */
import { z } from 'zod';

export const GoldStepSchema = z.object({
  subQuestion: z.string(),
  knowledgeBase: z.string(),
  /** Ids of the documents that hold the answer of this step. */
  documents: z.array(z.string()),
  answer: z.string(),
});
export type GoldStep = z.infer<typeof GoldStepSchema>;

export const QuestionSchema = z.object({
  id: z.string(),
  question: z.string().min(1),
  /** File of the question's image, relative to the JSONL file. */
  image: z.string().optional(),
  /** Accepted answers, the first the canonical one; empty where `answerable` is false. */
  answers: z.array(z.string()),
  /** Numbers that are accepted as well, each as [lowest, highest] (InfoSeek). */
  answerRanges: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** False: abstaining is right and any answer is wrong. */
  answerable: z.boolean().default(true),
  split: z.enum(['train', 'validation', 'test']).optional(),
  /** Shape of the question, e.g. `flag-country-capital-population`. */
  template: z.string().optional(),
  /** Which wording of the template. */
  phrasing: z.string().optional(),
  relations: z.array(z.string()).optional(),
  /** Knowledge bases in gold order, e.g. `image>table`; empty string where none is needed. */
  route: z.string().optional(),
  /** What of this question never occurs in the train split. */
  unseen: z
    .object({ entity: z.boolean(), template: z.boolean(), relation: z.boolean(), phrasing: z.boolean() })
    .optional(),
  /** How the query image was made from its source, e.g. `crop+rotate`. */
  transform: z.string().optional(),
  steps: z.array(GoldStepSchema).optional(),
});
export type Question = z.infer<typeof QuestionSchema>;
