/**
 * The policy for people's own files, without a language model: it asks every knowledge base the question; where that brought no short
 * answer, once more in more words, for the rest of a table that must be whole, and with the names that the first searches led to. Then it
 * stops.
 */
import { searchFor } from '../../graph/decision.ts';
import type { Policy, PolicyState } from '../../graph/policy.ts';
import { bridgeNames } from './bridge.ts';
import { restOfTable } from './whole-table.ts';
import { widerQuestion } from './wider-search.ts';

/**
 * The policy for people's own files: it asks every knowledge base the question, looks wider where that brought no short answer, and stops.
 */
export function filesPolicy(): Policy {
  return {
    name: 'files',
    version: '1',
    async decide(state) {
      const next = nextSearch(state);
      if (next === undefined) return { decision: { type: 'stop' } };
      const { subQuestion, knowledgeBase, thought } = next;
      const names = knowledgeBase === undefined ? state.knowledgeBases.map(({ name }) => name) : [knowledgeBase];
      return { decision: searchFor(subQuestion, ...names), thought };
    },
  };
}

interface NextSearch {
  subQuestion: string;
  /** Undefined: every one. */
  knowledgeBase?: string;
  thought: string;
}

function nextSearch({ question, image, steps }: PolicyState): NextSearch | undefined {
  if (steps.length === 0) return { subQuestion: question, thought: 'I ask everywhere.' };
  if (steps.some(({ answer }) => answer !== null)) return undefined;
  const asked = new Set(steps.map(({ subQuestion }) => subQuestion));
  const wider = widerQuestion(question);
  if (!asked.has(wider)) return { subQuestion: wider, thought: 'No short answer yet. I ask in other words.' };
  const passages = steps.flatMap((step) => step.passages);
  const rest = restOfTable(question, passages);
  if (rest && !asked.has(rest.subQuestion)) return { ...rest, thought: 'I have part of a table. I ask for the rest.' };
  const names = bridgeNames(question, passages, image !== undefined);
  const named = names.length === 0 ? question : `${question} ${names.join(', ')}`;
  return asked.has(named) ? undefined : { subQuestion: named, thought: `What I found names ${names.join(', ')}.` };
}
