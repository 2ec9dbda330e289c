/**
 * For training at scale by others: gold trajectories, sampled rollouts, the reward and the settings in the formats of EasyR1, verl
 * and TRL. The checkpoint comes back behind an OpenAI-compatible server, as the chat model of a policy.
 */
export { REWARD_MODULE } from './reward-module.ts';
export { type RolloutRow, type RolloutRowsEnd, rolloutRows } from './rollout-rows.ts';
export { type EasyR1Row, easyR1Row, exportedRows, type TrlRow, trlRows, type VerlRow, verlRows } from './rows.ts';
export { type TeacherTurn, type TurnGold, teacherTurns } from './teacher-turns.ts';
export { EXPORT_FORMATS, type ExportFormat, trainerSettings } from './trainer-settings.ts';
