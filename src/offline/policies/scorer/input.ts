/**
 * From a state of the graph to the scorer's input: bags of hashed features for the question, each candidate sub-question and
 * each knowledge base, and dense features of each pair of sub-question and knowledge base. Probe features say what the
 * knowledge base gave back when it was asked; where it was not asked they are zero and `probed` is zero.
 */

import { askedOnly, type EvidenceStep, type PolicyState } from '../../../graph/policy.ts';
import { stepsTaken } from '../../../graph/step-record.ts';
import type { KnowledgeBaseCard } from '../../../tools/knowledge-base.ts';
import type { Passage } from '../../../tools/passage.ts';
import type { Candidate } from '../../candidates/candidate.ts';
import { isReserve } from '../../candidates/candidates.ts';
import { mentions } from '../../candidates/mentions.ts';
import { type Inquiry, inquire } from '../../english/inquiry.ts';
import { relatedness } from '../../english/synonyms.ts';
import { DEFAULT_THRESHOLD, readPassages } from '../../reader/reader.ts';
import type { StandingAnswer } from '../../standing-answer.ts';
import { prior, probeFit } from '../probe-fit.ts';
import { DEFAULT_RULE, probeRule, type RuleInput, type RuleMove } from '../probe-rule.ts';
import { DENSE_FEATURES, type ScorerShape } from './shape.ts';
import {
  descriptionFeatures,
  type FeatureBag,
  featureTokens,
  hashFeatures,
  questionFeatures,
} from './text-features.ts';

export interface ScorerInput {
  question: FeatureBag;
  subQuestions: FeatureBag[];
  descriptions: FeatureBag[];
  /** [subQuestions * knowledgeBases, DENSE_FEATURES], row-major. */
  dense: Float32Array;
  /** [STOP_FEATURES]. */
  stop: Float32Array;
}

export interface ScorerInputOptions {
  state: Pick<PolicyState, 'question' | 'steps' | 'maxSteps'> & {
    hasImage: boolean;
    /** How the steps so far answer the question. Default: whether a candidate that completes it was answered. */
    answered?: StandingAnswer['by'] | 'not';
  };
  candidates: readonly Pick<Candidate, 'subQuestion' | 'completes' | 'kind' | 'provider'>[];
  knowledgeBases: readonly Pick<KnowledgeBaseCard, 'description' | 'modality' | 'cost' | 'name'>[];
  shape: Pick<ScorerShape, 'questionBuckets' | 'descriptionBuckets'>;
  /**
   * What the probe of (sub-question, knowledge base) gave, where there was one. Given for decisions in a run of the graph only:
   * without it the features that take the sub-question apart are left out too, as in `route`.
   */
  probe?: (candidate: number, knowledgeBase: number) => readonly Passage[] | undefined;
}

/** To read on is no second place. */
const RULE = { ...DEFAULT_RULE, countsRepeats: false };
const RULE_MOVES = ['look', 'ask'] as const;

/**
 * Probe's rule, where the grammar's way on reads like one. Where properties are proposed it does not: they go before it, in their order,
 * and what is then asked may be wrong in ways that are for training to find.
 */
function ruleMove(input: RuleInput): RuleMove {
  const properties = input.candidates.flatMap(({ provider }, place) => (provider === 'property' ? [place] : []));
  if (properties.length === 0) return probeRule(input, RULE);
  const others = [...input.candidates.keys()].filter((place) => !properties.includes(place));
  const order = [...properties, ...others];
  const candidates = order.map((place) => {
    const candidate = input.candidates[place]!;
    return candidate.provider === 'property' ? { ...candidate, provider: 'grammar' as const } : candidate;
  });
  const move = probeRule({ ...input, candidates, look: (place, base) => input.look(order[place]!, base) }, RULE);
  return move.type === 'stop' ? move : { ...move, candidate: order[move.candidate]! };
}

const sameQuestion = (a: string, b: string): boolean => featureTokens(a).join(' ') === featureTokens(b).join(' ');
const answered = (step: EvidenceStep): boolean => step.answer !== null && step.answer !== '';

