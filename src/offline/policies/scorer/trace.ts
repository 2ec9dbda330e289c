/**
 * What the scorer writes into its step records for training: the candidates, the action taken and, where training asks for
 * them, the features of every choice of the step. Bags of features are kept once each, with their few distinct weights apart;
 * dense features as pairs of place and number. What is read back is equal to what was seen, to the last bit.
 */
import { z } from 'zod';
import { modelError } from '../../../common/errors.ts';
import type { PolicyTrace } from '../../../graph/step-record.ts';
import { type Candidate, CandidateSchema } from '../../candidates/candidate.ts';
import type { ScorerInput } from './input.ts';
import type { FeatureBag } from './text-features.ts';

const SCORER_TRACE_VERSION = 1;

const Whole = z.number().int().nonnegative();

/** Ids, the distinct weights, and of each id which weight it has; where all have the same, the last list is empty. */
const BagSchema = z.tuple([z.array(Whole), z.array(z.number()), z.array(Whole)]);
type Bag = z.infer<typeof BagSchema>;

const ChoiceSchema = z.object({
  /** Sub-question s at knowledge base k is s * knowledgeBases + k; the last action is to stop. */
  actionId: Whole,
  /** At the sampling temperature. */
  logProbability: z.number(),
  /** Place and number of what is not zero, one after the other. */
  dense: z.array(z.number()),
  stop: z.array(z.number()),
});

const FeaturesSchema = z.object({
  bags: z.array(BagSchema),
  /** Places in `bags`. */
  question: Whole,
  subQuestions: z.array(Whole),
  descriptions: z.array(Whole),
  /** How many dense features there are. */
  dense: Whole,
  /** Every choice of the step, in order: its looks, and then what was done. */
  choices: z.array(ChoiceSchema),
});

export const ScorerTraceSchema = z.object({
  version: z.literal(SCORER_TRACE_VERSION),
  candidates: z.array(CandidateSchema),
  actionId: Whole,
  /** Chances of the routes and of stopping. */
  scores: z.record(z.string(), z.number()),
  features: FeaturesSchema.optional(),
});
export type ScorerTrace = z.infer<typeof ScorerTraceSchema>;

/** A choice with everything its training needs. */
export interface ScorerChoice {
  input: ScorerInput;
  actionId: number;
  logProbability: number;
}

export interface ScorerTraceParts {
  candidates: readonly Candidate[];
  actionId: number;
  scores: Record<string, number>;
  /** Given where their features are to be kept. */
  choices?: readonly ScorerChoice[];
}

export function scorerTrace({ candidates, actionId, scores, choices }: ScorerTraceParts): ScorerTrace {
  return {
    version: SCORER_TRACE_VERSION,
    candidates: [...candidates],
    actionId,
    scores,
    ...(choices && { features: featuresOf(choices) }),
  };
}

/**
 * The choices of a step, from its trace. Throws `no-trace` where the trace is not a scorer's, or holds no features: it was
 * made without the option `trace: 'features'`, or the run without `includeTrace`.
 */
export function scorerChoices(trace: PolicyTrace | undefined): ScorerChoice[] {
  const parsed = ScorerTraceSchema.safeParse(trace);
  if (!parsed.success || !parsed.data.features) {
    const what = "the step's record holds no features of a scorer";
    throw modelError('no-trace', `${what}; sample with scorerPolicy(..., { trace: 'features' }) and includeTrace`);
  }
  const { bags, question, subQuestions, descriptions, dense: size, choices } = parsed.data.features;
  const read = bags.map(readBag);
  return choices.map(({ actionId, logProbability, dense, stop }) => ({
    actionId,
    logProbability,
    input: {
      question: read[question]!,
      subQuestions: subQuestions.map((place) => read[place]!),
      descriptions: descriptions.map((place) => read[place]!),
      dense: readSparse(dense, size),
      stop: Float32Array.from(stop),
    },
  }));
}

/** Words are the same at every choice of a step; only what was looked at differs. */
function featuresOf(choices: readonly ScorerChoice[]): z.infer<typeof FeaturesSchema> {
  const bags: Bag[] = [];
  const places = new Map<string, number>();
  const placeOf = (bag: FeatureBag): number => {
    const written = writeBag(bag);
    const key = JSON.stringify(written);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, bags.length);
    return bags.push(written) - 1;
  };
  const { input } = choices[0]!;
  return {
    bags,
    question: placeOf(input.question),
    subQuestions: input.subQuestions.map(placeOf),
    descriptions: input.descriptions.map(placeOf),
    dense: input.dense.length,
    choices: choices.map(({ actionId, logProbability, input: { dense, stop } }) => ({
      actionId,
      logProbability,
      dense: writeSparse(dense),
      stop: Array.from(stop, short),
    })),
  };
}

/** Nine digits tell any two 32-bit numbers apart. */
function short(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(9));
}

function writeBag({ ids, weights }: FeatureBag): Bag {
  const distinct: number[] = [];
  const places = new Map<number, number>();
  const of = Array.from(weights, (weight) => {
    const place = places.get(weight) ?? distinct.push(short(weight)) - 1;
    places.set(weight, place);
    return place;
  });
  return [Array.from(ids), distinct, distinct.length === 1 ? [] : of];
}

function readBag([ids, distinct, of]: Bag): FeatureBag {
  return {
    ids: Int32Array.from(ids),
    weights: Float32Array.from(ids, (_, place) => distinct[of[place] ?? 0]!),
  };
}

function writeSparse(values: Float32Array): number[] {
  const pairs: number[] = [];
  values.forEach((value, place) => {
    if (value !== 0) pairs.push(place, short(value));
  });
  return pairs;
}

function readSparse(pairs: readonly number[], size: number): Float32Array {
  const values = new Float32Array(size);
  for (let index = 0; index < pairs.length; index += 2) values[pairs[index]!] = pairs[index + 1]!;
  return values;
}
