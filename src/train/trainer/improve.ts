/**
 * The loop of every training here, whatever it trains: iterations from where the progress stands to the last one, each measured and
 * logged, the best policy kept, checkpoints written.
 */
import { newAlarms } from '../monitor/alarms.ts';
import type { IterationMetrics } from '../monitor/iteration-metrics.ts';
import type { ScoredGroup } from '../rollouts/group.ts';
import type { RecordStore } from '../rollouts/record-store.ts';
import { type LearntBatch, measureIteration } from './measure-iteration.ts';
import type { TrainerSession } from './trainer-session.ts';
import type { TrainingProgress } from './training-progress.ts';
import type { UpdateReport } from './update.ts';

/** One iteration: what was rolled out, and the last update on it. */
export interface MadeIteration {
  groups: readonly ScoredGroup[];
  batch: LearntBatch;
  report: UpdateReport;
  timings: IterationMetrics['timings'];
  /** What is counted beside, by what is trained. */
  counts?: Pick<IterationMetrics, 'replaced' | 'truncated'>;
}

export async function improve(
  session: TrainerSession,
  {
    progress,
    records,
    iterate,
  }: { progress: TrainingProgress; records: RecordStore; iterate: (iteration: number) => Promise<MadeIteration> },
): Promise<void> {
  const { config, folder, signal, onEvent } = session;
  const total = config.grpo.iterations;
  const first = progress.now.iteration;
  const began = performance.now();
  for (let iteration = first; iteration < total; iteration++) {
    signal?.throwIfAborted();
    const made = iteration + 1;
    const isDue = (every: number): boolean => made % every === 0 || made === total;
    const { groups, batch, report, timings, counts } = await iterate(iteration);
    await records.append(groups);
    progress.advance({ iteration: made, groups: records.count });
    const validation = isDue(config.validateEvery) ? await session.validate() : undefined;
    const metrics = { ...measureIteration({ iteration, groups, batch, report, validation }), ...counts, timings };
    await folder.append(metrics);
    progress.advance({ metricsLines: folder.metrics.length });
    if (validation) await progress.keepBest(made, validation);
    raiseAlarms(session, progress);
    const pace = (performance.now() - began) / (made - first) / 1000;
    onEvent({ type: 'iteration-end', metrics, iterations: total, secondsLeft: pace * (total - made) });
    if (isDue(config.checkpointEvery)) await progress.save();
  }
}

function raiseAlarms({ folder, onEvent }: TrainerSession, progress: TrainingProgress): void {
  const fired = new Set(progress.now.alarms.map(({ kind }) => kind));
  for (const alarm of newAlarms(folder.metrics, fired)) {
    progress.advance({ alarms: [...progress.now.alarms, alarm] });
    onEvent({ type: 'alarm', alarm });
  }
}
