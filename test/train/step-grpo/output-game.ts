/**
 * A game with outputs that cannot be used, small enough to enumerate. A state is the last move, so that the same state comes at
 * several steps. An output goes left, goes right, stops, or cannot be used; then there is one more try, and after that the run ends.
 */
import type { Random } from '../../../src/common/random.ts';

export const PENALTY = 0.5;
const MOVES = ['left', 'right', 'stop', 'invalid'] as const;
type Move = (typeof MOVES)[number];
const STATES = ['start', 'left', 'right'] as const;
type State = (typeof STATES)[number];
const DEPTH = 3;

/** Logits of the first and of the second try at each state. */
export const GAME_LOGITS = Array.from({ length: STATES.length * 2 * MOVES.length }, (_, place) => Math.sin(3 * place));

interface Output {
  state: State;
  attempt: number;
  move: Move;
}

export interface GameRun {
  steps: Output[][];
  rewards: number[];
}

const rowOf = ({ state, attempt }: Pick<Output, 'state' | 'attempt'>): number =>
  (STATES.indexOf(state) * 2 + attempt) * MOVES.length;

function probabilities(place: Pick<Output, 'state' | 'attempt'>): number[] {
  const row = GAME_LOGITS.slice(rowOf(place), rowOf(place) + MOVES.length).map(Math.exp);
  const total = row.reduce((a, b) => a + b);
  return row.map((value) => value / total);
}

/** All steps of one output more, each with its probability. */
function outputsOf(state: State): { outputs: Output[]; probability: number }[] {
  const of = (attempt: number) =>
    probabilities({ state, attempt }).map((probability, place) => ({
      output: { state, attempt, move: MOVES[place]! },
      probability,
    }));
  return of(0).flatMap((first) =>
    first.output.move !== 'invalid'
      ? [{ outputs: [first.output], probability: first.probability }]
      : of(1).map((second) => ({
          outputs: [first.output, second.output],
          probability: first.probability * second.probability,
        })),
  );
}

function rewardOf(outputs: readonly Output[], step: number): number {
  const { state, move } = outputs.at(-1)!;
  const invalid = outputs.filter((output) => output.move === 'invalid').length;
  const earned = move === 'stop' ? 0.4 * step : move === 'invalid' ? 0 : state !== move ? 0.7 : -0.3;
  return earned - PENALTY * invalid;
}

/** Every run with its probability. */
export function enumerateGame(steps: Output[][] = [], probability = 1): { run: GameRun; probability: number }[] {
  const last = steps.at(-1)?.at(-1)?.move;
  if (last === 'stop' || last === 'invalid' || steps.length === DEPTH)
    return [{ run: { steps, rewards: steps.map(rewardOf) }, probability }];
  return outputsOf(last ?? 'start').flatMap((one) =>
    enumerateGame([...steps, one.outputs], probability * one.probability),
  );
}

const RUNS = enumerateGame();

export function sampleGame(random: Random): GameRun {
  let left = random.next();
  for (const { run, probability } of RUNS) {
    left -= probability;
    if (left < 0) return run;
  }
  return RUNS.at(-1)!.run;
}

/** d log pi(output) / d logits, weighted, added into the gradient. */
export function addOutputScore(gradient: number[], output: Output, weight: number): void {
  probabilities(output).forEach((p, other) => {
    gradient[rowOf(output) + other]! += weight * (Number(MOVES[other] === output.move) - p);
  });
}

export function exactGameGradient(): number[] {
  const gradient = GAME_LOGITS.map(() => 0);
  for (const { run, probability } of RUNS) {
    const reward = run.rewards.reduce((a, b) => a + b);
    for (const output of run.steps.flat()) addOutputScore(gradient, output, probability * reward);
  }
  return gradient;
}
