/** The graph as an environment for trainers elsewhere: episodes, sessions, and the words of OpenEnv's protocol and of MCP. */
export { type EnvironmentGraph, type Episode, environmentGraph, type Observation, startEpisode } from './episode.ts';
export { callMcp, parseError } from './mcp.ts';
export { answerMessage, errorReply, observationReply, schemaReply, stateReply, stepReply } from './openenv.ts';
export { ResetSchema, type Tasks, tasksOf } from './reset.ts';
export { rewardsOf } from './rewards-service.ts';
export { type ModelServerOptions, modelServer, servedModel } from './rollouts/model-server.ts';
export { type SampledRow, sampleGroup } from './rollouts/sampled-group.ts';
export { type WriteGroupsOptions, writeGroups } from './rollouts/write-groups.ts';
export { createSessions, type EnvironmentOptions, type Session, type Sessions } from './sessions.ts';
