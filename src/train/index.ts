/** Training: Step-GRPO, rewards, rollouts, the trainer of scorers, the engine below them. */

import * as engine from '../engine/index.ts';
import * as causalLm from './causal-lm/index.ts';
import * as exporter from './export/index.ts';

export {
  appendFeedback,
  type Feedback,
  type JudgedRun,
  type KeptRun,
  openRunKeeper,
  type RunKeeper,
  readKeptRuns,
} from '../graph/runs/kept-runs.ts';
export { trainScorerOnLabels } from './models/scorer-labels.ts';
export { newAlarms } from './monitor/alarms.ts';
export { writeCurvePage } from './monitor/curve-page.ts';
export type { IterationMetrics } from './monitor/iteration-metrics.ts';
export {
  documentsRead,
  REWARD_PRESETS,
  REWARDS,
  type RewardConfig,
  RewardConfigSchema,
  type RewardName,
  type RewardPreset,
  type RunRewards,
  type ScoredRun,
  type ScoredStep,
  scoreRun,
  stemmedF1,
} from './rewards/index.ts';
export { type Group, type Member, type ScoredGroup, scoreGroup } from './rollouts/group.ts';
export { openRecordStore, type RecordStore, readRecordStore } from './rollouts/record-store.ts';
export { type RollOutOptions, rollOut, type TrainingQuestion } from './rollouts/roll-out.ts';
export { rollOutTeacherForced, type TeacherState, teacherStates } from './rollouts/teacher-forced.ts';
export {
  type AdvantageOptions,
  type Estimator,
  groupAdvantages,
  groupTokens,
  type StepGrpoLossOptions,
  stepGrpoLoss,
} from './step-grpo.ts';
export { parseTrainConfig, QUICK_CONFIG, type TrainConfig } from './trainer/train-config.ts';
export { type TrainEvent, type TrainResult, type TrainScorerOptions, trainScorer } from './trainer/train-scorer.ts';
export { type Guidance, type TuneOptions, type TuneResult, type TuningTeacher, tune } from './tuning/tune.ts';
export { causalLm, engine, exporter };
