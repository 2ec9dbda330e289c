/**
 * How far a training is, beside its weights and moments: what a checkpoint holds, which policy was the best, and what is left where
 * something fails.
 */
import { isR1RouterError, messageOf, modelError, systemError, userError } from '../../common/errors.ts';
import { checkpointFile, pruneCheckpoints, resumeFrom, saveCheckpoint } from '../../engine/checkpoint.ts';
import { isNonFiniteError } from '../../engine/gradient-engine.ts';
import type { Alarm } from '../monitor/alarms.ts';
import type { TrainConfig } from './train-config.ts';
import type { Starts, TrainResult } from './train-options.ts';
import type { TrainerSession } from './trainer-session.ts';
import type { Validation } from './validate.ts';

const CHECKPOINTS_KEPT = 3;

/** What of a training's state is neither weights nor moments. */
export interface Progress {
  iteration: number;
  groups: number;
  metricsLines: number;
  best: { iteration: number; validation: Validation } | null;
  starts: Starts | null;
  alarms: Alarm[];
}

export class TrainingProgress {
  readonly #session: TrainerSession;
  #now: Progress = { iteration: 0, groups: 0, metricsLines: 0, best: null, starts: null, alarms: [] };
  #isSaved = false;

  constructor(session: TrainerSession) {
    this.#session = session;
  }

  get now(): Readonly<Progress> {
    return this.#now;
  }

  advance(change: Partial<Omit<Progress, 'best'>>): void {
    this.#now = { ...this.#now, ...change };
  }

  /** Goes on from the newest whole checkpoint; false where there is none. */
  async resume(): Promise<boolean> {
    const { folder, parameters, learner, onEvent } = this.#session;
    const resumed = await resumeFrom(folder.checkpoints, {
      parameters,
      optimiser: learner.optimiser,
      configHash: folder.configHash,
      onDamaged: ({ file, message }) => onEvent({ type: 'checkpoint-damaged', file, message }),
    });
    if (!resumed) return false;
    this.#isSaved = true;
    this.#now = resumed.extra as unknown as Progress;
    onEvent({ type: 'resume', iteration: this.#now.iteration, starts: this.#now.starts });
    return true;
  }

  async save(): Promise<void> {
    const { folder, parameters, learner, config, gitHash } = this.#session;
    const { optimiser } = learner;
    const record = {
      version: 1,
      step: optimiser.step,
      random: config.seed,
      cursor: this.#now.iteration,
      configHash: folder.configHash,
      gitHash,
      extra: JSON.parse(JSON.stringify(this.#now)),
    } as const;
    const file = checkpointFile(folder.checkpoints, this.#now.iteration);
    await learner.reading(() => saveCheckpoint(file, { parameters, optimiser, record }));
    this.#isSaved = true;
    await pruneCheckpoints(folder.checkpoints, CHECKPOINTS_KEPT);
  }

  /** Saves the policy of now where none before was better. */
  async keepBest(iteration: number, validation: Validation): Promise<void> {
    const { folder, config, onEvent, savePolicy } = this.#session;
    const { best } = this.#now;
    const isBest = best === null || isBetter(validation, best.validation, config.bestBy);
    if (isBest) {
      this.#now = { ...this.#now, best: { iteration, validation } };
      await savePolicy(folder.policy);
    }
    onEvent({ type: 'validation-end', iteration, validation, best: isBest });
  }

  result(): TrainResult {
    const { folder } = this.#session;
    const { starts, best, alarms } = this.#now;
    if (!starts || !best)
      throw userError('training-folder', `${folder.path}: its checkpoint knows no validation; choose another --out`);
    return { policy: folder.policy, ...starts, best: { ...best.validation, iteration: best.iteration }, alarms };
  }

  /** A number that is none, or a disk that takes no more: says what was kept. */
  withWhatIsLeft(error: unknown): unknown {
    const { folder } = this.#session;
    const again = this.#isSaved ? 'goes on from the last checkpoint' : 'begins again';
    const left = this.#now.best
      ? `the best policy so far (iteration ${this.#now.best.iteration}) stands in ${folder.policy}, and the same command ${again}`
      : 'no policy had been validated yet';
    if (isR1RouterError(error) && error.code === 'write-failed')
      return systemError('write-failed', `${error.message}; make room; ${left}`, error);
    if (isNonFiniteError(error)) return modelError('non-finite', `${error.message}; ${left}`, error);
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO' || code === 'EROFS')
      return systemError('write-failed', `${path ?? folder.path}: ${messageOf(error)}; make room; ${left}`, error);
    return error;
  }
}

/** Better answers first; for the same answers, fewer searches. */
function isBetter(a: Validation, b: Validation, by: TrainConfig['bestBy']): boolean {
  if (by === 'reward') return a.reward > b.reward + 1e-9;
  if (Math.abs(a.score - b.score) > 1e-9) return a.score > b.score;
  return a.searches < b.searches;
}
