/**
 * Teacher turns as rows for outside trainers, one JSON object a line.
 *
 * - EasyR1, as the reference feeds it: a row a question, `{images, steps: [{step_type, problem, system, answer}]}`.
 * - verl: a row a turn, `{data_source, prompt, images, ability, reward_model, extra_info}`.
 * - TRL: a row a turn in its conversational form, `{prompt, completion, ...}`: SFTTrainer learns the completion, GRPOTrainer
 *   samples its own and hands every other column to the reward function.
 */
import type { Question } from '../../eval/datasets/question.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type TeacherTurn, type TeacherTurnOptions, type TurnGold, teacherTurns } from './teacher-turns.ts';
import type { ExportFormat } from './trainer-settings.ts';

/** Where a picture goes in a text, to EasyR1 and verl. */
const IMAGE = '<image>';

export interface EasyR1Row {
  images: string[];
  steps: {
    step_type: 'ret' | 'ans';
    problem: string;
    system: string;
    /** Of `ret` the sub-question and its retrievers; of an intermediate `ans` a text; of the last the accepted answers. */
    answer: { query: string; retriever: string[] } | string | string[];
  }[];
}

export interface ExportedQuestion {
  question: Pick<Question, 'id' | 'image'>;
  split: string;
  turns: readonly TeacherTurn[];
}

const problem = ({ user, image }: TeacherTurn): string => (image ? `${IMAGE}\n${user}` : user);

export function easyR1Row({ question, turns }: ExportedQuestion): EasyR1Row {
  return {
    images: question.image === undefined ? [] : [question.image],
    steps: turns.map((turn) => ({
      step_type: turn.gold.kind === 'decide' ? 'ret' : 'ans',
      problem: problem(turn),
      system: turn.system,
      answer: easyR1Answer(turn.gold),
    })),
  };
}

function easyR1Answer(gold: TurnGold): EasyR1Row['steps'][number]['answer'] {
  if (gold.kind === 'decide') return { query: gold.subQuestion, retriever: [gold.retriever] };
  return gold.kind === 'read' ? gold.answer : gold.answers;
}

/** Strings only, so that every row has the same columns whatever the turn. */
const groundTruth = (gold: TurnGold): string => JSON.stringify(gold);

export interface VerlRow {
  data_source: string;
  prompt: { role: string; content: string }[];
  images: { image: string }[];
  ability: string;
  reward_model: { style: 'rule'; ground_truth: string };
  extra_info: { split: string; index: number; question: string; turn: number };
}

/** `first` is the index of the first row. `images` is empty where the turn shows none: its `<image>` marks and pictures must agree. */
export function verlRows({ question, split, turns }: ExportedQuestion, first: number): VerlRow[] {
  return turns.map((turn, offset) => ({
    data_source: 'r1-router',
    prompt: [
      { role: 'system', content: turn.system },
      { role: 'user', content: problem(turn) },
    ],
    images: turn.image && question.image !== undefined ? [{ image: question.image }] : [],
    ability: turn.gold.kind,
    reward_model: { style: 'rule', ground_truth: groundTruth(turn.gold) },
    extra_info: { split, index: first + offset, question: question.id, turn: turn.index },
  }));
}

export interface TrlRow {
  prompt: { role: string; content: string }[];
  completion: { role: string; content: string }[];
  ground_truth: string;
  question: string;
  turn: number;
  images: string[];
}

export function trlRows({ question, turns }: ExportedQuestion): TrlRow[] {
  return turns.map((turn) => ({
    prompt: [
      { role: 'system', content: turn.system },
      { role: 'user', content: turn.user },
    ],
    completion: [{ role: 'assistant', content: turn.completion }],
    ground_truth: groundTruth(turn.gold),
    question: question.id,
    turn: turn.index,
    images: turn.image && question.image !== undefined ? [question.image] : [],
  }));
}

export interface ExportedRowsOptions extends TeacherTurnOptions {
  split: string;
  onQuestion?: (done: number) => void;
}

/** Rows of all questions, in their order; questions without gold steps have none. */
export async function* exportedRows(
  format: ExportFormat,
  questions: readonly TrainingQuestion[],
  { split, onQuestion = () => {}, ...options }: ExportedRowsOptions,
): AsyncGenerator<EasyR1Row | VerlRow | TrlRow> {
  let count = 0;
  for (const [place, training] of questions.entries()) {
    options.signal?.throwIfAborted();
    const turns = await teacherTurns(training, options);
    const exported: ExportedQuestion = { question: training.question, split, turns };
    if (turns.length > 0 && format === 'easyr1') yield easyR1Row(exported);
    if (format === 'trl') yield* trlRows(exported);
    if (format === 'verl') yield* verlRows(exported, count);
    count += turns.length;
    onQuestion(place + 1);
  }
}
