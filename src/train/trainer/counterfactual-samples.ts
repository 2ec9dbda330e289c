/**
 * Decisions to imitate, from the counterfactual truth: at states along the best run of each question, and at states one mistake
 * away from it, the actions that lead furthest, all of those that are as good. With probes, a state is seen several times, with
 * nothing looked at and with a few looks drawn at random, so that the scorer learns what a look is worth.
 */
import { mapConcurrent } from '../../common/map-concurrent.ts';
import { keyedRandom } from '../../common/random.ts';
import { tokenF1 } from '../../eval/metrics/answer-match.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import { isReserve } from '../../offline/candidates/candidates.ts';
import { answeredBy } from '../../offline/language.ts';
import { scorerInput } from '../../offline/policies/scorer/input.ts';
import { closedActions, type ScorerShape } from '../../offline/policies/scorer/shape.ts';
import { type Card, otherCards, topicStranger } from '../models/description-variety.ts';
import { asksForAnswers, type RewardConfig } from '../rewards/index.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type CounterfactualOptions, type CounterfactualState, counterfactual } from './counterfactual.ts';
import type { ImitationSample } from './warm-start.ts';

export interface CounterfactualSampleOptions extends CounterfactualOptions {
  shape: ScorerShape;
  /** Whether the scorer may look before it asks. */
  probes: boolean;
  seed: number;
  concurrency?: number;
}

export interface CounterfactualSamples {
  samples: ImitationSample[];
  /** What the best run of each question earns on average: a line that no policy with these candidates and this reader crosses. */
  best: number;
}

/** Values nearer than this are as good. Below the price of one search. */
const AS_GOOD = 0.01;

/** What a lost answer costs at least: more than the searches of a detour. */
const A_LOSS = 0.5;

/** Share of the sights at which the knowledge bases have one another's descriptions: what a look shows is to be trusted more. */
const MISPLACED = 0.25;

/** How often a state is seen with looks drawn at random. */
const SIGHTS = 2;

export async function counterfactualSamples(
  questions: readonly TrainingQuestion[],
  { concurrency = 8, ...options }: CounterfactualSampleOptions,
): Promise<CounterfactualSamples> {
  const perQuestion = await mapConcurrent(questions, { concurrency, signal: options.signal }, (question) =>
    samplesOf(question, options),
  );
  return {
    samples: perQuestion.flatMap(({ samples }) => samples),
    best: perQuestion.reduce((sum, { best }) => sum + best, 0) / Math.max(1, perQuestion.length),
  };
}

async function samplesOf(question: TrainingQuestion, options: Omit<CounterfactualSampleOptions, 'concurrency'>) {
  const random = keyedRandom('counterfactual', options.seed, question.question.id);
  const truth = counterfactual(question, { ...options, readsOn: options.shape.features !== 'files' });
  const samples: ImitationSample[] = [];
  let steps: readonly EvidenceStep[] = [];
  let best: number | undefined;
  while (steps.length < options.maxSteps) {
    const here = await truth.at(steps);
    best ??= Math.max(...here.values);
    samples.push(...sights(here, options, random));
    const good = bestActions(here.values);
    for (const mistake of mistakes(here, good, random)) {
      const astray = await truth.at(here.after[mistake]!);
      // Nor of a state from which it can be found no more.
      const left = Math.max(...astray.values) > Math.max(...here.values) - A_LOSS || !question.question.answerable;
      if (astray.candidates.length > 0 && left) samples.push(...sights(astray, options, random));
    }
    const next = here.after[random.pick(good)];
    if (!next) break;
    steps = next;
  }
  // Where not even the best run finds the answer, all that could be learnt is to give up early.
  const { answerable, answers } = question.question;
  const answer = asksForAnswers(options.reward) && answerable ? await truth.answerAfter(steps) : undefined;
  const lost = answer === null || (answer !== undefined && tokenF1(answer, answers) <= 0.5);
  const shown = samples.filter((sample) => canBeDone(sample, options.shape));
  return { samples: lost ? [] : shown, best: best ?? 0 };
}

/** Of what nobody can answer the best would be not to ask at all, which is not open to every policy. */
function canBeDone({ input, good }: ImitationSample, shape: ScorerShape): boolean {
  const isClosed = closedActions(shape, input);
  return isClosed === undefined || good.some((isGood, action) => isGood && !isClosed(action));
}

/** Two ways to go wrong: the right thing asked of the wrong place, in vain, and anything else. */
function mistakes(
  { after, state }: CounterfactualState,
  good: readonly number[],
  random: ReturnType<typeof keyedRandom>,
): number[] {
  const count = state.knowledgeBases.length;
  const wrong = [...after.keys()].filter((action) => !good.includes(action));
  const asked = new Set(good.filter((action) => action < after.length).map((action) => Math.floor(action / count)));
  const elsewhere = wrong.filter(
    (action) => asked.has(Math.floor(action / count)) && after[action]!.at(-1)!.answer === null,
  );
  return [...new Set([elsewhere, wrong].filter(({ length }) => length > 0).map((list) => random.pick(list)))];
}

