/**
 * Candidate sub-questions: what could be asked next, whoever chooses. Probe and scorer share them. Two providers: a language, which
 * needs nothing (`grammarCandidates`), and any chat model (`chatModelCandidates`).
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import type { PolicyState } from '../../graph/policy.ts';
import type { Language } from '../language.ts';
import type { Candidate } from './candidate.ts';

/** More than so many of the grammar's are never proposed; the first are the likeliest. */
export const MOST_CANDIDATES = 6;

/** A source of candidates: a language, or a chat model. The seed is for those that sample. */
export type CandidateProvider = (state: PolicyState, seed: string, config?: RunnableConfig) => Promise<Candidate[]>;

/** What a language proposes; see `english()`. Deterministic. */
export const grammarCandidates =
  (language: Language): CandidateProvider =>
  async (state) => [...language.understand(state).candidates];

/** The question as a candidate. */
export function wholeQuestion(question: string): Candidate {
  return { subQuestion: question, provider: 'grammar', kind: 'whole', completes: true };
}

/** Candidates to fall back on: they find what the grammar does not lead to, and mislead a reader more often. */
export const isReserve = ({ kind, provider }: Pick<Candidate, 'kind' | 'provider'>): boolean =>
  kind === 'question' || provider === 'evidence' || provider === 'property';
