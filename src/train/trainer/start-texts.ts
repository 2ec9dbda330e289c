/** What the supervised start of a language model is taught. */
import type { ShortPromptName } from '../../causal-lm/short-prompt.ts';
import { keyedRandom, type Random } from '../../common/random.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { HistoryEntry } from '../../graph/step-record.ts';
import { inMadeUpWords, namesOf, renamed } from '../causal-lm/renamed.ts';
import { plainText, type TrajectoryText, trajectoryTexts } from '../causal-lm/trajectory-text.ts';
import type { CausalLmGrpoConfig } from './causal-lm-grpo-config.ts';
import type { TrainingData } from './training-data.ts';

export interface StartTextSource {
  config: Pick<CausalLmGrpoConfig, 'seed' | 'start' | 'prompt'>;
  data: Pick<TrainingData, 'train'>;
  /** Questions whose gold trajectories are taught, and those trajectories. */
  taught: readonly Question[];
  texts: readonly TrajectoryText[];
  /** Of the knowledge bases. */
  names: readonly string[];
}

type Rename = (question: Question) => Question;

/** The gold trajectories, so many times with other names, and questions that are asked as they stand. */
export function startTexts({ config, data, taught, texts, names: knowledgeBases }: StartTextSource): TrajectoryText[] {
  const { seed, start, prompt } = config;
  const names = namesOf(taught);
  const rounds = Array.from(
    { length: start.renamed },
    (_, round): Rename =>
      (question) =>
        renamed(question, `${seed}/${round}`, names),
  );
  const shown = [
    texts,
    ...rounds.map((rename) => taught.flatMap((question) => trajectoryTexts(rename(question), prompt))),
  ].flat();
  const count = Math.round((shown.length * start.plain) / (1 - start.plain));
  const questions = data.train.map(({ question }) => question);
  return count === 0
    ? shown
    : [...shown, ...plainTexts(questions, { count, rounds, knowledgeBases, goesOn: start.plainGoesOn, prompt, seed })];
}

/**
 * So many, in an order that has every question of every round once before one comes again. Every second round is in made-up words:
 * a model that only ever copied the templates of train does not copy those of others.
 */
function plainTexts(
  questions: readonly Question[],
  {
    count,
    rounds,
    knowledgeBases,
    goesOn,
    prompt,
    seed,
  }: {
    count: number;
    rounds: readonly Rename[];
    knowledgeBases: readonly string[];
    goesOn: boolean;
    prompt: ShortPromptName;
    seed: number;
  },
): TrajectoryText[] {
  const random = keyedRandom('plain', seed);
  const changed = rounds.map((rename, round) =>
    questions.map(round % 2 === 0 ? (question) => inMadeUpWords(question, `${seed}/${round}`) : rename),
  );
  const textOf = (question: Question): TrajectoryText =>
    goesOn
      ? plainRunText(question, { knowledgeBases, prompt, random })
      : plainText(question, { prompt, next: random.pick(knowledgeBases) });
  const all = [questions, ...changed].flat().map(textOf);
  const passes = Math.ceil(count / all.length);
  return Array.from({ length: passes }, () => random.shuffle(all))
    .flat()
    .slice(0, count);
}

/**
 * One decision of a run that asks one knowledge base after another, in an order drawn at random, until one of them answers: every
 * second time the first search, otherwise a later one or the stop.
 */
function plainRunText(
  question: Question,
  { knowledgeBases, prompt, random }: { knowledgeBases: readonly string[]; prompt: ShortPromptName; random: Random },
): TrajectoryText {
  const order = random.shuffle(knowledgeBases);
  if (order.length === 1 || random.next() < 0.5) return plainText(question, { prompt, next: order[0]! });
  const history = order.slice(0, 1 + random.below(order.length)).map((knowledgeBase): HistoryEntry => {
    const outcome = random.next() < 0.8 ? 'passages' : 'empty';
    return { subQuestion: question.question, knowledgeBases: [knowledgeBase], outcome, answer: null };
  });
  const next = order[history.length];
  const answer = question.answers[0];
  if (next !== undefined && (answer === undefined || random.next() < 0.5))
    return plainText(question, { prompt, history, next });
  // It ends where something was said, and where there is no other to ask.
  const said = answer !== undefined && (next !== undefined || random.next() < 0.5);
  const last: HistoryEntry = { ...history.at(-1)!, ...(said && { outcome: 'passages', answer }) };
  return plainText(question, { prompt, history: history.with(-1, last) });
}
