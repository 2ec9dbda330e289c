/**
 * A knowledge base that remembers its answers while a training runs: rollouts ask the same sub-questions over and over, and a
 * search is a pure function of its query. What the run counts and pays is not changed: the graph's ledger counts every query.
 */
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';

/** Answers beyond `entries` (default 50,000) push out the longest unused. */
export function remembering(
  knowledgeBase: SearchableKnowledgeBase,
  { entries = 50_000 }: { entries?: number } = {},
): SearchableKnowledgeBase {
  const answers = new Map<string, Promise<Passage[]>>();
  const { name, description, modality, cost } = knowledgeBase;
  return {
    name,
    description,
    modality,
    cost,
    search(query, options = {}) {
      const key = JSON.stringify([query.text, query.image?.hash, options.limit, options.filter, options.perDocument]);
      const known = answers.get(key);
      if (known) {
        answers.delete(key);
        answers.set(key, known);
        return known;
      }
      // Without the caller's signal: the answer may be another run's too.
      const { signal: _signal, ...rest } = options;
      const answer = knowledgeBase.search(query, rest);
      answers.set(key, answer);
      answer.catch(() => answers.delete(key));
      if (answers.size > entries) answers.delete(answers.keys().next().value!);
      return answer;
    },
  };
}
