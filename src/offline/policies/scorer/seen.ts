/** What a scorer is given to see: the state of a run and what was looked at, and the numbers that are made of them. */
import type { PolicyState } from '../../../graph/policy.ts';
import type { KnowledgeBaseCard } from '../../../tools/knowledge-base.ts';
import type { Passage } from '../../../tools/passage.ts';
import type { Candidate } from '../../candidates/candidate.ts';
import type { Language, StandingAnswer } from '../../language.ts';
import type { ScorerShape } from './shape.ts';
import type { FeatureBag } from './text-features.ts';

export interface ScorerInput {
  question: FeatureBag;
  subQuestions: FeatureBag[];
  descriptions: FeatureBag[];
  /** [subQuestions * knowledgeBases, DENSE_FEATURES], row-major. */
  dense: Float32Array;
  /** [STOP_FEATURES]. */
  stop: Float32Array;
}

export interface ScorerInputOptions {
  state: Pick<PolicyState, 'question' | 'steps' | 'maxSteps'> & {
    hasImage: boolean;
    /** How the steps so far answer the question. Default: whether a candidate that completes it was answered. */
    answered?: StandingAnswer['by'] | 'not';
  };
  candidates: readonly Pick<Candidate, 'subQuestion' | 'completes' | 'kind' | 'provider'>[];
  knowledgeBases: readonly Pick<KnowledgeBaseCard, 'description' | 'modality' | 'cost' | 'name'>[];
  shape: Pick<ScorerShape, 'questionBuckets' | 'descriptionBuckets' | 'features'>;
  /**
   * Given for decisions in a run of the graph only: without it the features that take a sub-question apart are left out, as in
   * `route`.
   */
  looks?: Looks;
}

/** What a decision in a run has to go by beside the words. */
interface Looks {
  language: Language;
  /** What the probe of (sub-question, knowledge base) gave, where there was one. */
  probe(candidate: number, knowledgeBase: number): readonly Passage[] | undefined;
}
