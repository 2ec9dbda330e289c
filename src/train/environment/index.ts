/** The graph as an environment for trainers elsewhere: episodes, sessions, and the words of OpenEnv's protocol and of MCP. */
export { callMcp, parseError } from './mcp.ts';
export { answerMessage, errorReply, observationReply, schemaReply, stateReply, stepReply } from './openenv.ts';
export { ResetSchema, tasksOf } from './reset.ts';
export { rewardsOf } from './rewards-service.ts';
export { modelServer, servedModel } from './rollouts/model-server.ts';
export type { SampledRow } from './rollouts/sampled-group.ts';
export { type WriteGroupsOptions, writeGroups } from './rollouts/write-groups.ts';
export { createSessions, type EnvironmentOptions, type Session, type Sessions } from './sessions.ts';
