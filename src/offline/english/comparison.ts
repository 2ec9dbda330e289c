/**
 * Questions that set two things side by side: `Which is larger, X or Y?`, `Is X older than Y?`, `Do X and Y have the same Z?`,
 * `What is the difference between the Z of X and of Y?`. Each is taken apart into one question for either side; how the two
 * answers combine is in `combine.ts`.
 */

export type { Comparison } from './comparison-types.ts';

import { choice } from './comparison-choice.ts';
import { eventOrder, thanComparison } from './comparison-order.ts';
import { sameQuestion } from './comparison-same.ts';
import { arithmeticQuestion, lifespan, yearsApart } from './comparison-sums.ts';
import type { Comparison, Cue } from './comparison-types.ts';
import { comparativeAt, superlativeAt } from './quantities.ts';
import type { Sentence } from './sentence.ts';

export function parseComparison(sentence: Sentence): Comparison | undefined {
  const { tokens, length } = sentence;
  if (length < 4) return undefined;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  const cue = comparativeCue(sentence);
  const than = lower.indexOf('than');
  if (than > 0 && cue && cue.index < than) return thanComparison(sentence, cue, than);
  const life = lifespan(sentence) ?? yearsApart(sentence);
  if (life) return life;
  const arithmetic = arithmeticQuestion(sentence);
  if (arithmetic) return arithmetic;
  const same = sameQuestion(sentence);
  if (same) return same;
  if (cue) return choice(sentence, cue);
  const beforeAfter = eventOrder(sentence);
  return beforeAfter;
}

function comparativeCue(sentence: Sentence): Cue | undefined {
  const { tokens, length } = sentence;
  for (let index = 0; index < length; index++) {
    const { lower, quoted, capital } = tokens[index]!;
    if (quoted || (capital && index > 0)) continue;
    const next = tokens[index + 1]?.lower;
    const comparative = comparativeAt(lower, next);
    if (comparative && !(lower === 'more' && next === 'about'))
      return { index, gradable: comparative, comparative: true };
    if (lower === 'first' || lower === 'last')
      return {
        index,
        gradable: { attributes: ['date'], direction: lower === 'first' ? -1 : 1, words: 1 },
        comparative: false,
      };
    const superlative = superlativeAt(lower, next);
    if (superlative) return { index, gradable: superlative, comparative: false };
  }
  return undefined;
}
