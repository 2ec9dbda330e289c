/** Small things that features say of earlier steps. */
import type { EvidenceStep } from '../../../graph/policy.ts';
import { featureTokens } from './text-features.ts';

export const isAnswered = ({ answer }: Pick<EvidenceStep, 'answer'>): boolean => answer !== null && answer !== '';

export const sameQuestion = (a: string, b: string): boolean =>
  featureTokens(a).join(' ') === featureTokens(b).join(' ');
