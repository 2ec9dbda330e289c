/** `r1-router train --causal-lm --grpo`: a language model from nothing, on the atlas or on questions of the configuration. */
import { join } from 'node:path';
import { sourceCommit } from '../../common/source-commit.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import { extractiveAnswerer } from '../../offline/answerer.ts';
import { english } from '../../offline/english/english.ts';
import { extractiveReader } from '../../offline/reader/reader.ts';
import type { CausalLmGrpoConfig } from '../../train/trainer/causal-lm-grpo-config.ts';
import { trainCausalLmGrpo } from '../../train/trainer/train-causal-lm-grpo.ts';
import { loadTrainingData } from '../../train/trainer/training-data.ts';
import { tellBuild } from '../ask.ts';
import { createCurveWriter } from '../curve-writer.ts';
import { readSettings } from '../run-options.ts';
import { createTrainingView } from '../terminal/training-view.ts';

export interface CausalLmGrpoFlags {
  config: CausalLmGrpoConfig;
  out: string;
  json?: boolean;
}

export async function trainLanguageModelByRuns({ config, out, json }: CausalLmGrpoFlags, signal: AbortSignal) {
  const { settings, loaded } = await readSettings({});
  // Questions of the atlas are asked of the atlas, whatever a configuration file declares.
  const declared = config.data.questions === 'atlas' ? { ...loaded, config: {} } : loaded;
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, declared, { onBuild: tellBuild });
  const view = createTrainingView();
  const page = join(out, 'curves.html');
  const curves = createCurveWriter(out, page);
  try {
    const images = memoryImageStore();
    const language = english();
    const reader = extractiveReader({ language });
    const answerer = extractiveAnswerer({ language });
    const result = await trainCausalLmGrpo({
      config,
      folder: out,
      world: { knowledgeBases, images, reader, answerer },
      data: await loadTrainingData(config, images),
      gitHash: sourceCommit(),
      signal,
      onEvent: (event) => {
        view.show(event);
        curves.show(event);
      },
    });
    view.end();
    await curves.write();
    process.stdout.write(json ? `${JSON.stringify({ ...result, page })}\n` : view.summary(result, page));
  } finally {
    view.end();
    await curves.settled();
    await close();
  }
}
