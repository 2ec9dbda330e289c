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
import { newAlarms } from '../monitor/alarms.ts';
import { openRecordStore, type RecordStore } from '../rollouts/record-store.ts';
import { iterations } from './iteration.ts';
import { measureIteration } from './measure-iteration.ts';
import { openSession, type ScorerSession } from './scorer-session.ts';
import { supervisedStart } from './supervised-start.ts';
import type { TrainResult, TrainScorerOptions } from './train-options.ts';
import { TrainingProgress } from './training-progress.ts';

export type { Starts, TrainEvent, TrainingWorld, TrainResult, TrainScorerOptions } from './train-options.ts';

export async function trainScorer(options: TrainScorerOptions): Promise<TrainResult> {
  const session = await openSession(options);
  const { folder, learner } = session;
  const progress = new TrainingProgress(session);
  let records: RecordStore | undefined;
  try {
    if (!(await progress.resume())) await begin(session, progress);
    await folder.cutTo(progress.now.metricsLines);
    records = await openRecordStore(folder.records, { groups: progress.now.groups });
    await improve(session, progress, records);
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
  const { fromRule } = config.warmStart;
  if (fromRule) startFromRule(parameters, shape);
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

/** Step-GRPO from where the progress stands to the last iteration. */
async function improve(session: ScorerSession, progress: TrainingProgress, records: RecordStore): Promise<void> {
  const { config, folder, signal, onEvent } = session;
  const total = config.grpo.iterations;
  const iterate = await iterations(session);
  const first = progress.now.iteration;
  const began = performance.now();
  for (let iteration = first; iteration < total; iteration++) {
    signal?.throwIfAborted();
    const made = iteration + 1;
    const isDue = (every: number): boolean => made % every === 0 || made === total;
    const { groups, batch, report, timings } = await iterate(iteration);
    await records.append(groups);
    progress.advance({ iteration: made, groups: records.count });
    const validation = isDue(config.validateEvery) ? await session.validate() : undefined;
    const metrics = { ...measureIteration({ iteration, groups, batch, report, validation }), timings };
    await folder.append(metrics);
    progress.advance({ metricsLines: folder.metrics.length });
    if (validation) await progress.keepBest(made, validation);
    raiseAlarms(session, progress);
    const pace = (performance.now() - began) / (made - first) / 1000;
    onEvent({ type: 'iteration-end', metrics, iterations: total, secondsLeft: pace * (total - made) });
    if (isDue(config.checkpointEvery)) await progress.save();
  }
}

function raiseAlarms({ folder, onEvent }: ScorerSession, progress: TrainingProgress): void {
  const fired = new Set(progress.now.alarms.map(({ kind }) => kind));
  for (const alarm of newAlarms(folder.metrics, fired)) {
    progress.advance({ alarms: [...progress.now.alarms, alarm] });
    onEvent({ type: 'alarm', alarm });
  }
}
