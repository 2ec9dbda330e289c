/** Questions that share a gold document, directly or through others, belong together: no split may cut between them. */
import { needsOf } from '../../src/eval/datasets/golds.ts';
import type { Question } from '../../src/eval/datasets/question.ts';

/** Question id -> name of its cluster. Questions of the same wording are one cluster too. */
export function clustersOf(questions: readonly Question[]): Map<string, string> {
  const parent = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    while (parent.get(root) !== undefined && parent.get(root) !== root) root = parent.get(root)!;
    parent.set(key, root);
    return root;
  };
  const join = (a: string, b: string): void => {
    parent.set(find(a), find(b));
  };
  for (const question of questions) {
    const own = `q ${question.id}`;
    join(own, `w ${question.question.toLowerCase().replace(/\s+/g, ' ').trim()}`);
    for (const need of needsOf(question)) for (const document of need) join(own, `d ${document}`);
  }
  return new Map(questions.map(({ id }) => [id, find(`q ${id}`)]));
}
