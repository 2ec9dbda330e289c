/**
 * Candidate sub-questions: what could be asked next, whoever chooses. Probe and scorer share them. Three providers: the grammar,
 * which needs nothing; the evidence, which names what was read (`evidence-candidates.ts`); and any chat model
 * (`chatModelCandidates`, in `chat-model-candidates.ts`).
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { remembered } from '../../common/remembered.ts';
import type { AnswerInput, PolicyState } from '../../graph/policy.ts';
import { canonical } from '../english/canonical.ts';
import { compute } from '../english/compute.ts';
import { standalone } from '../english/conversation.ts';
import { type Derivation, derive } from '../english/derive.ts';
import { isPlainQuestion } from '../english/plain-question.ts';
import { tidyQuestion, withoutLeadIn } from '../english/tidy.ts';
import type { Candidate } from './candidate.ts';
import { evidenceCandidates } from './evidence-candidates.ts';
import { propertyCandidates } from './property-candidates.ts';

/** More than so many of the grammar's are never proposed; the first are the likeliest. */
export const MOST_CANDIDATES = 6;

/** Longer questions are searched as they are. */
const LONGEST_GRAMMAR = 8_000;

/**
 * Where the question stands after the steps so far: what remains of it, what can be asked, and the answer once it is known.
 * Pure: the same question, steps and conversation give the same derivation. A few hundred microseconds.
 */
export function deriveState(
  state: Pick<PolicyState, 'question' | 'image' | 'steps' | 'conversation'> | AnswerInput,
): Derivation {
  const { question, image, steps, conversation } = state;
  if (question.length > LONGEST_GRAMMAR) {
    return {
      remaining: question,
      open: [{ subQuestion: question, kind: 'whole', completes: true }],
      used: [],
      failed: [],
    };
  }
  const plain = plainQuestion(standalone(withoutLeadIn(question), conversation));
  return derive(plain, steps, { picture: image !== undefined });
}

const plainQuestion = remembered((question: string): string => {
  const tidy = tidyQuestion(question);
  // `How long is the word X?` is computed as it stands, before its wording changes.
  return compute(tidy) === undefined ? canonical(tidy) : tidy;
}, 128);

/**
 * The sub-questions that can be asked now, the likeliest first: the grammar's; then, in reserve, the question itself and rows
 * that were read. Where the question is answered only the reserve is left, for a policy that doubts the answer; where it could
 * be computed, nothing. `completes` says that an answer to it answers the question. Deterministic: the seed is part of the
 * seam for providers that sample.
 */
export function proposeSubQuestions(state: PolicyState, _seed: string): Candidate[] {
  const { open, answer } = deriveState(state);
  if (answer && answer.steps.length === 0) return [];
  const proposed: Candidate[] = open
    .slice(0, MOST_CANDIDATES)
    .map(({ subQuestion, kind, completes }) => ({ subQuestion, provider: 'grammar', kind, completes }));
  return [...proposed, ...inReserve(state, proposed)];
}

/** Candidates to fall back on: they find what the grammar does not lead to, and mislead a reader more often. */
export const isReserve = ({ kind, provider }: Pick<Candidate, 'kind' | 'provider'>): boolean =>
  kind === 'question' || provider === 'evidence' || provider === 'property';

function inReserve(state: PolicyState, proposed: readonly Candidate[]): Candidate[] {
  const question: Candidate = { ...wholeQuestion(state.question), kind: 'question' };
  const known = proposed.some(({ subQuestion, kind }) => kind === 'whole' || subQuestion === question.subQuestion);
  const properties = isSure(proposed) ? [] : propertyCandidates(state);
  const others = properties.filter(({ subQuestion }) => !proposed.some((one) => one.subQuestion === subQuestion));
  return [...(known ? [] : [question]), ...evidenceCandidates(state), ...others];
}

/** Nothing is open, or the grammar's way on reads like one: what a plain question does not find, its words do not find otherwise. */
function isSure([first]: readonly Candidate[]): boolean {
  if (!first || isPlainQuestion(first.subQuestion)) return true;
  // A long clause describes, and is looked up as it stands.
  return first.kind !== 'whole' && first.subQuestion.split(' ').length >= DESCRIBES;
}

/** Words of a sub-question. */
const DESCRIBES = 9;

/** The question as a candidate. */
export function wholeQuestion(question: string): Candidate {
  return { subQuestion: question, provider: 'grammar', kind: 'whole', completes: true };
}

/** A source of candidates: the grammar, or a chat model. */
export type CandidateProvider = (state: PolicyState, seed: string, config?: RunnableConfig) => Promise<Candidate[]>;

export const grammarCandidates: CandidateProvider = async (state, seed) => proposeSubQuestions(state, seed);
