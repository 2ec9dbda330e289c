/** What a step function is: from the state of a run to what changes and where to go next. */
import type { RunnableConfig } from '@langchain/core/runnables';
import type { RouterEvent } from '../events.ts';
import type { RouterParts } from '../options.ts';
import type { RunState, RunUpdate } from '../run-state.ts';
import type { StepName } from './step-name.ts';

export type { StepName } from './step-name.ts';

/** `next` is undefined at the end of the run. */
export interface Move {
  update: RunUpdate;
  next?: StepName;
}

/** What surrounds a step function: the caller's signal and callbacks, and who listens. */
export interface Surroundings {
  signal?: AbortSignal;
  config: RunnableConfig;
  emit(event: RouterEvent): void;
}

export type StepFunction = (state: RunState, parts: RouterParts, surroundings: Surroundings) => Promise<Move>;
