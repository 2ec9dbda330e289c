/** What `r1-router rollouts` does: opens the knowledge bases and the questions, samples group after group, writes the rows. */
import { join } from 'node:path';
import { sha256 } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { referenceNames } from '../../graph/chat-model/protocols/naming.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import { modelServer, servedModel, writeGroups } from '../../train/environment/index.ts';
import { tellBuild } from '../ask.ts';
import { rewardsNamed } from '../environment/rewards-named.ts';
import { askedQuestions, type EpisodeFlags } from '../episode-options.ts';
import { readSettings } from '../run-options.ts';
import { createProgress } from '../terminal/progress.ts';

export interface RolloutsFlags extends EpisodeFlags {
  model: string;
  out: string;
  name?: string;
  groupSize: number;
  limit?: number;
  concurrency: number;
  temperature: number;
  topP: number;
  maxTokens: number;
  protocol: 'tools' | 'tags';
  naming: 'own' | 'reference';
  estimator: 'leave-one-out' | 'paper';
  stepWeight: number;
  seed: number;
  iteration: number;
}

export async function runRollouts(flags: RolloutsFlags, signal: AbortSignal): Promise<void> {
  const { model: url, questions: file, out, groupSize, limit, protocol, naming } = flags;
  if (!URL.canParse(url)) {
    throw userError('base-url', `--model "${url}": give the server's address, e.g. http://127.0.0.1:8000/v1`);
  }
  if (naming === 'reference' && protocol !== 'tags') {
    throw userError('invalid-option', '--naming reference: those names are of the tags; add --protocol tags');
  }
  const rewards = await rewardsNamed(flags.rewards);
  const images = memoryImageStore();
  const questions = await askedQuestions(flags, { images, limit });
  const apiKey = process.env.OPENAI_API_KEY || undefined;
  const model = flags.name ?? (await servedModel(url, apiKey));
  const { settings, loaded } = await readSettings(flags);
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
        questions: {
          file,
          count: questions.length,
          sha256: sha256(JSON.stringify(questions.map(({ question }) => question.id))),
        },
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
