/**
 * Users' own questions, and the atlas splits, which are written the same way. `question` and `answers` are enough:
 *
 *     {"question": "Who wrote Dracula?", "answers": ["Bram Stoker", "Stoker"]}
 *     {"question": "Which ship is this?", "answers": ["Cutty Sark"], "image": "ship.jpg", "gold": {"image": ["doc-17"]}}
 *     {"question": "Who will win in 2090?", "answers": [], "answerable": false}
 *
 * `image` is a file beside the JSONL file. `gold` names, for each knowledge base, the documents that hold the evidence; a list
 * within the list means that one of its documents is enough. A row with `steps` (as atlas has) needs no `gold`.
 */
import { z } from 'zod';
import { type GoldStep, type Question, QuestionSchema } from './question.ts';

const TextOrNumber = z.union([z.string(), z.number().transform(String)]);

export const GenericRowSchema = QuestionSchema.extend({
  id: z.union([z.string().min(1), z.number().transform(String)]).optional(),
  answers: z.union([z.array(TextOrNumber), TextOrNumber.transform((answer) => [answer])], {
    error: 'expected a list of accepted answers, each a text or a number',
  }),
  gold: z.record(z.string(), z.array(z.union([z.string(), z.array(z.string()).min(1)]))).optional(),
}).refine(
  ({ answers, answerRanges, answerable }) => !answerable || answers.length > 0 || (answerRanges?.length ?? 0) > 0,
  { path: ['answers'], message: 'empty; give an accepted answer, or "answerable": false where there is none' },
);
export type GenericRow = z.output<typeof GenericRowSchema>;

/** `line` (from 1) becomes the id of a row without one. */
export function questionOfGenericRow({ gold, ...row }: GenericRow, line: number): Question {
  const question: Question = { ...row, id: row.id ?? String(line) };
  if (gold === undefined) return question;
  const knowledgeBases = Object.keys(gold).filter((name) => gold[name]!.length > 0);
  const [only] = knowledgeBases;
  return {
    ...question,
    steps: row.steps ?? knowledgeBases.flatMap((name) => gold[name]!.map((need) => stepOf(name, need))),
    // The order in which several knowledge bases must be asked is not ours to guess.
    ...(row.route === undefined && knowledgeBases.length === 1 && gold[only!]!.length === 1 && { route: only }),
  };
}

function stepOf(knowledgeBase: string, need: string | readonly string[]): GoldStep {
  return { subQuestion: '', knowledgeBase, documents: typeof need === 'string' ? [need] : [...need], answer: '' };
}
