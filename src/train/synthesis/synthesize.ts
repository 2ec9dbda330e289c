/**
 * The synthesis of questions, top to bottom: items in a fixed order; of each its drafts, written by templates, by a model or by people; of each draft a
 * few runs of a teacher, filtered, the best kept.
 *
 *     items -> drafts -> refused at once? -> teacher, n times -> filters -> best -> journal -> accepted questions, report
 *
 * Everything but a model's own words is a function of the seed and the knowledge bases, so that a synthesis killed anywhere goes on to the same file.
 */
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { Draft } from './draft.ts';
import { type Reason, refusedAtOnce, refusedRun } from './filters.ts';
import { BATCH, type Journal, type JournalLine, type Trial } from './journal.ts';
import { noTroubles, type RetryOptions, type Troubles, withRetries } from './retry.ts';
import { addTokens, type Budget, noTokens, type SpentUp, spentUp, type Tokens } from './spending.ts';
import type { Teacher } from './teacher.ts';
import { type Trajectory, trajectoryOf } from './trajectory.ts';

/** What is asked about: drafts that are there, or such as a model writes when their turn comes. */
export interface SynthesisItem {
  key: string;
  /** `spend` is told what a model took. */
  drafts(signal: AbortSignal, spend: (tokens: Tokens) => void): Promise<readonly Draft[]>;
}

/** Tokens are those of writer and teacher together. */
interface SynthesisLimits extends Budget {
  /** Questions to keep in all. */
  questions: number;
  /** Questions to keep of one template. */
  perTemplate: number;
}

export interface SynthesisOptions {
  items: readonly SynthesisItem[];
  teacher: Teacher;
  journal: Journal;
  limits: SynthesisLimits;
  /** Runs of the teacher for each draft; the best that passes is kept. */
  samples: number;
  seed: number;
  retry?: RetryOptions;
  /** Items under way at once, and of one write of the journal; the journal is opened with the same. */
  batch?: number;
  /** Hash of an image file's bytes, put where the teacher finds them. */
  image(file: string): Promise<string>;
  /** Whether passages of these ids hold an answer of the draft, where no gold steps say so. */
  judge(draft: Draft, ids: readonly string[]): boolean;
  signal?: AbortSignal;
  onProgress?: (progress: { items: number; of: number; accepted: number; tokens: Tokens }) => void;
}

export type SynthesisEnd = 'all-items' | 'questions' | SpentUp;

/** Goes on where the journal ends. Its lines are the result; see `acceptedQuestions`. */
export async function synthesize(options: SynthesisOptions): Promise<SynthesisEnd> {
  const { items, journal, limits, batch: size = BATCH, signal, onProgress } = options;
  const began = performance.now();
  const kept = new Kept(limits);
  for (const { trials } of journal.lines) for (const trial of trials) kept.count(trial);
  let tokens = journal.lines.reduce((sum, line) => addTokens(sum, line.tokens), noTokens());
  for (let start = journal.lines.length; start < items.length; start += size) {
    signal?.throwIfAborted();
    // Asked between batches only, so that a resumed synthesis stops at the same place.
    if (kept.total >= limits.questions) return 'questions';
    const spent = spentUp(limits, tokens, performance.now() - began);
    if (spent) return spent;
    const batch = items.slice(start, start + size);
    const tried = await mapConcurrent(batch, { concurrency: size, signal }, (item, place) =>
      tryItem(item, start + place, options),
    );
    // In their order: what is a duplicate must not depend on who was ready first.
    const lines = tried.map((line) => ({ ...line, trials: line.trials.map((trial) => kept.admit(trial)) }));
    await journal.append(lines);
    tokens = lines.reduce((sum, line) => addTokens(sum, line.tokens), tokens);
    onProgress?.({ items: start + batch.length, of: items.length, accepted: kept.total, tokens });
  }
  return 'all-items';
}

/** What was kept so far, for the filters that compare. */
class Kept {
  readonly #limits: SynthesisLimits;
  readonly #questions = new Set<string>();
  readonly #perTemplate = new Map<string, number>();

  constructor(limits: SynthesisLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#questions.size;
  }

