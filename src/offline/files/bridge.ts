/**
 * What a further search should name: the person, thing or picture that the first search led to and the question only described. `The woman
 * who keeps the first-aid bag` is Fiona Marsh once a note says so.
 */
import { scoreUnits, termReader, unitsOf } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { alternatives } from './alternatives.ts';
import { likenessOf } from './likeness.ts';
import { allStems, stem } from './words.ts';

/** Sentences or rows looked at for names. */
const UNITS = 2;
const MOST_NAMES = 4;
const NAME = /\p{Lu}[\p{L}\p{N}'’-]*(?: (?:of |the |de |van |von )?(?:\p{Lu}[\p{L}\p{N}'’-]*|\d+))*/gu;

/** Names in what fits the question best that the question does not have; none where there are none. */
export function bridgeNames(question: string, passages: readonly Passage[], hasImage: boolean): string[] {
  const said = new Set(allStems(question));
  const termsOf = termReader(stem);
  const likely = hasImage ? likenessOf(passages) : undefined;
  const texts = likely
    ? [likely.text]
    : scoreUnits(
        passages.flatMap((passage) => unitsOf(passage, termsOf)),
        { question, steps: [{ subQuestion: question, passages }], citations: [] },
        { expand: alternatives, termsOf },
      )
        .slice(0, UNITS)
        .map(({ unit }) => unit.text);
  const names = texts.flatMap((text) =>
    [...text.matchAll(NAME)].map((match) => ({ name: match[0], first: match.index === 0 })),
  );
  const fresh = names.filter(({ name, first }) => {
    const own = allStems(name);
    // The first word of a sentence is a name only where more of them follow.
    return own.some((item) => !said.has(item)) && !(first && !name.includes(' '));
  });
  return [...new Set(fresh.map(({ name }) => name.replace(/^(?:The|A|An) /, '')))].slice(0, MOST_NAMES);
}
