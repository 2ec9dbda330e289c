/**
 * What must hold of the questions, whoever made them: gold documents exist and contain the gold answer, no bridge is named, the
 * splits share no held-out thing. Used by the builder before it writes and by the tests on what was written.
 */

import type { Question } from '../../src/eval/datasets/question.ts';
import type { KnowledgeDocument } from '../../src/tools/document.ts';

export interface VerifyInput {
  documents: readonly KnowledgeDocument[];
  questions: readonly Question[];
}

/** All words of a document, as a reader would see them. */
export function contentOf(document: KnowledgeDocument): string {
  if ('rows' in document)
    return [document.title, document.caption, document.section, ...document.header, ...document.rows.flat()].join('\n');
  return [document.title, document.text].join('\n');
}

const plain = (text: string) =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}.]+/gu, ' ')
    .trim()} `;

/** One line for each thing that is wrong; empty when all holds. */
export function verifyQuestions({ documents, questions }: VerifyInput): string[] {
  const problems: string[] = [];
  const contents = new Map(documents.map((document) => [document.id, contentOf(document)]));
  if (contents.size !== documents.length) problems.push('two documents share an id');
  if (new Set(questions.map(({ id }) => id)).size !== questions.length) problems.push('two questions share an id');
  if (new Set(questions.map(({ question, image }) => `${question}\n${image ?? ''}`)).size !== questions.length) {
    problems.push('the same question is asked twice');
  }
  for (const question of questions) {
    const { id, answers, answerable, steps = [] } = question;
    if (answerable !== answers.length > 0)
      problems.push(`${id}: answerable is ${answerable} with ${answers.length} answers`);
    for (const step of steps) {
      if (step.documents.length === 0) problems.push(`${id}: a step has no document`);
      for (const document of step.documents) {
        const content = contents.get(document);
        if (content === undefined) problems.push(`${id}: no document ${document}`);
        else if (!content.includes(step.answer)) problems.push(`${id}: ${document} does not contain “${step.answer}”`);
      }
    }
    if (question.route !== undefined && question.route !== steps.map((step) => step.knowledgeBase).join('>'))
      problems.push(`${id}: route ${question.route} is not that of its steps`);
    problems.push(...leaksOf(question));
    if (
      question.split !== 'test' &&
      (question.unseen?.template || question.unseen?.relation || question.unseen?.phrasing)
    ) {
      problems.push(`${id}: the ${question.split} split shows something held out`);
    }
    if (question.split === 'test' && steps.length > 0 && question.unseen?.entity !== true)
      problems.push(`${id}: a test question is about an entity of the train split`);
    if (/\{|\}|undefined|\s{2}|\b(?:the the|a the)\b/.test(question.question))
      problems.push(`${id}: badly worded: ${question.question}`);
  }
  return problems;
}

/** A bridge's answer must not stand in the question, nor the final answer unless the question names the candidates. */
function leaksOf({ id, question, answers, steps = [], relations = [] }: Question): string[] {
  const text = plain(question);
  // A comparison names its two candidates, a yes-or-no question the claimed answer.
  if (relations.some((relation) => relation.startsWith('check-'))) return [];
  const compares = relations.some((relation) => relation.startsWith('compare-'));
  const hidden = steps.map((step) => step.answer).filter((answer) => !compares || !answers.includes(answer));
  return hidden
    .filter((answer) => text.includes(plain(answer)))
    .map((answer) => `${id}: “${answer}” stands in “${question}”`);
}
