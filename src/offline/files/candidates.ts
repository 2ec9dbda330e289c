/**
 * What could be asked next on people's own files, by no grammar: the question as it is; once something was read, the question in more words, the
 * question with the names that were found, and the question by the row that says most of it.
 */
import type { PolicyState } from '../../graph/policy.ts';
import { stepsTaken } from '../../graph/step-record.ts';
import type { Candidate } from '../candidates/candidate.ts';
import { wholeQuestion } from '../candidates/candidates.ts';
import { evidenceCandidates } from '../candidates/evidence-candidates.ts';
import { relatedness } from '../english/synonyms.ts';
import type { Words } from '../language.ts';
import { bridgeNames } from './bridge.ts';
import { widerQuestion } from './wider-search.ts';
import { allStems, contentStems, stem } from './words.ts';

/** Those of a chat model apart. */
const MOST_CANDIDATES = 4;

/** Only what follows a row is needed of a language's words. */
const WORDS: Words = {
  stem,
  contentStems,
  allStems,
  vocabulary: (text) => [...new Set(contentStems(text))],
  relatedness,
  coverage: () => 0,
};

/** The question always, and what was proposed for it; the others once there is something to go by. Deterministic. */
export function filesCandidates(
  { question, image, steps }: Pick<PolicyState, 'question' | 'image' | 'steps'>,
  proposals: readonly string[] = [],
): Candidate[] {
  const candidates: Candidate[] = [wholeQuestion(question)];
  if (stepsTaken(steps) > 0) candidates.push(...fromWhatWasRead({ question, image, steps }));
  const said = new Set(candidates.map(({ subQuestion }) => subQuestion));
  const others = [...new Set(proposals)].filter((subQuestion) => !said.has(subQuestion));
  return [
    ...candidates,
    ...others.map(
      (subQuestion) => ({ subQuestion, provider: 'chat-model', kind: 'proposed', completes: true }) as const,
    ),
  ];
}

/** The question with names that were found, by the row that says most of it, and in more words. */
function fromWhatWasRead({ question, image, steps }: Pick<PolicyState, 'question' | 'image' | 'steps'>): Candidate[] {
  const candidates: Candidate[] = [];
  const put = (subQuestion: string, kind: string, provider: Candidate['provider']): void => {
    const isNew = subQuestion !== question && !candidates.some((one) => one.subQuestion === subQuestion);
    if (candidates.length + 1 < MOST_CANDIDATES && isNew)
      candidates.push({ subQuestion, provider, kind, completes: true });
  };
  const passages = steps.flatMap((step) => step.passages);
  const names = passages.length === 0 ? [] : bridgeNames(question, passages, image !== undefined);
  if (names.length > 0) put(`${question} ${names.join(', ')}`, 'names', 'evidence');
  const [row] = evidenceCandidates({ question, steps }, WORDS);
  if (row) put(row.subQuestion, 'row', 'evidence');
  put(widerQuestion(question), 'wider', 'grammar');
  return candidates;
}
