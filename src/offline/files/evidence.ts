/**
 * The evidence for a question on people's own files: by the question's words, words of like meaning and words misspelt, with a preference
 * for sentences that hold something of the kind asked for.
 */
import { type Evidence, type EvidenceInput, findEvidence, termReader, type Unit } from '../../tools/evidence.ts';
import { alternatives } from './alternatives.ts';
import { type Asked, askedOf } from './asked.ts';
import { spansOf } from './typed-spans.ts';
import { stem } from './words.ts';

export function filesEvidence(input: EvidenceInput, { limit = 5 } = {}): Evidence[] {
  const asked = askedOf(input.question);
  return findEvidence(input, {
    limit,
    expand: alternatives,
    termsOf: termReader(stem),
    prefer: (unit) => preference(unit, asked),
  });
}

/** How much more a unit counts that holds a time where a time is asked for. */
const OF_THE_KIND = 1.25;

function preference({ text, passage }: Unit, asked: Asked): number {
  if (passage.table || ['other', 'value', 'meaning', 'place'].includes(asked.kind)) return 1;
  return spansOf(text, asked).length > 0 ? OF_THE_KIND : 1;
}
