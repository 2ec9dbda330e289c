/**
 * Learning without weights: what a chat model is told of the knowledge bases, and what it is told besides, is bettered by comparing groups of its own runs.
 * A teacher says why the better runs of a group were better (training-free GRPO, arXiv 2510.08191) and writes new texts by it (reflective prompt evolution,
 * GEPA, arXiv 2507.19457). A candidate is kept only if it wins a paired test on questions that no lesson was drawn from.
 *
 *     draw questions -> groups of runs -> lessons -> candidates -> paired test on held-out questions -> keep or refuse
 */
import { z } from 'zod';
import { contentHash } from '../../common/content-hash.ts';
import { keyedRandom } from '../../common/random.ts';
import { type PairedTest, pairedTest } from '../../eval/statistics/paired.ts';
import type { RouterDriver } from '../../graph/driver.ts';
import type { RewardConfig } from '../rewards/index.ts';
import { type Group, type ScoredGroup, scoreGroup } from '../rollouts/group.ts';
import { type RollOutOptions, rollOut, type TrainingQuestion } from '../rollouts/roll-out.ts';
import type { SpentUp, Tokens } from '../synthesis/spending.ts';
import { BudgetSpent, memoryJournal, type Spend, type TuneJournal } from './journal.ts';

export const GuidanceSchema = z.object({
  /** Of each knowledge base by its name. */
  descriptions: z.record(z.string(), z.string()).default({}),
  /** Said to the model after the instructions of its protocol; may be empty. */
  instructions: z.string().default(''),
});
/** What is tuned. */
export type Guidance = Readonly<z.output<typeof GuidanceSchema>>;

export interface TuningTeacher {
  /** Why the better runs of a group were better, in a sentence or two; undefined where there is nothing to say. */
  explain(group: ScoredGroup, current: Guidance, options?: TeacherCall): Promise<string | undefined>;
  /** New texts, made by the lessons. `turn` tells the candidates of a round apart. Undefined where nothing usable came. */
  propose(
    lessons: readonly string[],
    current: Guidance,
    turn: number,
    options?: TeacherCall,
  ): Promise<Guidance | undefined>;
}

interface TeacherCall {
  signal?: AbortSignal;
  /** Told what each reply took. */
  spend?: Spend;
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
  /** What was paid for already, and the budget. Default: nothing, and none. */
  journal?: TuneJournal;
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
  end: 'all-rounds' | SpentUp;
  /** Of models, by all that was tried. */
  tokens: Tokens;
}

/** Throws what no second try can mend. Where the budget is used up, what stood then is the result. */
export async function tune(options: TuneOptions): Promise<TuneResult> {
  const { rounds = 3, candidates = 2, alpha = 0.05, journal = memoryJournal() } = options;
  // Every candidate is tested on the same questions: the chance of being fooled once is shared out among them.
  const level = alpha / (rounds * candidates);
  const result: TuneResult = {
    guidance: options.start,
    trials: [],
    level,
    heldOut: options.heldOut.length,
    end: 'all-rounds',
    tokens: journal.tokens,
  };
  try {
    let standing: readonly number[] = await measure(result.guidance, { ...options, journal });
    for (let round = 0; round < rounds; round++)
      standing = await tuneRound(round, standing, result, { ...options, journal });
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    result.end = error.end;
  }
  return { ...result, tokens: journal.tokens };
}

type Journaled = TuneOptions & { journal: TuneJournal };

/** Writes what was tried, and what is kept, into the result; the rewards of what stands after it. */
async function tuneRound(
  round: number,
  before: readonly number[],
  result: TuneResult,
  options: Journaled,
): Promise<readonly number[]> {
  const { teacher, candidates = 2, journal, signal, onEvent = () => {} } = options;
  signal?.throwIfAborted();
  let standing = before;
  const { lessons, groups } = await lessonsOf(round, result.guidance, options);
  onEvent({ type: 'lessons-end', round, groups, lessons: lessons.length });
  for (let turn = 0; turn < candidates; turn++) {
    const current = result.guidance;
    const [proposed] = await journal.all(GuidanceSchema.nullable(), [
      {
        key: `candidate/${round}/${turn}`,
        compute: async (spend) => (await teacher.propose(lessons, current, turn, { signal, spend })) ?? null,
      },
    ]);
    const guidance = proposed ? withinBounds(proposed, current) : undefined;
    const { trial, rewards } = await tried(
      guidance,
      { round, lessons, current, standing, level: result.level },
      options,
    );
    result.trials.push(trial);
    onEvent({ type: 'candidate-end', round, trial });
    if (rewards === undefined || guidance === undefined) continue;
    result.guidance = guidance;
    standing = rewards;
  }
  return standing;
}

const LessonSchema = z.strictObject({ differs: z.boolean(), lesson: z.string().nullable() });

/** Groups of runs on a few questions, and of those that differ what the better runs did. */
async function lessonsOf(
  round: number,
  current: Guidance,
  options: Journaled,
): Promise<{ lessons: string[]; groups: number }> {
  const { train, teacher, reward, questions = 12, groupSize = 4, seed = 0, concurrency = 4, journal, signal } = options;
  const drive = options.drive(current);
  const drawn = keyedRandom('tune', seed, round).shuffle(train).slice(0, questions);
  const found = await inBatches(drawn, Math.max(1, Math.floor(concurrency / groupSize)), (batch) =>
    journal.all(
      LessonSchema,
      batch.map((question) => ({
        key: `lesson/${round}/${question.question.id}`,
        compute: async (spend) => {
          const group = await rolledOut(question, {
            drive,
            groupSize,
            seed,
            iteration: round,
            concurrency,
            signal,
            spend,
          });
          const scored = scoreGroup(group, reward);
          const lesson = differs(scored) ? await teacher.explain(scored, current, { signal, spend }) : undefined;
          return { differs: differs(scored), lesson: lesson || null };
        },
      })),
    ),
  );
  return {
    lessons: found.flatMap(({ lesson }) => lesson ?? []),
    groups: found.filter((group) => group.differs).length,
  };
}

/** The group of one question, with what it took told. */
async function rolledOut(
  question: TrainingQuestion,
  { spend, ...options }: Omit<RollOutOptions, 'questions'> & { spend: Spend },
): Promise<Group> {
  const [group] = await rollOut({ ...options, questions: [question] });
  for (const { tokens } of group!.members) if (tokens) spend(tokens);
  return group!;
}

/** Never more than `size` at once, in order: what is written of them must not depend on who was ready first. */
async function inBatches<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (batch: readonly Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += size) {
    results.push(...(await work(items.slice(start, start + size))));
  }
  return results;
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
  options: Journaled,
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
function measure(guidance: Guidance, options: Journaled): Promise<number[]> {
  const { heldOut, reward, seed = 0, concurrency = 4, journal, signal } = options;
  const drive = options.drive(guidance);
  const told = contentHash(guidance).slice(0, 16);
  return inBatches(heldOut, concurrency, (batch) =>
    journal.all(
      z.number(),
      batch.map((question) => ({
        key: `held-out/${told}/${question.question.id}`,
        compute: async (spend) => {
          const run = { drive, groupSize: 1, seed: `held-out/${seed}`, iteration: 0, concurrency, signal, spend };
          return sumOf(scoreGroup(await rolledOut(question, run), reward).rewards[0]!.total);
        },
      })),
    ),
  );
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
