/** What a scorer is made of: its features by name and its weights by name and shape. */
import { z } from 'zod';

/** In the order of the vector. Kept in a policy's config: a policy made with others cannot be loaded. */
export const DENSE_FEATURES = [
  'image',
  'image-and-shows-images',
  'steps-done',
  'completes',
  'is-question',
  'asked-before',
  'asked-here-before',
  'asked-here-twice',
  'from-evidence',
  'failed-here-last',
  'relative-cost',
  'share-of-steps-answered',
  'length',
  'place',
  'probed',
  'probe-empty',
  'probe-top-relative',
  'probe-margin',
  'probe-coverage',
  'probe-coverage-above-others',
  'probe-coverage-of-five',
  'probe-title-coverage',
  'probe-novelty',
  'probe-count',
  'probe-fit',
  'probe-answer',
  'probe-answered',
  'description-fit',
  'rule-looks',
  'rule-asks',
  'from-properties',
  'said',
  'said-place',
  'said-before',
  'about-last-answer',
  'leaves-unsaid',
  'kind-whole',
  'kind-picture',
  'kind-inner',
  'kind-bridge',
  'kind-compare',
] as const;

export const STOP_FEATURES = [
  'steps-done',
  'steps-left',
  'last-answered',
  'share-of-steps-answered',
  'nothing-to-ask',
  'all-asked',
  'question-answered',
  'otherwise-answered',
  'said-left',
  'best-coverage',
  'best-fit',
  'share-probed',
  'rule-stops',
] as const;

export const ScorerShapeSchema = z.strictObject({
  /** Hash buckets of question features. */
  questionBuckets: z.number().int().positive(),
  /** Hash buckets of description features. */
  descriptionBuckets: z.number().int().positive(),
  /** Length of q and d. */
  width: z.number().int().positive(),
  /** Hidden units of the candidate network, and of the stop head. */
  hidden: z.number().int().positive(),
  stopHidden: z.number().int().positive(),
});
export type ScorerShape = z.infer<typeof ScorerShapeSchema>;

/** 0.83 M parameters. */
export const DEFAULT_SCORER_SHAPE: ScorerShape = {
  questionBuckets: 65_536,
  descriptionBuckets: 2_048,
  width: 12,
  hidden: 32,
  stopHidden: 16,
};

/** Names and shapes of the weights, as in the safetensors file. */
export function scorerParameters({ questionBuckets, descriptionBuckets, width, hidden, stopHidden }: ScorerShape) {
  const dense = DENSE_FEATURES.length;
  const stop = STOP_FEATURES.length;
  return [
    { name: 'question.embedding', shape: [questionBuckets, width] },
    { name: 'description.embedding', shape: [descriptionBuckets, width] },
    { name: 'candidate.question', shape: [hidden, width] },
    { name: 'candidate.description', shape: [hidden, width] },
    { name: 'candidate.product', shape: [hidden, width] },
    { name: 'candidate.dense', shape: [hidden, dense] },
    { name: 'candidate.bias', shape: [hidden] },
    { name: 'candidate.output', shape: [1, hidden] },
    { name: 'stop.question', shape: [stopHidden, width] },
    { name: 'stop.dense', shape: [stopHidden, stop] },
    { name: 'stop.bias', shape: [stopHidden] },
    { name: 'stop.output', shape: [1, stopHidden] },
  ];
}
