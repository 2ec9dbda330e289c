/** Everything that the golden runs take from the sources: where files move, only this changes. */
export {
  allOncePolicy,
  allPolicy,
  buildMethod,
  chatModelAnswerer,
  chatModelPolicy,
  chatModelReader,
  createRouterGraph,
  driveRouter,
  extractiveAnswerer,
  extractiveReader,
  isR1RouterError,
  keyedRandom,
  memoryImageStore,
  openCoverPolicy,
  openScorerPolicy,
  type Policy,
  probePolicy,
  type RouterContext,
  RouterEventSchema,
  type RouterGraphOptions,
  type RouterOutput,
  RouterOutputSchema,
  type StepRecord,
  StepRecordSchema,
  sampledTracing,
  stepContentHash,
  streamRouter,
} from '../../src/index.ts';
export { openAtlas } from '../../src/tools/index.ts';

/** Only the recorders need these, and loading them takes a while. */
export const evaluationDoor = () => import('../../src/eval/index.ts');
export const trainingDoor = () => import('../../src/train/index.ts');
