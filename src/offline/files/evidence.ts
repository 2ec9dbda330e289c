/**
 * The evidence for a question on people's own files: by the question's words, words of like meaning and words misspelt, with a preference
 * for sentences that hold something of the kind asked for.
 */
import {
  distinctPassages,
  type Evidence,
  type EvidenceInput,
  type FollowUp,
  findEvidence,
  termReader,
  type Unit,
} from '../../tools/evidence.ts';
import { alternatives } from './alternatives.ts';
import { type Asked, askedOf, topicOf } from './asked.ts';
import { bridgeOf } from './bridge.ts';
import { spansOf } from './typed-spans.ts';
import { allStems, stem } from './words.ts';

/** The sentences and rows that come closest to a question on people's own files, the best first. */
export function filesEvidence(input: EvidenceInput, { limit = 5 } = {}): Evidence[] {
  const { steps } = input;
  const asked = askedOf(input.question);
  const question = topicOf(input.question);
  // What was asked for the rest of a table says nothing of the question.
  const own = steps.map((step) => {
    const { subQuestion } = step;
    return { ...step, subQuestion: subQuestion.startsWith(input.question) ? topicOf(subQuestion) : question };
  });
  return findEvidence(
    { ...input, question, steps: own },
    {
      limit,
      expand: alternatives,
      termsOf: termReader(stem),
      prefer: (unit) => preference(unit, asked),
      followUps: followUpsOf(input),
    },
  );
}

/** What was found by way of a name counts a little less than what says all of the question. */
const BY_WAY_OF_A_NAME = 0.9;

/** For each name that the best place gives: what the question asks beyond that place. None where that place says it all. */
function followUpsOf({ question, steps }: EvidenceInput): FollowUp[] {
  const passages = distinctPassages(steps.flatMap((step) => step.passages));
  const { names, texts } = bridgeOf(
    question,
    passages,
    passages.some(({ scores }) => scores?.image !== undefined),
  );
  if (names.length === 0) return [];
  const known = new Set(texts.flatMap(allStems));
  const stands = (term: string) =>
    known.has(term) || [...alternatives(term, known).values()].some((worth) => worth >= 0.6);
  const left = termReader(stem)(question).filter((term) => !stands(term));
  if (left.length === 0) return [];
  return names.map((name) => ({ name, text: left.join(' '), factor: BY_WAY_OF_A_NAME }));
}

/** How much more a unit counts that holds a time where a time is asked for. */
const OF_THE_KIND = 1.25;

function preference({ text, passage }: Unit, asked: Asked): number {
  if (passage.table || ['other', 'value', 'meaning', 'place'].includes(asked.kind)) return 1;
  return spansOf(text, asked).length > 0 ? OF_THE_KIND : 1;
}
