/** What of a question the metrics compare with: its accepted answers, its needed evidence, its gold route. */
import type { Need } from '../metrics/evidence.ts';
import type { Gold } from '../metrics/f1-recall.ts';
import type { Question } from './question.ts';

/** Every answer of a question that counts as right: texts, and ranges of numbers. */
export function goldAnswers({ answers, answerRanges = [] }: Question): Gold[] {
  return [...answers, ...answerRanges.map((range) => ({ range }))];
}

/** One need a gold step; empty where the set names no evidence. */
export function needsOf({ steps = [] }: Question): Need[] {
  return steps.map(({ documents }) => documents).filter((documents) => documents.length > 0);
}

/** Knowledge bases in gold order; undefined where the set does not say. `""` is the route that searches nowhere. */
export function goldRoute({ route }: Question): string[] | undefined {
  if (route === undefined) return undefined;
  return route === '' ? [] : route.split('>').map((name) => name.trim());
}
