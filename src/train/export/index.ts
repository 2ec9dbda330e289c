/**
 * For training at scale by others: gold trajectories, sampled rollouts, the reward and the settings in the formats of the reference's
 * fork, EasyR1, verl and TRL, and the way back. The checkpoint comes back behind an OpenAI-compatible server, as the chat model of a
 * policy.
 */
export { CHAT_TEMPLATE } from './chat-template.ts';
export { type ExportedRowsEnd, type ExportedRowsOptions, exportedRows } from './exported-rows.ts';
export { EXPORT_FORMATS, type ExportFormat, questionsOfRows, rowSchema, rowsEnding, rowsOf } from './formats.ts';
export { type ImportedQuestion, importedQuestion } from './imported-question.ts';
export { type RecordedTrajectory, replayParts, trajectoryOfTurns } from './replay.ts';
export { REWARD_MODULE } from './reward-module.ts';
export { type RolloutRow, type RolloutRowsEnd, rolloutRows } from './rollout-rows.ts';
export { lengthMeter } from './row-lengths.ts';
export { teacherTurns } from './teacher-turns.ts';
export { overrides, type RowLengths, trainerSettings } from './trainer-settings.ts';
export type { ExportedQuestion, Turn, TurnGold } from './turn.ts';
