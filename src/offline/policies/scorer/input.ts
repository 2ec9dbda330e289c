/**
 * From a state of the graph to the scorer's input: bags of hashed features for the question, each candidate sub-question and
 * each knowledge base, and dense features of each pair of sub-question and knowledge base. Probe features say what the
 * knowledge base gave back when it was asked; where it was not asked they are zero and `probed` is zero.
 */

import { askedOnly, type EvidenceStep } from '../../../graph/policy.ts';
import { stepsTaken } from '../../../graph/step-record.ts';
import { isReserve } from '../../candidates/candidates.ts';
import { isFilesLanguage } from '../../files/language.ts';
import { filesInput } from '../../files/router-input.ts';
import { prior } from '../probe-fit.ts';
import { DEFAULT_RULE, probeRule, type RuleInput, type RuleMove } from '../probe-rule.ts';
import { NOT_PROBED, probeFeatures } from './probe-features.ts';
import { spokenOf, UNSAID } from './said.ts';
import type { ScorerInput, ScorerInputOptions } from './seen.ts';
import { DENSE_FEATURES } from './shape.ts';
import { isAnswered, sameQuestion } from './steps.ts';
import {
  descriptionFeatures,
  type FeatureBag,
  featureTokens,
  hashFeatures,
  questionFeatures,
} from './text-features.ts';

export type { ScorerInput, ScorerInputOptions } from './seen.ts';

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

export function scorerInput(options: ScorerInputOptions): ScorerInput {
  if (options.shape.features === 'files') {
    const { language } = options.looks ?? {};
    return filesInput(options, language && isFilesLanguage(language) ? language.sketch : undefined);
  }
  const { state, candidates, knowledgeBases, shape, looks } = options;
  const { question, hasImage } = state;
  // Neither the step nor the kind of a candidate is among the words: routes of the training's questions would be learnt by them.
  const bag = (text: string): FeatureBag =>
    hashFeatures(questionFeatures(text, [hasImage ? 'image:yes' : 'image:no']), shape.questionBuckets);
  const sight = sightOf(options);
  const spoken = looks && spokenOf(state, looks.language);
  const width = DENSE_FEATURES.length;
  const dense = new Float32Array(candidates.length * knowledgeBases.length * width);
  const best: Best = { saidLeft: 0, coverage: 0, fit: 0, probed: 0 };
  candidates.forEach((_, s) => {
    denseFeatures(options, s, { sight, spoken, best }).forEach((features, k) => {
      dense.set(features.map(Number), (s * knowledgeBases.length + k) * width);
    });
  });
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
    stop: Float32Array.from(stopFeatures(options, sight, best), Number),
  };
}

/** What holds for every candidate and knowledge base of a decision. */
interface Sight {
  done: number;
  shareAnswered: number;
  /** For each candidate the steps that asked the same. */
  asked: EvidenceStep[][];
  move: RuleMove | undefined;
  highestCost: number;
}

/** The most that was seen of any candidate, for the features of stopping. */
interface Best {
  saidLeft: number;
  coverage: number;
  fit: number;
  probed: number;
}

function sightOf({ state, candidates, knowledgeBases, looks }: ScorerInputOptions): Sight {
  const { steps, maxSteps, hasImage } = state;
  const answered = state.answered !== undefined && state.answered !== 'not';
  return {
    done: stepsTaken(steps) / Math.max(1, maxSteps),
    shareAnswered: steps.length === 0 ? 0 : steps.filter(isAnswered).length / steps.length,
    asked: candidates.map(({ subQuestion }) => steps.filter((step) => sameQuestion(step.subQuestion, subQuestion))),
    move:
      looks &&
      (answered
        ? { type: 'stop' }
        : ruleMove({ candidates, knowledgeBases, steps, hasImage, language: looks.language, look: looks.probe })),
    highestCost: Math.max(1, ...knowledgeBases.map(({ cost }) => cost)),
  };
}

/** The features of one candidate with each knowledge base, in the order of DENSE_FEATURES. */
function denseFeatures(
  { state, candidates, knowledgeBases, looks }: ScorerInputOptions,
  s: number,
  { sight, spoken, best }: { sight: Sight; spoken: ReturnType<typeof spokenOf> | undefined; best: Best },
): (number | boolean)[][] {
  const { question, steps, hasImage } = state;
  const { move, highestCost } = sight;
  const candidate = candidates[s]!;
  const asked = sight.asked[s]!;
  const inquiry = looks?.language.inquire(candidate.subQuestion);
  const said = spoken && inquiry ? spoken.saidOf(candidate.subQuestion, inquiry) : UNSAID;
  if (candidate.provider === 'property' && said.aboutLast && !said.before)
    best.saidLeft = Math.max(best.saidLeft, said.said);
  const isQuestion = sameQuestion(candidate.subQuestion, question);
  const length = Math.min(1, featureTokens(candidate.subQuestion).length / 30);
  const picture = candidate.kind === 'picture' || inquiry?.expected === 'picture';
  const probes =
    looks && inquiry
      ? probeFeatures(inquiry, knowledgeBases, {
          steps,
          hasImage,
          language: looks.language,
          probe: (k) => looks.probe(s, k),
        })
      : [];
  return knowledgeBases.map((knowledgeBase, k) => {
    const lastHere = steps.findLast((step) => askedOnly(step, knowledgeBase.name));
    const askedHere = asked.filter((step) => askedOnly(step, knowledgeBase.name));
    const probed = probes[k];
    if (probed) best.probed++;
    best.coverage = Math.max(best.coverage, probed?.[4] ?? 0);
    best.fit = Math.max(best.fit, probed?.[10] ?? 0);
    return [
      hasImage,
      hasImage && knowledgeBase.modality === 'text-image',
      sight.done,
      candidate.completes,
      isQuestion,
      asked.length > 0,
      askedHere.length > 0,
      // Asked again it reads on; a third time there is nothing left.
      askedHere.length > 1,
      candidate.provider === 'evidence',
      lastHere !== undefined && !isAnswered(lastHere),
      knowledgeBase.cost / highestCost,
      sight.shareAnswered,
      length,
      s / 6,
      ...(probed ?? NOT_PROBED),
      looks && inquiry ? prior(inquiry, knowledgeBase, { picture, hasImage, words: looks.language.words }) : 0,
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
  });
}

/** In the order of STOP_FEATURES. */
function stopFeatures(
  { state, candidates, knowledgeBases }: ScorerInputOptions,
  { done, shareAnswered, asked, move }: Sight,
  best: Best,
): (number | boolean)[] {
  const last = state.steps.at(-1);
  return [
    done,
    1 - done,
    last !== undefined && isAnswered(last),
    shareAnswered,
    candidates.length === 0,
    candidates.length > 0 && asked.every((earlier, s) => earlier.length > 0 || isReserve(candidates[s]!)),
    state.answered === undefined
      ? candidates.some((candidate, s) => candidate.completes && asked[s]!.some(isAnswered))
      : state.answered === 'grammar',
    state.answered === 'question' || state.answered === 'property',
    best.saidLeft,
    best.coverage,
    best.fit,
    best.probed / Math.max(1, candidates.length * knowledgeBases.length),
    move?.type === 'stop',
  ];
}
