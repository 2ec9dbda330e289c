/** A question on its way: what the composers hand to the writer of rows. */
import type { GoldStep } from '../../src/eval/datasets/question.ts';
import type { FactStore, Source } from './facts.ts';
import type { Split, SplitOf } from './split.ts';

export interface Draft {
  template: string;
  /** The wordings used, each `list/index`. */
  wordings: string[];
  relations: string[];
  question: string;
  /** The image document whose subject the query image shows. */
  pictured?: string;
  answers: string[];
  answerable: boolean;
  /** Undefined where the question cannot be answered. */
  route: string | undefined;
  steps: GoldStep[];
  /** The clusters of everything the question is about. */
  clusters: string[];
  sources: Source[];
  split: Split;
}

export interface ComposeOptions {
  seed: number;
  facts: FactStore;
  splitOf: SplitOf;
  /** `animal`, `instrument`, ... of each drawing. */
  nouns: Map<string, string>;
}

/** How many questions of a template a split gets: validation a sixth of train, and none of what is held out. */
export function quotaOf(template: { heldOut?: boolean; quota: { train: number; test: number } }, split: Split): number {
  if (split === 'test') return template.quota.test;
  if (template.heldOut === true) return 0;
  return split === 'train' ? template.quota.train : Math.ceil(template.quota.train / 6);
}
