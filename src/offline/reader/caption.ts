/**
 * Reads the captions of pictures that look like the question's. The first is what the picture shows; `The flag of X` answers a
 * question for a country with X, `A drawing of a panda` a question for an animal with the panda.
 */

import type { Passage } from '../../tools/passage.ts';
import { PICTURE_NOUNS } from '../english/lexicon.ts';
import { stem } from '../english/stem.ts';
import type { Extraction } from '../language.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';
import { plainTitle } from './sentences.ts';

const PICTURES = new Set([...PICTURE_NOUNS].map(stem));
const MADE_OF = /^(?:an?|the)?\s*([\p{L} -]{2,40}?)\s+of\s+(?:an?\s+|the\s+)?(.+)$/iu;

export function isPicture(passage: Passage): boolean {
  return passage.image !== undefined;
}

/** What the caption names: the thing, and what it is a picture, flag, logo of. */
function depicted(passage: Passage): { thing: string; medium: string | undefined } {
  const name = (passage.title ?? passage.text.split(/(?<=\p{L}{3})[.;]/u, 1)[0] ?? '').trim();
  const match = MADE_OF.exec(plainTitle(name).replace(/[.]+$/, ''));
  return match
    ? { thing: match[2]!, medium: match[1]!.toLowerCase() }
    : { thing: plainTitle(name).replace(/^(an?|the) /i, ''), medium: undefined };
}

/** `withImage`: the search saw the question's picture, so that the order of the passages is likeness. */
export function readCaption(
  inquiry: WordedInquiry,
  passage: Passage,
  { withImage, lead }: { withImage: boolean; lead: number },
): Extraction[] {
  const { thing, medium } = depicted(passage);
  if (thing === '') return [];
  const question = inquiry.words.allStems(inquiry.text);
  const mediumStems = medium ? inquiry.words.allStems(medium) : [];
  const picture = mediumStems.some((item) => PICTURES.has(item));
  // A flag is asked for by its name, or by the class of what it stands for; a drawing by what is drawn.
  const fits = picture
    ? 1
    : mediumStems.some((item) => question.includes(item)) || inquiry.form === 'class' || inquiry.expected === 'place'
      ? 1
      : 0.8;
  if (withImage && inquiry.expected === 'picture') {
    if (
      mediumStems.length > 0 &&
      !picture &&
      !mediumStems.some((item) => question.includes(item)) &&
      inquiry.expected !== 'picture'
    )
      return [];
    return [
      {
        answer: thing,
        confidence: (passage.rank === 0 ? 0.9 : 0.5 / (1 + passage.rank)) * fits * lead,
        passage,
        quote: passage.title ?? passage.text,
      },
    ];
  }
  // Without a picture a caption answers only what it says: `whose flag ...`.
  const stems = inquiry.words.allStems(thing);
  if (stems.length > 0 && indexOfRun(question, stems) >= 0) return [];
  return [];
}
