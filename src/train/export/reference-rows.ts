/**
 * Rows of the reference's fork of EasyR1, one a question: `{images, steps: [{step_type, problem, system, answer}]}`. Its reward
 * lower-cases what a model writes and compares it with the gold as it stands, and its loader attaches the pictures of a row to
 * every step: so golds are written in lower case, and every step of a row with a picture has its mark.
 */
import { z } from 'zod';
import { NONE } from '../../graph/chat-model/protocols/naming.ts';
import { IMAGE, marked, unmarked } from './image-marks.ts';
import { completionOf, type ExportedQuestion, type Turn, type TurnGold } from './turn.ts';

const StepSchema = z.discriminatedUnion('step_type', [
  z.strictObject({
    step_type: z.literal('ret'),
    problem: z.string(),
    system: z.string(),
    answer: z.strictObject({ query: z.string(), retriever: z.array(z.string()).min(1) }),
  }),
  z.strictObject({
    step_type: z.literal('ans'),
    problem: z.string(),
    system: z.string(),
    /** Of an intermediate answer a text, of the last one the accepted answers. */
    answer: z.union([z.string(), z.array(z.string())]),
  }),
]);

export const ReferenceRowSchema = z.strictObject({ images: z.array(z.string()), steps: z.array(StepSchema).min(1) });
export type ReferenceRow = z.infer<typeof ReferenceRowSchema>;
type Step = ReferenceRow['steps'][number];

export function referenceRow({ question, turns }: ExportedQuestion): ReferenceRow {
  const images = question.image === undefined ? [] : [question.image];
  const steps = turns.map((turn): Step => {
    const shared = { problem: marked(turn.user, images.length > 0), system: turn.system };
    const { gold } = turn;
    if (gold.kind === 'decide') {
      const answer = { query: gold.subQuestion.toLowerCase(), retriever: [gold.retriever.toLowerCase()] };
      return { step_type: 'ret', ...shared, answer };
    }
    return { step_type: 'ans', ...shared, answer: gold.kind === 'read' ? gold.answer : answersOf(gold.answers) };
  });
  return { images, steps };
}

/** Without an accepted answer the fork can reward nothing: there the abstention is the answer. */
const answersOf = (answers: readonly string[]): string[] => (answers.length > 0 ? [...answers] : [NONE.toLowerCase()]);

export function questionOfReferenceRow(row: ReferenceRow, id: string): ExportedQuestion {
  const [image] = row.images;
  const turns = row.steps.map((step, index): Turn => {
    const gold = goldOf(step);
    const { user } = unmarked(step.problem);
    return {
      index,
      system: step.system,
      user,
      image: step.problem.includes(IMAGE),
      gold,
      completion: completionOf(gold),
    };
  });
  return { question: { id, ...(image !== undefined && { image }) }, split: 'train', turns };
}

function goldOf({ step_type: type, answer }: Step): TurnGold {
  if (type === 'ret') return { kind: 'decide', subQuestion: answer.query, retriever: answer.retriever[0]! };
  if (typeof answer === 'string') return { kind: 'read', answer };
  return { kind: 'answer', answers: answer.length === 1 && answer[0] === NONE.toLowerCase() ? [] : answer };
}
