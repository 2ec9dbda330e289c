/** Everything that the golden runs take from the sources: where files move, only this changes. */

export { buildMethod } from '../../src/eval/methods/index.ts';
export { stepContentHash } from '../../src/graph/step-record.ts';
export {
  allOncePolicy,
  allPolicy,
  chatModelAnswerer,
  chatModelPolicy,
  chatModelReader,
  createRouterGraph,
  driveRouter,
  isR1RouterError,
  keyedRandom,
  memoryImageStore,
  type Policy,
  type RouterContext,
  RouterEventSchema,
  type RouterGraphOptions,
  type RouterOutput,
  RouterOutputSchema,
  readStepRecord,
  type StepRecord,
  StepRecordSchema,
  sampledTracing,
  searchFor,
  streamRouter,
} from '../../src/index.ts';
export {
  extractiveAnswerer,
  extractiveReader,
  openCoverPolicy,
  openScorerPolicy,
  probePolicy,
} from '../../src/offline/index.ts';
export { openKnowledgeBases } from '../../src/tools/index.ts';

/** Only the recorders need these, and loading them takes a while. */
export const evaluationDoor = () => import('../../src/eval/index.ts');
export const trainingDoor = () => import('../../src/train/index.ts');