export function scorerInput({ state, candidates, knowledgeBases, shape, probe }: ScorerInputOptions): ScorerInput {
  const { question, steps, maxSteps, hasImage } = state;
  // Neither the step nor the kind of a candidate is among the words: routes of the training's questions would be learnt by them.
  const bag = (text: string): FeatureBag =>
    hashFeatures(questionFeatures(text, [hasImage ? 'image:yes' : 'image:no']), shape.questionBuckets);
  const width = DENSE_FEATURES.length;
  const dense = new Float32Array(candidates.length * knowledgeBases.length * width);
  const highestCost = Math.max(1, ...knowledgeBases.map(({ cost }) => cost));
  const done = stepsTaken(steps) / Math.max(1, maxSteps);
  const shareAnswered = steps.length === 0 ? 0 : steps.filter(answered).length / steps.length;
  const asked = candidates.map(({ subQuestion }) =>
    steps.filter((step) => sameQuestion(step.subQuestion, subQuestion)),
  );
  const spoken = probe && spokenOf(state);
  const move: RuleMove | undefined =
    probe &&
    (state.answered !== undefined && state.answered !== 'not'
      ? { type: 'stop' }
      : ruleMove({ candidates, knowledgeBases, steps, hasImage, look: probe }));
  let saidLeft = 0;
  let bestCoverage = 0;
  let bestFit = 0;
  let probed = 0;
  candidates.forEach((candidate, s) => {
    const inquiry = probe && inquire(candidate.subQuestion);
    const said = spoken && inquiry ? spoken.saidOf(candidate.subQuestion, inquiry) : UNSAID;
    if (candidate.provider === 'property' && said.aboutLast && !said.before) saidLeft = Math.max(saidLeft, said.said);
    const picture = candidate.kind === 'picture' || inquiry?.expected === 'picture';
    const probes =
      probe && inquiry
        ? probeFeatures(candidate.subQuestion, knowledgeBases, {
            steps,
            inquiry,
            hasImage,
            probe: (k) => probe(s, k),
          })
        : [];
    knowledgeBases.forEach((knowledgeBase, k) => {
      const here = steps.filter((step) => askedOnly(step, knowledgeBase.name));
      const lastHere = here.at(-1);
      const features = [
        hasImage,
        hasImage && knowledgeBase.modality === 'text-image',
        done,
        candidate.completes,
        sameQuestion(candidate.subQuestion, question),
        asked[s]!.length > 0,
        asked[s]!.some((step) => askedOnly(step, knowledgeBase.name)),
        // Asked again it reads on; a third time there is nothing left.
        asked[s]!.filter((step) => askedOnly(step, knowledgeBase.name)).length > 1,
        candidate.provider === 'evidence',
        lastHere !== undefined && !answered(lastHere),
        knowledgeBase.cost / highestCost,
        shareAnswered,
        Math.min(1, featureTokens(candidate.subQuestion).length / 30),
        s / 6,
        ...(probes[k] ?? NOT_PROBED),
        inquiry ? prior(inquiry, knowledgeBase, { picture, hasImage }) : 0,
        ...RULE_MOVES.map((type) => move?.type === type && move.candidate === s && move.knowledgeBase === k),
        candidate.provider === 'property',
        said.said,
        said.place,
        said.before,
        said.aboutLast,
        said.leaves,
        candidate.kind === 'whole' || candidate.kind === 'question',
        candidate.kind === 'picture',
        candidate.kind === 'inner',
        candidate.kind === 'bridge',
        candidate.kind.startsWith('compare'),
      ];
      if (probes[k]) probed++;
      bestCoverage = Math.max(bestCoverage, probes[k]?.[4] ?? 0);
      bestFit = Math.max(bestFit, probes[k]?.[10] ?? 0);
      dense.set(features.map(Number), (s * knowledgeBases.length + k) * width);
    });
  });
  const last = steps.at(-1);
  const stop = [
    done,
    1 - done,
    last !== undefined && answered(last),
    shareAnswered,
    candidates.length === 0,
    candidates.length > 0 && asked.every((earlier, s) => earlier.length > 0 || isReserve(candidates[s]!)),
    state.answered === undefined
      ? candidates.some((candidate, s) => candidate.completes && asked[s]!.some(answered))
      : state.answered === 'grammar',
    state.answered === 'question' || state.answered === 'property',
    saidLeft,
    bestCoverage,
    bestFit,
    probed / Math.max(1, candidates.length * knowledgeBases.length),
    move?.type === 'stop',
  ];
  return {
    question: bag(question),
    // The names in a row that was read are for the search; they say nothing of where the question belongs.
    subQuestions: candidates.map(({ subQuestion, provider }) => {
      if (provider === 'evidence') return bag(question);
      return bag(provider === 'property' && spoken ? spoken.withoutNames(subQuestion) : subQuestion);
    }),
    descriptions: knowledgeBases.map(({ description, modality }) =>
      hashFeatures(descriptionFeatures(description, modality), shape.descriptionBuckets),
    ),
    dense,
    stop: Float32Array.from(stop, Number),
  };
}

const shareOf = <Item>(items: readonly Item[], is: (item: Item) => boolean): number =>
  items.length === 0 ? 0 : items.filter(is).length / items.length;

interface Said {
  /** In [0, 1]: how surely the question mentions what the sub-question asks for. */
  said: number;
  /** Where, from 0 to 1. */
  place: number;
  /** Whether an earlier step asked for the same of something else. */
  before: boolean;
  aboutLast: boolean;
  /** Share of the properties that the question mentions which neither this nor an earlier step asks for. */
  leaves: number;
}

const UNSAID: Said = { said: 0, place: 0, before: false, aboutLast: false, leaves: 0 };