  count({ draft, verdict }: Trial): void {
    if (verdict !== 'accepted') return;
    this.#questions.add(keyOf(draft));
    this.#perTemplate.set(draft.template, (this.#perTemplate.get(draft.template) ?? 0) + 1);
  }

  /** The trial, or refused for what was kept before it. */
  admit(trial: Trial): Trial {
    if (trial.verdict !== 'accepted') return trial;
    const verdict = this.#refused(trial.draft);
    if (verdict !== undefined) return { draft: trial.draft, verdict, samples: trial.samples };
    this.count(trial);
    return trial;
  }

  #refused(draft: Draft): Reason | undefined {
    if (this.#questions.has(keyOf(draft))) return 'duplicate';
    const ofTemplate = this.#perTemplate.get(draft.template) ?? 0;
    return ofTemplate >= this.#limits.perTemplate || this.total >= this.#limits.questions ? 'cap' : undefined;
  }
}

const keyOf = ({ question, image }: Draft): string =>
  JSON.stringify([
    question
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(' ') ?? question,
    image ?? null,
  ]);

async function tryItem({ key, drafts }: SynthesisItem, item: number, options: SynthesisOptions): Promise<JournalLine> {
  const written = await withRetries(drafts, { ...options.retry, signal: options.signal });
  const troubles = { ...written.troubles };
  let { tokens } = written;
  if ('error' in written) {
    return { item, key, trials: [], refused: 'writer', detail: written.error, tokens, troubles };
  }
  const trials: Trial[] = [];
  for (const draft of written.result) {
    const tried = await tryDraft(draft, `${options.seed}/${key}`, options);
    trials.push(tried.trial);
    tokens = addTokens(tokens, tried.tokens);
    for (const [name, count] of Object.entries(tried.troubles)) troubles[name as keyof Troubles] += count;
  }
  return { item, key, trials, tokens, troubles };
}

/** The best of a few runs: of those that pass the one with the fewest searches, then the shortest. */
async function tryDraft(
  draft: Draft,
  seed: string,
  { teacher, samples, image, judge, retry, signal }: SynthesisOptions,
): Promise<{ trial: Trial; tokens: Tokens; troubles: Troubles }> {
  const troubles = noTroubles();
  const atOnce = refusedAtOnce(draft);
  if (atOnce) return { trial: { draft, verdict: atOnce, samples: 0 }, tokens: noTokens(), troubles };
  const hash = draft.image === undefined ? undefined : await image(draft.image);
  let tokens = noTokens();
  let best: Trajectory | undefined;
  let refused: Pick<Trial, 'verdict' | 'detail' | 'trajectory'> = { verdict: 'teacher' };
  const runs = teacher.varies ? samples : 1;
  for (let sample = 0; sample < runs; sample++) {
    const tried = await withRetries(
      async (either, spend) => {
        const run = await teacher.run({ draft, ...(hash && { image: hash }), sample, seed, signal: either });
        spend(run.usage.tokens);
        return run;
      },
      { ...retry, signal },
    );
    tokens = addTokens(tokens, tried.tokens);
    for (const [name, count] of Object.entries(tried.troubles)) troubles[name as keyof Troubles] += count;
    if ('error' in tried) {
      refused = { verdict: 'teacher', detail: `${tried.trouble}: ${tried.error}` };
      continue;
    }
    const trajectory = trajectoryOf(tried.result, { teacher: teacher.name, sample });
    const reason = refusedRun(draft, tried.result, (ids) => judge(draft, ids));
    if (reason)
      refused = {
        verdict: reason,
        trajectory,
        ...(trajectory.answer !== null && { detail: trajectory.answer.slice(0, 200) }),
      };
    else if (best === undefined || isShorter(trajectory, best)) best = trajectory;
  }
  const trial: Trial = best
    ? { draft, verdict: 'accepted', trajectory: best, samples: runs }
    : { draft, ...refused, samples: runs };
  return { trial, tokens, troubles };
}

const isShorter = (a: Trajectory, b: Trajectory): boolean =>
  a.searches < b.searches || (a.searches === b.searches && a.steps.length < b.steps.length);
