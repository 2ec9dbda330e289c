/** A question of a trainer's rows as a row of this package: what `train --questions`, `eval` and `export` read. */
import type { Question } from '../../eval/datasets/question.ts';
import { trajectoryOfTurns } from './replay.ts';
import type { ExportedQuestion } from './turn.ts';

export type ImportedQuestion = Pick<
  Question,
  'id' | 'question' | 'image' | 'answers' | 'answerable' | 'split' | 'route'
> & {
  steps: NonNullable<Question['steps']>;
};

/** `names`: our knowledge base for a retriever's, where it is called otherwise. Undefined where no question can be told. */
export function importedQuestion(
  exported: ExportedQuestion,
  names: ReadonlyMap<string, string> = new Map(),
): ImportedQuestion | undefined {
  const trajectory = trajectoryOfTurns(exported);
  if (trajectory === undefined) return undefined;
  const { id, image } = exported.question;
  const steps = trajectory.steps.map(({ subQuestion, knowledgeBase, answer }) => ({
    subQuestion: subQuestion.trim(),
    knowledgeBase: names.get(knowledgeBase) ?? knowledgeBase,
    // Rows tell what was read and not where it stands.
    documents: [],
    answer: answer?.trim() ?? '',
  }));
  return {
    id,
    question: trajectory.question,
    ...(image !== undefined && { image }),
    answers: trajectory.answers,
    answerable: trajectory.answers.length > 0,
    split: exported.split === 'validation' ? 'validation' : 'train',
    ...(steps.length > 0 && { route: steps.map(({ knowledgeBase }) => knowledgeBase).join('>') }),
    steps,
  };
}
