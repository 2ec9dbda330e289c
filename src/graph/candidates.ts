/**
 * Candidate sub-questions: what could be asked next, whoever chooses. Probe and scorer share them. Two providers: the grammar,
 * which needs nothing, and any chat model (`chatModelCandidates`, in `chat-model-candidates.ts`).
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { canonical } from './grammar/canonical.ts';
import { compute } from './grammar/compute.ts';
import { standalone } from './grammar/conversation.ts';
import { type Derivation, derive } from './grammar/derive.ts';
import { tidyQuestion, withoutLeadIn } from './grammar/tidy.ts';
import type { AnswerInput, PolicyState } from './policy.ts';
import type { Candidate } from './step-record.ts';

/** More are never proposed; the first are the likeliest. */
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
  const tidy = tidyQuestion(standalone(withoutLeadIn(question), conversation));
  // `How long is the word X?` is computed as it stands, before its wording changes.
  const plain = compute(tidy) === undefined ? canonical(tidy) : tidy;
  return derive(plain, steps, { picture: image !== undefined });
}

/**
 * The sub-questions the grammar proposes now, the likeliest first; empty where the question is answered (or computed) already.
 * `completes` says that an answer to it answers the question. Deterministic: the seed is part of the seam for providers that
 * sample.
 */
export function proposeSubQuestions(state: PolicyState, _seed: string): Candidate[] {
  const { open } = deriveState(state);
  return open
    .slice(0, MOST_CANDIDATES)
    .map(({ subQuestion, kind, completes }) => ({ subQuestion, provider: 'grammar', kind, completes }));
}

/** A source of candidates: the grammar, or a chat model. */
export type CandidateProvider = (state: PolicyState, seed: string, config?: RunnableConfig) => Promise<Candidate[]>;

export const grammarCandidates: CandidateProvider = async (state, seed) => proposeSubQuestions(state, seed);
