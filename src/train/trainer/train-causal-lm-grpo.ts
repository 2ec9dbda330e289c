/**
 * The training of a language model, top to bottom: a decoder from nothing, a supervised start on gold trajectories, then Step-GRPO on
 * runs of the graph itself. The loop, its folder, its log, its alarms and its page are the scorer's.
 */
import { openRecordStore, type RecordStore } from '../rollouts/record-store.ts';
import { causalLmIteration } from './causal-lm-iteration.ts';
import { type CausalLmSession, openCausalLmSession, type TrainCausalLmGrpoOptions } from './causal-lm-session.ts';
import { causalLmStart, checkStart } from './causal-lm-start.ts';
import { improve } from './improve.ts';
import type { TrainResult } from './train-options.ts';
import { TrainingProgress } from './training-progress.ts';

export type { TrainCausalLmGrpoOptions } from './causal-lm-session.ts';

/** Throws `start-invalid` where the supervised start does not keep the protocol well enough. */
export async function trainCausalLmGrpo(options: TrainCausalLmGrpoOptions): Promise<TrainResult> {
  const session = await openCausalLmSession(options);
  const { folder } = session;
  const progress = new TrainingProgress(session);
  let records: RecordStore | undefined;
  try {
    if (await progress.resume()) await adoptBase(session);
    else await begin(session, progress);
    await folder.cutTo(progress.now.metricsLines);
    records = await openRecordStore(folder.records, { groups: progress.now.groups });
    await improve(session, { progress, records, iterate: (iteration) => causalLmIteration(session, iteration) });
    return progress.result();
  } catch (error) {
    throw progress.withWhatIsLeft(error);
  } finally {
    await records?.close().catch(() => {});
    await session.release();
    await folder.close().catch(() => {});
  }
}

/** What a checkpoint of adapters does not hold: the weights under them, as the supervised start left them. */
async function adoptBase({ model, folder }: CausalLmSession): Promise<void> {
  if (!model.trainable.lora) return;
  const adapters = model.trainable.parameters.flat.slice();
  await model.adopt(folder.reference);
  model.trainable.parameters.flat.set(adapters);
}

/** Up to the first checkpoint: what nothing learnt gives, then the supervised start. */
async function begin(session: CausalLmSession, progress: TrainingProgress): Promise<void> {
  const untrained = await session.validate();
  // There is no rule that a language model begins at.
  session.onEvent({ type: 'untrained', untrained, rule: untrained });
  const before = (await causalLmStart(session, untrained)) ?? untrained;
  await checkStart(session);
  progress.advance({ starts: { untrained, rule: untrained, before } });
  await progress.keepBest(0, before);
  await progress.save();
}