/** What the question and the steps say of what a sub-question asks for. */
function spokenOf({ question, steps }: ScorerInputOptions['state']) {
  const { words, names, properties } = mentions(question);
  const entities = [...steps.flatMap(({ answer }) => answer || []), ...names];
  const attributes = steps.map((step) => inquire(step.subQuestion).attribute);
  const earlier = new Set(attributes.map((attribute) => attribute.join(' ')));
  const wanted = [...new Set(properties.map(({ subQuestion }) => inquire(subQuestion).attribute.join(' ')))];
  const met = new Set(attributes.flat());
  const last = steps.findLast(answered)?.answer;
  const saidOf = (subQuestion: string, { attribute }: Inquiry): Said => {
    let sum = 0;
    let place = 0;
    for (const asked of attribute) {
      let best = 0;
      words.forEach((word, index) => {
        const related = relatedness(asked, word);
        if (related <= best) return;
        best = related;
        place = (index + 1) / words.length;
      });
      sum += best;
    }
    return {
      said: attribute.length === 0 ? 0 : sum / attribute.length,
      place,
      before: earlier.has(attribute.join(' ')),
      aboutLast: last !== undefined && last !== null && subQuestion.includes(last),
      leaves: shareOf(wanted, (property) =>
        property.split(' ').every((word) => !met.has(word) && !attribute.includes(word)),
      ),
    };
  };
  const withoutNames = (subQuestion: string): string =>
    entities.reduce((text, entity) => text.replace(entity, ''), subQuestion);
  return { saidOf, withoutNames };
}

/** As many passages as a reader is shown. */
const READ = 5;

/** How many features a probe fills. */
const NOT_PROBED = Array.from({ length: 13 }, () => 0);

/** For each knowledge base: `probed` and the twelve features after it, or undefined where it was not probed. */
function probeFeatures(
  subQuestion: string,
  knowledgeBases: readonly unknown[],
  {
    steps,
    inquiry,
    hasImage,
    probe,
  }: {
    steps: readonly EvidenceStep[];
    inquiry: Inquiry;
    hasImage: boolean;
    probe: (knowledgeBase: number) => readonly Passage[] | undefined;
  },
): (number[] | undefined)[] {
  const results = knowledgeBases.map((_, k) => probe(k));
  const terms = contentTerms(subQuestion);
  const seen = new Set(
    steps.flatMap((step) => step.passages.map((passage) => `${passage.knowledgeBase}\u0000${passage.id}`)),
  );
  const read = new Set(steps.flatMap((step) => step.passages.map((passage) => passage.id)));
  const tops = results.map((passages) => passages?.[0]?.score ?? 0);
  const highest = Math.max(1e-9, ...tops);
  const coverages = results.map((passages) =>
    Math.max(0, ...(passages ?? []).slice(0, 5).map((p) => coverage(terms, fullText(p)))),
  );
  return results.map((passages, k) => {
    if (passages === undefined) return undefined;
    const top = passages[0];
    if (top === undefined) return [1, 1, ...NOT_PROBED.slice(2)];
    const others = Math.max(0, ...coverages.filter((_, other) => other !== k));
    const second = passages[1]?.score ?? 0;
    const five = passages.slice(0, 5);
    const sureness = surenessOf(subQuestion, passages, hasImage);
    return [
      1,
      0,
      top.score / highest,
      top.score > 0 ? Math.max(0, Math.min(1, (top.score - second) / top.score)) : 0,
      coverages[k]!,
      coverages[k]! - others,
      coverage(terms, five.map(fullText).join(' ')),
      Math.max(0, ...five.map((passage) => coverage(terms, passage.title ?? ''))),
      passages.filter((passage) => !read.has(passage.id)).length / passages.length,
      Math.min(1, passages.length / 10),
      probeFit(inquiry, passages, seen).fit,
      sureness,
      sureness >= DEFAULT_THRESHOLD,
    ].map(Number);
  });
}

const surenesses = new WeakMap<readonly Passage[], Map<string, number>>();

/** How sure the built-in reader would be of its answer, in [0, 1]: no call of the reader in use, and no reads. */
function surenessOf(subQuestion: string, passages: readonly Passage[], hasImage: boolean): number {
  const known = surenesses.get(passages) ?? new Map<string, number>();
  surenesses.set(passages, known);
  let sureness = known.get(subQuestion);
  if (sureness === undefined) {
    sureness = readPassages(subQuestion, passages.slice(0, READ), hasImage)?.confidence ?? 0;
    known.set(subQuestion, sureness);
  }
  return sureness;
}

const fullText = (passage: Passage): string => `${passage.title ?? ''} ${passage.text}`;

/** Words of four letters or more, or numbers: what a passage should mention. */
function contentTerms(text: string): string[] {
  const terms = (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(
    (term) => term.length > 3 || /\d/.test(term),
  );
  return [...new Set(terms)];
}

function coverage(terms: readonly string[], text: string): number {
  if (terms.length === 0) return 0;
  const lower = text.toLowerCase();
  return terms.filter((term) => lower.includes(term)).length / terms.length;
}
