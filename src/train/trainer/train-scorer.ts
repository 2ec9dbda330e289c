/**
 * The training of a scorer, top to bottom: what nothing learnt gives, a supervised start, then Step-GRPO on runs of the graph itself.
 * Gradients are computed in a thread of their own (`scorer-thread.ts`), which changes the weights that the runs here read.
 *
 *     roll out -> score -> advantages -> update -> measure -> (validate, keep the best, checkpoint) -> again
 *
 * Every random choice is keyed by the configuration's seed and the iteration, so that a training killed anywhere goes on from its
 * last checkpoint to the same weights, records and metrics, timings apart.
 */
import { startFromRule } from '../models/scorer.ts';
import { openRecordStore, type RecordStore } from '../rollouts/record-store.ts';
import { improve } from './improve.ts';
import { iterations } from './iteration.ts';
import { openSession, type ScorerSession } from './scorer-session.ts';
import { supervisedStart } from './supervised-start.ts';
import type { TrainResult, TrainScorerOptions } from './train-options.ts';
import { TrainingProgress } from './training-progress.ts';

export type { TrainEvent, TrainingWorld, TrainResult, TrainScorerOptions } from './train-options.ts';

/**
 * Trains a scorer, or goes on with the training in its folder, and gives the best policy with what it was measured at. Throws user errors
 * for a folder or a configuration that does not fit, and the reason of an abort.
 */
export async function trainScorer(options: TrainScorerOptions): Promise<TrainResult> {
  const session = await openSession(options);
  const { folder, learner } = session;
  const progress = new TrainingProgress(session);
  let records: RecordStore | undefined;
  try {
    if (!(await progress.resume())) await begin(session, progress);
    await folder.cutTo(progress.now.metricsLines);
    records = await openRecordStore(folder.records, { groups: progress.now.groups });
    await improve(session, { progress, records, iterate: await iterations(session) });
    return progress.result();
  } catch (error) {
    throw progress.withWhatIsLeft(error);
  } finally {
    await records?.close().catch(() => {});
    await learner.release();
    await folder.close().catch(() => {});
  }
}

/** Up to the first checkpoint: what nothing learnt gives, then the supervised start. */
async function begin(session: ScorerSession, progress: TrainingProgress): Promise<void> {
  const { config, folder, parameters, shape, onEvent } = session;
  const { fromRule, ruleTemperature: temperature } = config.warmStart;
  if (fromRule) startFromRule(parameters, shape, { temperature });
  const untrained = await session.validate();
  const rule = fromRule ? untrained : await session.validateRule();
  onEvent({ type: 'untrained', untrained, rule });
  const hasLearnt = await supervisedStart(session);
  await session.savePolicy(folder.reference);
  const before = hasLearnt ? await session.validate() : untrained;
  progress.advance({ starts: { untrained, rule, before } });
  await progress.keepBest(0, before);
  await progress.save();
}
