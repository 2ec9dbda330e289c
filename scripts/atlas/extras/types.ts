/** A question beside the chains, made from scratch rather than composed of facts. */
import type { Random } from '../../../src/common/random.ts';
import type { ComposeOptions } from '../draft.ts';
import type { Split } from '../split.ts';

export interface Made {
  question: string;
  answers: string[];
  clusters?: string[];
  pictured?: string;
  relation: string;
}

export interface ExtraTemplate {
  id: string;
  answerable: boolean;
  heldOut?: boolean;
  quota: { train: number; test: number };
  wordings: string[];
  make(random: Random, wording: string, split: Split, options: ComposeOptions): Made | undefined;
}
