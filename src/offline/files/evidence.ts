/**
 * The evidence for a question on people's own files: by the question's words, words of like meaning and words misspelt, with a preference
 * for sentences that hold something of the kind asked for.
 */
import { distance } from 'fastest-levenshtein';
import { type Evidence, type EvidenceInput, findEvidence, type Unit } from '../../graph/evidence.ts';
import { relatedness } from '../english/synonyms.ts';
import { relatedStems } from '../thesaurus.ts';
import { type Asked, askedOf } from './asked.ts';
import { spansOf } from './typed-spans.ts';

export function filesEvidence(input: EvidenceInput, { limit = 5 } = {}): Evidence[] {
  const asked = askedOf(input.question);
  return findEvidence(input, { limit, expand: alternatives, prefer: (unit) => preference(unit, asked) });
}

/** How much more a unit counts that holds a time where a time is asked for. */
const OF_THE_KIND = 1.25;

function preference({ text, passage }: Unit, asked: Asked): number {
  if (passage.table || ['other', 'value', 'meaning', 'place'].includes(asked.kind)) return 1;
  return spansOf(text, asked).length > 0 ? OF_THE_KIND : 1;
}

/** What may stand for a term: related words of the vocabulary, and where it is in no unit, words spelt alike or that it begins. */
export function alternatives(term: string, vocabulary: ReadonlySet<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [other, nearness] of relatedStems(term)) if (vocabulary.has(other)) found.set(other, nearness);
  for (const other of vocabulary) {
    const related = relatedness(term, other);
    if (related > 0 && related < 1) found.set(other, Math.max(related, found.get(other) ?? 0));
  }
  if (vocabulary.has(term)) return found;
  for (const other of vocabulary) {
    if (spelledAlike(term, other)) found.set(other, Math.max(0.8, found.get(other) ?? 0));
  }
  return found;
}

function spelledAlike(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  if (shorter < 4 || /\d/.test(left)) return false;
  if (left.startsWith(right) || right.startsWith(left)) return shorter >= 5 || right.startsWith(left);
  if (shorter < 5 || Math.abs(left.length - right.length) > 2) return false;
  return distance(left, right) <= (shorter >= 8 ? 2 : 1);
}