function bestActions(values: readonly number[]): number[] {
  const top = Math.max(...values);
  return [...values.keys()].filter((action) => values[action]! >= top - AS_GOOD);
}

/** Below the price of a search nothing is at stake that a sample could teach. */
const LEAST_STAKE = 0.05;

/**
 * What is lost by stopping where a search is due, or the other way round: a search too many costs little, a stop too early the evidence. A policy that takes
 * what is likelier to be right must be taught so, or it stops as soon as the evidence is likelier found than not.
 */
function stakeOf(values: readonly number[]): number {
  const searches = values.slice(0, -1);
  const others = searches.length > 0 ? Math.max(...searches) : 0;
  return Math.max(LEAST_STAKE, Math.abs(values.at(-1)! - others));
}

/** In place; a knowledge base of images keeps its own. */
function misplace(cards: Card[], count: number, random: ReturnType<typeof keyedRandom>): void {
  const places = [...cards.keys()].filter((place) => place < count && cards[place]!.modality !== 'text-image');
  const others = random.shuffle(places).map((place) => cards[place]!);
  for (const [index, place] of places.entries()) {
    const { description, modality } = others[index]!;
    cards[place] = { ...cards[place]!, description, modality };
  }
}

const sameCandidate = (right: number, action: number, count: number, searches: number): boolean =>
  right < searches && Math.floor(right / count) === Math.floor(action / count);

/**
 * Where the grammar's way is as good, what is held in reserve is not what should be learnt, since it misleads a reader; where a reward asks
 * for no answers it is as good as any.
 */
function preferred(
  good: readonly number[],
  { candidates, state }: Pick<CounterfactualState, 'candidates' | 'state'>,
  reward: RewardConfig,
): number[] {
  if (!asksForAnswers(reward)) return [...good];
  const count = state.knowledgeBases.length;
  const others = good.filter((action) => {
    const candidate = candidates[Math.floor(action / count)];
    // Properties are proposed where the grammar's way is doubtful: there neither is to be preferred.
    return candidate === undefined || candidate.provider === 'property' || !isReserve(candidate);
  });
  return others.length > 0 ? others : [...good];
}

function sights(
  { state, candidates, passages, values }: CounterfactualState,
  { shape, probes, reward, language }: Pick<CounterfactualSampleOptions, 'shape' | 'probes' | 'reward' | 'language'>,
  random: ReturnType<typeof keyedRandom>,
): ImitationSample[] {
  const good = preferred(bestActions(values), { candidates, state }, reward);
  // Where every action is as good there is nothing to learn, and the even target would only blur what was learnt elsewhere.
  if (good.length === values.length && values.length > 1) return [];
  const count = state.knowledgeBases.length;
  const answered = answeredBy(language.understand(state).standing);
  const goodSearch = good.find((action) => action < passages.length);
  const wanted = state.knowledgeBases[(goodSearch ?? 0) % count]!.modality;
  // Every sight has other words for the knowledge bases, so that descriptions are read and not learnt by heart.
  const seen = (looked: ReadonlySet<number>): ImitationSample => {
    // People's own are described in one way, and stay.
    const cards =
      shape.features === 'files'
        ? [...state.knowledgeBases]
        : otherCards(state.knowledgeBases, random, wanted, topicStranger);
    if (probes && random.next() < MISPLACED) misplace(cards, count, random);
    const isGood = (candidate: number, card: number): boolean =>
      card < count && good.includes(candidate * count + card);
    return {
      input: scorerInput({
        state: { ...state, hasImage: state.image !== undefined, answered },
        candidates,
        knowledgeBases: cards,
        shape,
        looks: {
          language,
          probe: (candidate, card) => {
            const action = candidate * count + card;
            return card < count && looked.has(action) ? passages[action] : undefined;
          },
        },
      }),
      good: [
        ...candidates.flatMap((_, candidate) => cards.map((_, card) => isGood(candidate, card))),
        good.includes(values.length - 1),
      ],
      ...(shape.features === 'files' && { stake: stakeOf(values) }),
    };
  };
  const blind = seen(new Set());
  if (!probes || candidates.length === 0) return [blind];
  const looks = Array.from({ length: SIGHTS }, () => {
    const order = random.shuffle([...passages.keys()]);
    if (goodSearch !== undefined && random.next() < 0.5) order.unshift(goodSearch);
    return seen(new Set(order.slice(0, 1 + random.below(3))));
  });
  // The right thing was looked for in the wrong places: the next look belongs elsewhere.
  const elsewhere = [...passages.keys()].filter(
    (action) => !good.includes(action) && good.some((right) => sameCandidate(right, action, count, passages.length)),
  );
  if (elsewhere.length > 0)
    looks.push(seen(new Set(random.shuffle(elsewhere).slice(0, 1 + random.below(elsewhere.length)))));
  return [blind, ...looks];
}
