/** What `r1-router rollouts` does: opens the knowledge bases and the questions, samples group after group, writes the rows. */
import { join } from 'node:path';
import { sha256 } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { referenceNames } from '../../graph/chat-model/protocols/naming.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import { modelServer, servedModel, writeGroups } from '../../train/environment/index.ts';
import { withImages } from '../../train/trainer/training-data.ts';
import { tellBuild } from '../ask.ts';
import { rewardsNamed } from '../environment/rewards-named.ts';
import { namedDataset } from '../eval/dataset.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';
import { createProgress } from '../terminal/progress.ts';

export interface RolloutsFlags extends StoreFlags {
  model: string;
  questions: string;
  out: string;
  name?: string;
  groupSize: number;
  limit?: number;
  images?: string;
  split?: 'train' | 'validation' | 'test';
  concurrency: number;
  temperature: number;
  topP: number;
  maxTokens: number;
  protocol: 'tools' | 'tags';
  naming: 'own' | 'reference';
  rewards: string;
  estimator: 'leave-one-out' | 'paper';
  stepWeight: number;
  seed: number;
  iteration: number;
  maxSteps?: number;
  readLimit?: number;
}

export async function runRollouts(flags: RolloutsFlags, signal: AbortSignal): Promise<void> {
  const { model: url, questions: file, out, groupSize, split, limit, protocol, naming } = flags;
  if (!URL.canParse(url)) {
    throw userError('base-url', `--model "${url}": give the server's address, e.g. http://127.0.0.1:8000/v1`);
  }
  if (naming === 'reference' && protocol !== 'tags') {
    throw userError('invalid-option', '--naming reference: those names are of the tags; add --protocol tags');
  }
  const rewards = await rewardsNamed(flags.rewards);
  const dataset = await namedDataset({ dataset: file, images: flags.images, onBrokenLine: 'fail' });
  const asked = dataset.questions.filter((one) => split === undefined || one.split === split).slice(0, limit);
  if (asked.length === 0) {
    throw userError('empty-dataset', `--questions ${file}: no question of the split ${split}; choose another`);
  }
  const apiKey = process.env.OPENAI_API_KEY || undefined;
  const model = flags.name ?? (await servedModel(url, apiKey));
  const { settings, loaded } = await readSettings(flags);
  const images = memoryImageStore();
  const questions = await withImages(asked, images);
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
  const { temperature, topP, maxTokens, seed, iteration, estimator, stepWeight, maxSteps = 5, readLimit = 5 } = flags;
  const progress = createProgress();
  try {
    const done = await writeGroups({
      folder: out,
      questions,
      server: modelServer({ url, model, apiKey, temperature, topP, maxTokens, images }),
      graph: { knowledgeBases, images, maxSteps, readLimit },
      rewards,
      groupSize,
      seed,
      iteration,
      protocol,
      ...(naming === 'reference' && { naming: referenceNames }),
      advantages: { estimator, stepWeight },
      concurrency: flags.concurrency,
      signal,
      settings: {
        ...{ model, groupSize, seed, iteration, protocol, naming, rewards, estimator, stepWeight, maxSteps, readLimit },
        sampling: { temperature, topP, maxTokens },
        knowledgeBases: knowledgeBases.map(({ name }) => name),
        questions: { file, count: asked.length, sha256: sha256(JSON.stringify(asked.map(({ id }) => id))) },
      },
      onGroup: (count) => progress.update(count / questions.length, `${count} of ${questions.length} groups`),
    });
    progress.end();
    if (done.resumed > 0) process.stderr.write(`went on after ${done.resumed} groups\n`);
    process.stdout.write(`${join(out, 'rollouts.jsonl')}: ${done.rows} rows of ${done.groups} groups\n`);
  } finally {
    progress.end();
    await close();
  }
}
