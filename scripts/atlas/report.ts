/** The table of counts that the builder prints and docs/research/atlas.md shows. */
import type { Question } from '../../src/eval/datasets/question.ts';

export function countsTable(questions: readonly Question[]): string {
  const templates = [...new Set(questions.map(({ template }) => template!))];
  const count = (of: readonly Question[], split: string) => of.filter((question) => question.split === split).length;
  const lines = templates.map((template) => {
    const of = questions.filter((question) => question.template === template);
    const routes = [
      ...new Set(of.map(({ route }) => (route === undefined ? 'no answer' : route === '' ? 'none' : route))),
    ].join(', ');
    const held = of.every(({ unseen }) => unseen?.template === true) ? 'yes' : '';
    return `| ${template} | ${routes} | ${count(of, 'train')} | ${count(of, 'validation')} | ${count(of, 'test')} | ${held} |`;
  });
  const test = questions.filter(({ split }) => split === 'test');
  const unseen = (kind: 'entity' | 'template' | 'relation' | 'phrasing') =>
    test.filter((question) => question.unseen?.[kind] === true).length;
  return [
    '| template | route | train | validation | test | held out |',
    '| --- | --- | ---: | ---: | ---: | --- |',
    ...lines,
    `| **all** | | ${count(questions, 'train')} | ${count(questions, 'validation')} | ${count(questions, 'test')} | ${templates.length} templates |`,
    '',
    `Test questions with an unseen entity: ${unseen('entity')}, template: ${unseen('template')}, relation: ${unseen('relation')}, phrasing: ${unseen('phrasing')}, of ${test.length}.`,
  ].join('\n');
}
