/** Gold trajectories as rows for outside trainers, one question at a time: a set need not fit into memory. */
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type ExportFormat, rowsOf } from './formats.ts';
import { type TeacherTurnOptions, teacherTurns } from './teacher-turns.ts';
import type { Turn } from './turn.ts';

export interface ExportedRowsOptions extends TeacherTurnOptions {
  split: string;
  /** Whether any question of the set has an image. Rows of a set without have no column for it. */
  images: boolean;
  onQuestion?: (done: number) => void;
  /** Told of every turn that was written: how lengths are known. */
  onTurn?: (turn: Turn) => void;
}

/** What was not written. */
export interface ExportedRowsEnd {
  /** Turns whose gold holds tags itself, which the protocol cannot say. */
  unwritable: number;
}

/** Rows of all questions, in their order; questions without gold steps have none. */
export async function* exportedRows(
  format: ExportFormat,
  questions: Iterable<TrainingQuestion> | AsyncIterable<TrainingQuestion>,
  { split, images, onQuestion = () => {}, onTurn = () => {}, ...options }: ExportedRowsOptions,
): AsyncGenerator<object, ExportedRowsEnd> {
  let first = 0;
  let done = 0;
  let unwritable = 0;
  for await (const training of questions) {
    options.signal?.throwIfAborted();
    const { turns, left } = await teacherTurns(training, options);
    unwritable += left;
    for (const turn of turns) onTurn(turn);
    yield* rowsOf(format, { question: training.question, split, turns }, { first, images });
    first += turns.length;
    onQuestion(++done);
  }
  return { unwritable };
}
