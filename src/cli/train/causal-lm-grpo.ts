/** `r1-router train --causal-lm --grpo`: a language model from nothing, on the atlas or on questions of the configuration. */
import { sourceCommit } from '../../common/source-commit.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import { extractiveAnswerer } from '../../offline/answerer.ts';
import { english } from '../../offline/english/english.ts';
import { extractiveReader } from '../../offline/reader/reader.ts';
import type { CausalLmGrpoConfig } from '../../train/trainer/causal-lm-grpo-config.ts';
import { trainCausalLmGrpo } from '../../train/trainer/train-causal-lm-grpo.ts';
import { loadTrainingData } from '../../train/trainer/training-data.ts';
import { openTrainedOn, watched } from './watched.ts';

export interface CausalLmGrpoFlags {
  config: CausalLmGrpoConfig;
  out: string;
  json?: boolean;
}

export async function trainLanguageModelByRuns({ config, out, json }: CausalLmGrpoFlags, signal: AbortSignal) {
  const { knowledgeBases, close } = await openTrainedOn(config);
  try {
    const images = memoryImageStore();
    const language = english();
    const reader = extractiveReader({ language });
    const answerer = extractiveAnswerer({ language });
    const data = await loadTrainingData(config, images);
    await watched({ out, json }, (onEvent) =>
      trainCausalLmGrpo({
        config,
        folder: out,
        world: { knowledgeBases, images, reader, answerer },
        data,
        gitHash: sourceCommit(),
        signal,
        onEvent,
      }),
    );
  } finally {
    await close();
  }
}
