/**
 * First decisions in bulk, without searching: which knowledge base a question goes to, for thousands of questions a second.
 * The same network, features and candidates that `scorerPolicy` uses at its first step.
 */
import { z } from 'zod';
import type { PolicyState } from '../../../graph/policy.ts';
import type { KnowledgeBaseCard } from '../../../tools/knowledge-base.ts';
import { wholeQuestion } from '../../candidates/candidates.ts';
import { english } from '../../english/english.ts';
import type { Language } from '../../language.ts';
import { checkLanguage, type LoadedScorer } from './directory.ts';
import { scorerInput } from './input.ts';
import { logSoftmax, scorerForward } from './network.ts';

export const RouteRowSchema = z.object({
  id: z.union([z.string(), z.number()], { error: 'every row needs one, a text or a number' }),
  question: z.string().min(1),
  /** A path, or `true` where an image belongs to the question but its pixels are not at hand. */
  image: z.union([z.string(), z.boolean()], { error: 'it is a path, or true' }).optional(),
});
export type RouteRow = z.infer<typeof RouteRowSchema>;

export interface RoutedQuestion {
  id: string | number;
  decision: 'search' | 'stop';
  /** Null for a stop. */
  knowledgeBase: string | null;
  subQuestion: string | null;
  /** Probability of each knowledge base, over all sub-questions, and of stopping. They sum to 1. */
  scores: Record<string, number>;
}

interface RouteOptions {
  /** Default: the ones the scorer was trained with. */
  knowledgeBases?: readonly KnowledgeBaseCard[];
  /** Default 5. */
  maxSteps?: number;
  /** Default English. It must be the one that the scorer was trained with. */
  language?: Language;
}

/** One decision a row, in order. */
export function routeQuestions(
  rows: readonly RouteRow[],
  scorer: LoadedScorer,
  { knowledgeBases = scorer.config.knowledgeBases, maxSteps = 5, language = english() }: RouteOptions = {},
): RoutedQuestion[] {
  checkLanguage(scorer.config, language);
  return rows.map(({ id, question, image }) => {
    const hasImage = image !== undefined && image !== false;
    const state: PolicyState = {
      question,
      image: hasImage ? 'image' : undefined,
      steps: [],
      knowledgeBases,
      maxSteps,
      conversation: [],
    };
    const proposed = scorer.config.candidates === 'grammar' ? language.understand(state).candidates : [];
    const candidates = proposed.length > 0 ? proposed : [wholeQuestion(question)];
    const input = scorerInput({
      state: { ...state, hasImage },
      candidates,
      knowledgeBases,
      shape: scorer.shape,
    });
    const probabilities = logSoftmax(scorerForward(scorer, input)).map(Math.exp);
    const scores = actionScores(probabilities, knowledgeBases);
    const best = probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
    if (best === probabilities.length - 1) {
      return { id, decision: 'stop', knowledgeBase: null, subQuestion: null, scores };
    }
    return {
      id,
      decision: 'search',
      knowledgeBase: knowledgeBases[best % knowledgeBases.length]!.name,
      subQuestion: candidates[Math.floor(best / knowledgeBases.length)]!.subQuestion,
      scores,
    };
  });
}

/** Probability of each knowledge base, summed over sub-questions, and of `stop`. */
export function actionScores(
  probabilities: ArrayLike<number>,
  knowledgeBases: readonly Pick<KnowledgeBaseCard, 'name'>[],
): Record<string, number> {
  const scores: Record<string, number> = {};
  for (const [k, { name }] of knowledgeBases.entries()) {
    let total = 0;
    for (let action = k; action < probabilities.length - 1; action += knowledgeBases.length) {
      total += probabilities[action]!;
    }
    scores[name] = total;
  }
  scores.stop = probabilities[probabilities.length - 1]!;
  return scores;
}
