/** A training as its loop and its checkpoints see it, whatever it trains. */
import type { OptimiserState } from '../../engine/optimiser.ts';
import type { Parameters } from '../../engine/parameters.ts';
import type { RunFolder } from './run-folder.ts';
import type { TrainConfig } from './train-config.ts';
import type { TrainEvent } from './train-options.ts';
import type { Validation } from './validate.ts';

export interface TrainerSession {
  config: Pick<TrainConfig, 'seed' | 'bestBy' | 'validateEvery' | 'checkpointEvery'> & {
    grpo: Pick<TrainConfig['grpo'], 'iterations'>;
  };
  gitHash: string;
  signal: AbortSignal | undefined;
  onEvent: (event: TrainEvent) => void;
  folder: RunFolder;
  parameters: Parameters;
  learner: {
    readonly optimiser: OptimiserState;
    /** Runs what reads the weights while no update changes them. */
    reading<T>(task: () => Promise<T>): Promise<T>;
  };
  validate(): Promise<Validation>;
  savePolicy(directory: string): Promise<void>;
}
