/** What a training of a scorer takes, tells on the way and gives. */
import type { ImageStore } from '../../graph/image-store.ts';
import type { Answerer, Reader } from '../../graph/policy.ts';
import type { Language } from '../../offline/language.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Alarm } from '../monitor/alarms.ts';
import type { IterationMetrics } from '../monitor/iteration-metrics.ts';
import type { TrainConfig } from './train-config.ts';
import type { TrainingData } from './training-data.ts';
import type { Validation } from './validate.ts';

export interface TrainingWorld {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  images: ImageStore;
  reader: Reader;
  answerer: Answerer;
  /** What takes the questions apart; the policy is bound to it. Default English. */
  language?: Language;
}

export type TrainEvent =
  | { type: 'resume'; iteration: number; starts: Starts | null }
  | { type: 'checkpoint-damaged'; file: string; message: string }
  | { type: 'imitation-data-end'; samples: number; targets: 'counterfactual'; best: number }
  | { type: 'imitation-data-end'; samples: number; targets: 'teacher'; coverage: number }
  | { type: 'warm-start-step'; step: number; steps: number; loss: number }
  | { type: 'start-evaluated'; step: number; validation: Validation; best: boolean }
  | { type: 'untrained'; untrained: Validation; rule: Validation }
  | { type: 'validation-end'; iteration: number; validation: Validation; best: boolean }
  | { type: 'iteration-end'; metrics: IterationMetrics; iterations: number; secondsLeft: number }
  | { type: 'alarm'; alarm: Alarm };

export interface TrainScorerOptions {
  config: TrainConfig;
  world: TrainingWorld;
  data: TrainingData;
  /** Folder of the training; one that holds the same configuration is resumed. */
  folder: string;
  gitHash?: string;
  /** What goes into the policy's config beside the configuration: sources, licences. */
  provenance?: Record<string, string>;
  signal?: AbortSignal;
  onEvent?: (event: TrainEvent) => void;
}

/** Validations before Step-GRPO. */
export interface Starts {
  /** Before anything was learnt: the rule, or equal chances where the training begins from nothing. */
  untrained: Validation;
  /** The rule, nothing learnt: what a training has to better. The same as `untrained` where it begins there. */
  rule: Validation;
  /** After the supervised start; the same as `untrained` where there is none. */
  before: Validation;
}

export interface TrainResult extends Starts {
  /** Directory of the best policy. */
  policy: string;
  /** Validation of the policy that was kept. */
  best: Validation & { iteration: number };
  alarms: Alarm[];
}
