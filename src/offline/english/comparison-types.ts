/** What a comparison is: two sides or more, what is asked of each, and how the answers combine. */

import type { Gradable } from './quantities.ts';

export interface Comparison {
  /** `which`: the answer is one of the sides; `order`: yes or no; `same`: yes or no; the others are numbers. */
  asks: 'which' | 'order' | 'same' | 'difference' | 'sum' | 'ratio';
  left: Side;
  right: Side;
  /** Further things to choose from: `the largest of X, Y and Z`. */
  more?: Side[];
  /** For `which` and `order`: whether the larger or later (1) or the smaller or earlier (-1) side wins. */
  direction: 1 | -1;
}

export interface Side {
  /** What stands there in the question: the answer to give where this side wins. */
  text: string;
  /** What to ask about it; undefined where the side is a number already. */
  question?: string;
  value?: string;
}

export interface Cue {
  index: number;
  gradable: Gradable & { words: 1 | 2 };
  /** The word is a comparative; a superlative only compares where a choice of two is given. */
  comparative: boolean;
}
