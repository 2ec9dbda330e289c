/**
 * Learning without weights: what a chat model is told of the knowledge bases, and what it is told besides, is bettered by comparing groups of its own runs.
 * A teacher says why the better runs of a group were better (training-free GRPO, arXiv 2510.08191) and writes new texts by it (reflective prompt evolution,
 * GEPA, arXiv 2507.19457). A candidate is kept only if it wins a paired test on questions that no lesson was drawn from.
 *
 *     draw questions -> groups of runs -> lessons -> candidates -> paired test on held-out questions -> keep or refuse
 */
import { keyedRandom } from '../../common/random.ts';
import { type PairedTest, pairedTest } from '../../eval/statistics/paired.ts';
import type { RouterDriver } from '../../graph/driver.ts';
import type { RewardConfig } from '../rewards/index.ts';
import { type ScoredGroup, scoreGroup } from '../rollouts/group.ts';
import { rollOut, type TrainingQuestion } from '../rollouts/roll-out.ts';

/** What is tuned. */
export interface Guidance {
  /** Of each knowledge base by its name. */
  descriptions: Readonly<Record<string, string>>;
  /** Said to the model after the instructions of its protocol; may be empty. */
  instructions: string;
}

export interface TuningTeacher {
  /** Why the better runs of a group were better, in a sentence or two; undefined where there is nothing to say. */
  explain(group: ScoredGroup, current: Guidance, signal?: AbortSignal): Promise<string | undefined>;
  /** New texts, made by the lessons. `turn` tells the candidates of a round apart. Undefined where nothing usable came. */
  propose(
    lessons: readonly string[],
    current: Guidance,
    turn: number,
    signal?: AbortSignal,
  ): Promise<Guidance | undefined>;
}

export interface TuneOptions {
  start: Guidance;
  train: readonly TrainingQuestion[];
  heldOut: readonly TrainingQuestion[];
  /** The graph, told this. */
  drive(guidance: Guidance): RouterDriver;
  teacher: TuningTeacher;
  reward: RewardConfig;
  /** Default 3. */
  rounds?: number;
  /** Questions a round; default 12. */
  questions?: number;
  /** Runs of each question; default 4. */
  groupSize?: number;
  /** Candidates a round; default 2. */
  candidates?: number;
  /** Chance of keeping a candidate that is no better, over all rounds together; default 0.05. */
  alpha?: number;
  seed?: number;
  /** Runs under way at once; default 4. */
  concurrency?: number;
  signal?: AbortSignal;
  onEvent?: (event: TuneEvent) => void;
}

export type TuneEvent =
  | { type: 'lessons-end'; round: number; groups: number; lessons: number }
  | { type: 'candidate-end'; round: number; trial: CandidateTrial };

export interface CandidateTrial {
  round: number;
  guidance: Guidance;
  lessons: readonly string[];
  /** `better`: kept. `not-better`: the test says so. `unusable`: the teacher gave nothing, or what stands already. */
  verdict: 'better' | 'not-better' | 'unusable';
  /** Reward on the held-out questions, against what stood. */
  test?: PairedTest;
  reward?: { before: number; after: number };
}

export interface TuneResult {
  guidance: Guidance;
  trials: CandidateTrial[];
  /** Level at which each candidate was tested. */
  level: number;
  heldOut: number;
}

