/**
 * The six evaluation sets of the R1-Router paper in the JSONL shape in which its authors publish them: one schema a set, and
 * how its rows become questions. Images are optional: they are looked for by `image_id` in a folder, where one is given.
 */
import { z } from 'zod';
import { normalisedAnswerWords } from '../metrics/answer-match.ts';
import type { Question } from './question.ts';

const Text = z.string().min(1);
const Texts = z.array(z.string()).min(1);
const Range = z.object({ range: z.tuple([z.number(), z.number()]) });
const ImageId = z.union([z.string(), z.number()]).transform(String);
const OneAnswer = z.object({ question: Text, answer: z.union([z.string(), Texts]) });

export const ReferenceRowSchemas = {
  '2wikimultihopqa': OneAnswer,
  'open-wikitable': OneAnswer,
  tabfact: OneAnswer,
  infoseek: z.object({
    data_id: z.string().optional(),
    question: Text,
    answer: Texts.optional(),
    answer_eval: z.array(z.union([z.string(), Range])).min(1),
    image_id: ImageId.optional(),
  }),
  webqa: z.object({ question: Text, answer: z.union([z.string(), Texts]), image_id: ImageId.optional() }),
  'dyn-vqa': z.object({
    question: Text,
    question_id: z.string().optional(),
    answer: z.array(z.union([z.string(), z.number().transform(String)])).min(1),
    image_id: ImageId.optional(),
  }),
} as const;

export type ReferenceSet = keyof typeof ReferenceRowSchemas;
export const REFERENCE_SETS = Object.keys(ReferenceRowSchemas) as [ReferenceSet, ...ReferenceSet[]];

export function isReferenceSet(name: string): name is ReferenceSet {
  return Object.hasOwn(ReferenceRowSchemas, name);
}

type ReferenceRow = z.output<(typeof ReferenceRowSchemas)[ReferenceSet]>;

/** A question and the `image_id` it came with. `line` (from 1) gives an id to rows without one. */
export function questionOfReferenceRow(
  set: ReferenceSet,
  row: ReferenceRow,
  line: number,
): { question: Question; imageId?: string } {
  const golds = 'answer_eval' in row ? row.answer_eval : typeof row.answer === 'string' ? [row.answer] : row.answer;
  const answers = golds.filter((gold) => typeof gold === 'string');
  const ranges = golds.filter((gold) => typeof gold !== 'string').map(({ range }) => range);
  const given = 'data_id' in row ? row.data_id : 'question_id' in row ? row.question_id : undefined;
  const question: Question = {
    id: `${set}:${given ?? line}`,
    question: row.question,
    answers,
    ...(ranges.length > 0 && { answerRanges: ranges }),
    answerable: true,
    // InfoSeek asks the same text of hundreds of images: those rows are resampled together.
    template: normalisedAnswerWords(row.question).join(' '),
  };
  return { question, imageId: 'image_id' in row ? row.image_id : undefined };
}
