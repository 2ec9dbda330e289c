/**
 * Probe's rule, one move at a time and without any search of its own: given what was looked at in this step, what to look at
 * next, what to ask, or that there is nothing left to ask. The probe policy follows it; to a trained scorer it is a feature.
 */

import type { EvidenceStep } from '../../graph/policy.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import type { Candidate } from '../candidates/candidate.ts';
import { isReserve } from '../candidates/candidates.ts';
import type { Language } from '../language.ts';
import { prior, probeFit } from './probe-fit.ts';

interface RuleSettings {
  convincing: number;
  promising: number;
  patience: number;
  /** Whether asking the same place again, which reads on, uses up patience. */
  countsRepeats: boolean;
}

export const DEFAULT_RULE: RuleSettings = { convincing: 0.8, promising: 0.4, patience: 2, countsRepeats: true };

/** Of one sub-question at one knowledge base: nothing yet, a search that failed, or what came back. */
export type Look = readonly Passage[] | 'failed' | undefined;

export interface RuleInput {
  candidates: readonly Pick<Candidate, 'subQuestion' | 'kind' | 'provider'>[];
  knowledgeBases: readonly Pick<KnowledgeBaseCard, 'name' | 'description' | 'modality' | 'cost'>[];
  steps: readonly Pick<EvidenceStep, 'subQuestion' | 'knowledgeBases' | 'passages'>[];
  hasImage: boolean;
  language: Pick<Language, 'inquire' | 'words'>;
  look(candidate: number, knowledgeBase: number): Look;
}

/** `candidate` and `knowledgeBase` are places in the lists. */
export type RuleMove =
  | { type: 'look'; candidate: number; knowledgeBase: number }
  | { type: 'ask'; candidate: number; knowledgeBase: number; fit: number; score: number }
  | { type: 'stop' };

/** Below this prior a knowledge base is not looked at: it cannot hold the answer (a picture's name in a table). */
const HOPELESS = 0.04;

export function probeRule(input: RuleInput, settings: RuleSettings = DEFAULT_RULE): RuleMove {
  const { convincing, promising, patience, countsRepeats } = settings;
  const { candidates, knowledgeBases, steps, hasImage, look } = input;
  const { inquire, words } = input.language;
  const seen = new Set(
    steps.flatMap((step) => step.passages.map((passage) => `${passage.knowledgeBase}\u0000${passage.id}`)),
  );
  for (const [candidate, { subQuestion, kind, provider }] of candidates.entries()) {
    // What is held in reserve costs searches and misleads the reader: a policy that has learnt when may use it.
    if (isReserve({ kind, provider })) continue;
    const asked = askedOf(input, subQuestion);
    const done = new Set(asked);
    if ((countsRepeats ? asked.length : done.size) >= patience) continue;
    const inquiry = inquire(subQuestion);
    const picture = kind === 'picture' || inquiry.expected === 'picture';
    const ranked = knowledgeBases
      .map((card, knowledgeBase) => ({
        card,
        knowledgeBase,
        before: prior(inquiry, card, { picture, hasImage, words }),
      }))
      .filter(({ card, before }) => !done.has(card.name) && before >= HOPELESS)
      // Equal priors: by description, so that neither order nor names of the knowledge bases decide.
      .sort((a, b) => b.before - a.before || compare(a.card.description, b.card.description));
    let best: { knowledgeBase: number; fit: number; score: number } | undefined;
    for (const { card, knowledgeBase, before } of ranked) {
      const passages = look(candidate, knowledgeBase);
      if (passages === undefined) return { type: 'look', candidate, knowledgeBase };
      if (passages === 'failed' || passages.length === 0) continue;
      const { fit, novelty } =
        picture && card.modality === 'text-image'
          ? { fit: 1, novelty: 1 }
          : probeFit(inquiry, passages, { seen, words });
      const score = 0.75 * fit + 0.2 * before + 0.05 * novelty;
      if (!best || score > best.score + 1e-9) best = { knowledgeBase, fit, score };
      if (best.fit >= convincing) break;
    }
    if (best && best.fit >= promising) return { type: 'ask', candidate, ...best };
  }
  return { type: 'stop' };
}

/** Names of the knowledge bases this was asked of already, one for each time. */
function askedOf({ steps }: RuleInput, subQuestion: string): string[] {
  return steps.filter((step) => step.subQuestion === subQuestion).flatMap(({ knowledgeBases }) => knowledgeBases);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