export async function tune(options: TuneOptions): Promise<TuneResult> {
  const { start, train, teacher, rounds = 3, questions = 12, groupSize = 4, candidates = 2, alpha = 0.05 } = options;
  const { reward, seed = 0, concurrency = 4, signal, onEvent = () => {} } = options;
  // Every candidate is tested on the same questions: the chance of being fooled once is shared out among them.
  const level = alpha / (rounds * candidates);
  const trials: CandidateTrial[] = [];
  let current = start;
  let standing: readonly number[] = await measure(current, options);
  for (let round = 0; round < rounds; round++) {
    signal?.throwIfAborted();
    const drawn = keyedRandom('tune', seed, round).shuffle(train).slice(0, questions);
    const groups = await rollOut({
      drive: options.drive(current),
      questions: drawn,
      groupSize,
      seed,
      iteration: round,
      concurrency,
      signal,
    });
    const telling = groups.map((group) => scoreGroup(group, reward)).filter(differs);
    const lessons: string[] = [];
    for (const group of telling) {
      const lesson = await teacher.explain(group, current, signal);
      if (lesson) lessons.push(lesson);
    }
    onEvent({ type: 'lessons-end', round, groups: telling.length, lessons: lessons.length });
    for (let turn = 0; turn < candidates; turn++) {
      const proposed = await teacher.propose(lessons, current, turn, signal);
      const guidance = proposed && withinBounds(proposed, current);
      const trial = await tried(guidance, { round, lessons, current, standing, level }, options);
      trials.push(trial.trial);
      onEvent({ type: 'candidate-end', round, trial: trial.trial });
      if (trial.rewards === undefined || guidance === undefined) continue;
      current = guidance;
      standing = trial.rewards;
    }
  }
  return { guidance: current, trials, level, heldOut: options.heldOut.length };
}

interface Standing {
  round: number;
  lessons: readonly string[];
  current: Guidance;
  /** Reward of what stands, one a held-out question. */
  standing: readonly number[];
  level: number;
}

/** `rewards` where the candidate is kept. */
async function tried(
  guidance: Guidance | undefined,
  { round, lessons, current, standing, level }: Standing,
  options: TuneOptions,
): Promise<{ trial: CandidateTrial; rewards?: readonly number[] }> {
  if (guidance === undefined || isSame(guidance, current)) {
    return { trial: { round, guidance: guidance ?? current, lessons, verdict: 'unusable' } };
  }
  const rewards = await measure(guidance, options);
  const test = pairedTest(rewards, standing, { seed: options.seed ?? 0 });
  const better = test !== null && test.difference.mean > 0 && test.p <= level;
  const trial: CandidateTrial = {
    round,
    guidance,
    lessons,
    verdict: better ? 'better' : 'not-better',
    ...(test && { test }),
    reward: { before: meanOf(standing), after: meanOf(rewards) },
  };
  return { trial, ...(better && { rewards }) };
}

/** The reward of each held-out question, one run each, the same seeds whatever is told. */
async function measure(guidance: Guidance, options: TuneOptions): Promise<number[]> {
  const { heldOut, drive, reward, seed = 0, concurrency = 4, signal } = options;
  const groups = await rollOut({
    drive: drive(guidance),
    questions: heldOut,
    groupSize: 1,
    seed: `held-out/${seed}`,
    iteration: 0,
    concurrency,
    signal,
  });
  return groups.map((group) => sumOf(scoreGroup(group, reward).rewards[0]!.total));
}

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const meanOf = (values: readonly number[]): number => sumOf(values) / Math.max(1, values.length);

/** From runs that all earned the same nothing is to be learnt. */
function differs({ rewards }: ScoredGroup): boolean {
  const totals = rewards.map(({ total }) => sumOf(total));
  return Math.max(...totals) - Math.min(...totals) > 1e-6;
}

const isSame = (one: Guidance, other: Guidance): boolean =>
  one.instructions === other.instructions &&
  Object.entries(other.descriptions).every(([name, text]) => one.descriptions[name] === text);

/** What a card can hold. */
const LONGEST_DESCRIPTION = 600;
const LONGEST_INSTRUCTIONS = 2000;

/** Names that there are not are left out, and names that were left out keep their words; too long a text is no candidate. */
function withinBounds({ descriptions, instructions }: Guidance, current: Guidance): Guidance | undefined {
  const merged = Object.fromEntries(
    Object.entries(current.descriptions).map(([name, text]) => [name, descriptions[name]?.trim() || text]),
  );
  const tooLong = Object.values(merged).some((text) => text.length > LONGEST_DESCRIPTION);
  return tooLong || instructions.length > LONGEST_INSTRUCTIONS
    ? undefined
    : { descriptions: merged, instructions: instructions.trim() };
}
