/** A training by runs of the graph, as the command line has it: on opened knowledge bases, and watched. */
import { join } from 'node:path';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import type { TrainEvent, TrainResult } from '../../train/trainer/train-scorer.ts';
import { tellBuild } from '../ask.ts';
import { createCurveWriter } from '../curve-writer.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';
import { createTrainingView } from '../terminal/training-view.ts';

/** Questions of the atlas are asked of the atlas, whatever a configuration file declares. */
export async function openTrainedOn({ data }: { data: { questions: string } }, flags: StoreFlags = {}) {
  const { settings, loaded } = await readSettings(flags);
  const declared = data.questions === 'atlas' ? { ...loaded, config: {} } : loaded;
  return openConfiguredKnowledgeBases(settings, declared, { onBuild: tellBuild });
}

/** Shows the training, keeps its page of curves, and tells what came of it. */
export async function watched(
  { out, json }: { out: string; json?: boolean },
  train: (onEvent: (event: TrainEvent) => void) => Promise<TrainResult>,
): Promise<void> {
  const view = createTrainingView();
  const page = join(out, 'curves.html');
  const curves = createCurveWriter(out, page);
  try {
    const result = await train((event) => {
      view.show(event);
      curves.show(event);
    });
    view.end();
    await curves.write();
    process.stdout.write(json ? `${JSON.stringify({ ...result, page })}\n` : view.summary(result, page));
  } finally {
    view.end();
    await curves.settled();
  }
}
