/**
 * The answer that the steps so far amount to, if the run ended here: what the grammar composes of them; or the answer to the whole
 * question, as it stands or under names that were read; or what a policy found that went on by the properties the question mentions.
 * Of the first and the last, what came later: whoever asks on doubts what stood before. Pure.
 */

import { asksAboutNames } from '../candidates/evidence-candidates.ts';
import { propertyAnswer } from '../candidates/property-answer.ts';
import { asksProperty, leavesToAsk } from '../candidates/property-candidates.ts';
import type { AskedState, StandingAnswer } from '../language.ts';
import type { Derivation } from './derive.ts';
import type { EnglishMemory } from './memory.ts';

export function standingAnswer(
  state: AskedState,
  { answer, used }: Derivation,
  memory: EnglishMemory,
): StandingAnswer | undefined {
  const beyond = byProperty(state, answer?.steps ?? used, memory);
  if (
    answer &&
    (beyond === undefined || answer.steps.length === 0 || Math.max(...answer.steps) > Math.max(...beyond.steps))
  )
    return { text: answer.text, steps: answer.steps, by: 'grammar' };
  return beyond ?? answeredWhole(state);
}

/** The question as it was asked, answered by one step: as it stands (another policy may have asked it whole), or under names. */
function answeredWhole({ question, steps }: AskedState): StandingAnswer | undefined {
  const asIs = steps.findLastIndex((step) => step.answer !== null && step.subQuestion.trim() === question.trim());
  const underNames = () =>
    steps.findLastIndex(({ answer, subQuestion }) => answer !== null && asksAboutNames(subQuestion, question));
  const index = asIs < 0 ? underNames() : asIs;
  return index < 0 ? undefined : { text: steps[index]!.answer!, steps: [index], by: 'question' };
}

/** What properties that the grammar did not ask for, and has not taken in, amount to. */
function byProperty(
  { question, image, steps }: AskedState,
  used: readonly number[],
  memory: EnglishMemory,
): StandingAnswer | undefined {
  // Nearly always: the grammar has taken in every answer there is.
  if (steps.every(({ answer }, place) => answer === null || used.includes(place))) return undefined;
  const asked = steps.flatMap(({ answer, subQuestion }, place) =>
    answer !== null && asksProperty({ question, image, steps: steps.slice(0, place) }, subQuestion, memory)
      ? [place]
      : [],
  );
  const last = asked.at(-1);
  const found =
    last === undefined || used.includes(last) ? undefined : propertyAnswer({ question, image, steps }, asked, memory);
  if (!found) return undefined;
  const open = found.steps.length === 1 && leavesToAsk({ question, image, steps }, memory);
  return { ...found, by: 'property', ...(open && { open }) };
}
