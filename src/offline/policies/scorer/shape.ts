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

const STOP_FEATURES = [
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

/** What is seen of people's own files: how well each knowledge base knows the question's words, and how much of the question was found. */
export const FILES_DENSE_FEATURES = [
  'image',
  'image-and-shows-images',
  'is-text',
  'is-table',
  'shows-images',
  'kind-whole',
  'kind-wider',
  'kind-names',
  'kind-row',
  'kind-proposed',
  'steps-done',
  'asked-before',
  'asked-here-before',
  'here-before',
  'share-asked',
  'relative-cost',
  'description-fit',
  'words-known',
  'words-known-above-others',
  'words-known-best',
  'pairs-known',
  'pairs-known-above-others',
  'rarest-known',
  'related-known',
  'related-known-above-others',
  'left-known',
  'left-known-above-others',
  'added-known',
  'found-here',
  'table-and-extreme',
  'table-and-quantity',
  'images-and-looks',
  'text-and-long-answer',
  'kind-held',
  'kind-held-above-others',
  'rule-asks',
] as const;

export const FILES_STOP_FEATURES = [
  'steps-done',
  'steps-left',
  'answered',
  'image',
  'best-sentence',
  'best-sentence-of-the-kind',
  'best-passage',
  'all-read',
  'left-known-elsewhere',
  'pairs-known-elsewhere',
  'rarest-known-elsewhere',
  'unknown',
  'share-not-asked',
  'best-is-table',
  'nothing-read',
  'asks-quantity',
  'asks-extreme',
  'asks-long-answer',
  'rule-stops',
] as const;

export interface FeatureNames {
  dense: readonly string[];
  stop: readonly string[];
}

/** The features of a scorer of this shape, in the order of its vectors. */
export function featureNames({ features }: Pick<ScorerShape, 'features'>): FeatureNames {
  return features === 'files'
    ? { dense: FILES_DENSE_FEATURES, stop: FILES_STOP_FEATURES }
    : { dense: DENSE_FEATURES, stop: STOP_FEATURES };
}

export const ScorerShapeSchema = z.strictObject({
  /** What it sees beside the words. Left out: questions taken apart by a grammar. */
  features: z.literal('files').optional(),
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

/** Of people's own files, where a few hundred questions are all there is to learn from. */
export const FILES_SCORER_SHAPE: ScorerShape = { ...DEFAULT_SCORER_SHAPE, questionBuckets: 16_384, features: 'files' };

const ASKED_HERE = FILES_DENSE_FEATURES.indexOf('asked-here-before');
const STEPS_DONE = FILES_STOP_FEATURES.indexOf('steps-done');

/**
 * Which actions are out of the question, as far as what was seen tells; undefined where none are. On people's own files nothing is asked twice of the same
 * knowledge base (all but a few passages were read the first time), and no run stops before it has asked. Taught as a step that costs nothing, a repetition
 * would be as good as any other way on, and a run would ask the same until its steps are used up.
 */
export function closedActions(
  { features }: Pick<ScorerShape, 'features'>,
  { dense, stop }: { dense: Float32Array; stop: Float32Array },
): ((action: number) => boolean) | undefined {
  if (features !== 'files') return undefined;
  const width = FILES_DENSE_FEATURES.length;
  const searches = dense.length / width;
  return (action) => (action < searches ? dense[action * width + ASKED_HERE] === 1 : stop[STEPS_DONE] === 0);
}

/** Names and shapes of the weights, as in the safetensors file. */
export function scorerParameters(shape: ScorerShape) {
  const { questionBuckets, descriptionBuckets, width, hidden, stopHidden } = shape;
  const names = featureNames(shape);
  const dense = names.dense.length;
  const stop = names.stop.length;
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
