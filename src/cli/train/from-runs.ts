/** A training by runs of the graph: on the atlas, or on the knowledge bases of a user's store. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { contentHash } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { sourceCommit } from '../../common/source-commit.ts';
import { type ImageStore, memoryImageStore } from '../../graph/image-store.ts';
import { type JudgedRun, readKeptRuns } from '../../graph/runs/kept-runs.ts';
import { extractiveAnswerer } from '../../offline/answerer.ts';
import { english } from '../../offline/english/english.ts';
import type { Proposals } from '../../offline/files/proposals.ts';
import type { LeftOut } from '../../offline/policies/scorer/kept-choices.ts';
import { FILES_SCORER_SHAPE } from '../../offline/policies/scorer/shape.ts';
import { extractiveReader } from '../../offline/reader/reader.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import { recordProposals } from '../../train/own/record-proposals.ts';
import { type OwnQuestionCounts, ownTrainingData } from '../../train/own/training-data.ts';
import { ownWorld } from '../../train/own/world.ts';
import { questionsOfRuns } from '../../train/runs/questions-of-runs.ts';
import { servedRuns } from '../../train/runs/served-samples.ts';
import { rewardOf, type TrainConfig } from '../../train/trainer/train-config.ts';
import { type TrainingWorld, trainScorer } from '../../train/trainer/train-scorer.ts';
import { loadTrainingData, type TrainingData } from '../../train/trainer/training-data.ts';
import { pace, withModel } from '../opened-model.ts';
import { createProgress } from '../terminal/progress.ts';
import { openTrainedOn, watched } from './watched.ts';

export interface TrainFromRunsFlags {
  config: TrainConfig;
  out: string;
  store?: string;
  kb?: string[];
  questions?: string;
  /** Folder of kept runs. */
  runs?: string;
  /** Proposes what to ask. */
  model?: string;
  baseUrl?: string;
  json?: boolean;
}

export async function trainFromRuns(flags: TrainFromRunsFlags, signal: AbortSignal) {
  const { out, store, kb, questions, runs, model: named, json } = flags;
  const kept = runs === undefined ? undefined : await readKeptRuns(runs);
  // Another folder, or one that has grown, is another training.
  const own = kept ? withRuns(flags.config, kept) : flags.config;
  const config = named === undefined ? own : { ...own, data: { ...own.data, proposals: named } };
  if (store !== undefined && config.data.questions === 'atlas') {
    throw userError('training-data', '--store: say with --questions FILE which questions to train on');
  }
  const { knowledgeBases, close } = await openTrainedOn(config, { store, kb });
  try {
    const images = memoryImageStore();
    const make = questions === undefined && kept === undefined ? ofTheAtlas : ofTheirOwn;
    const { world, data, provenance } = await withModel(named, flags, (model) =>
      make(config, { knowledgeBases, images, kept, model, out, signal }),
    );
    await watched({ out, json }, (onEvent) =>
      trainScorer({
        config,
        folder: out,
        world,
        data,
        ...(provenance && { provenance }),
        gitHash: sourceCommit(),
        signal,
        onEvent,
      }),
    );
  } finally {
    await close();
  }
}

interface Prepared {
  world: TrainingWorld;
  data: TrainingData;
  provenance?: Record<string, string>;
}

interface Given {
  knowledgeBases: readonly StoreKnowledgeBase[];
  images: ImageStore;
  kept: readonly JudgedRun[] | undefined;
  model: BaseChatModel | undefined;
  out: string;
  signal: AbortSignal;
}

function withRuns(config: TrainConfig, kept: readonly JudgedRun[]): TrainConfig {
  const runs = contentHash(kept.map(({ runId, reward = null, feedback }) => [runId, reward, feedback.length]));
  return { ...config, data: { ...config.data, runs } };
}

async function ofTheAtlas(config: TrainConfig, { knowledgeBases, images }: Given): Promise<Prepared> {
  const language = english();
  const world = {
    knowledgeBases,
    images,
    reader: extractiveReader({ language }),
    answerer: extractiveAnswerer({ language }),
    language,
  };
  return { world, data: await loadTrainingData(config, images) };
}

async function ofTheirOwn(
  config: TrainConfig,
  { knowledgeBases, images, kept = [], model, out, signal }: Given,
): Promise<Prepared> {
  const progress = createProgress();
  const { counts, ...data } = await ownTrainingData(config, {
    knowledgeBases,
    images,
    signal,
    asked: questionsOfRuns(kept),
    onQuestion: (done, of) => progress.update(done / of, 'looking for the evidence of the questions'),
  }).finally(() => progress.end());
  process.stderr.write(
    `${inWords(counts)}: ${data.train.length} to train on, ${data.validation.length} to validate with\n`,
  );
  const proposals = model && (await proposalsFor(data, { model, out, name: config.data.proposals, signal }));
  const world = await ownWorld(knowledgeBases, images, { proposals, signal });
  const searchPrice = rewardOf(config).weights['search-cost'] ?? 0;
  const { runs, left } = servedRuns(kept, { shape: FILES_SCORER_SHAPE, searchPrice });
  if (kept.length > 0) process.stderr.write(`${keptInWords(kept, runs.length, left)}\n`);
  return { world, data: { ...data, served: runs }, provenance: { questions: config.data.questions } };
}

/** Kept in the folder of the training, which has a place for them before it begins. */
async function proposalsFor(
  { train, validation }: TrainingData,
  { model, out, name, signal }: { model: BaseChatModel; out: string; name: string | undefined; signal: AbortSignal },
): Promise<Proposals> {
  await mkdir(out, { recursive: true });
  const { concurrency, timeoutMs } = pace(name);
  const progress = createProgress();
  const { proposals, failed } = await recordProposals([...train, ...validation], {
    model,
    file: join(out, 'proposals.jsonl'),
    concurrency,
    retry: { timeoutMs },
    signal,
    onQuestion: (done, of) => progress.update(done / of, 'asking the model what to ask'),
  }).finally(() => progress.end());
  if (failed > 0) process.stderr.write(`${failed} questions have no proposals: the model failed at every try\n`);
  return proposals;
}

function keptInWords(kept: readonly JudgedRun[], used: number, { unjudged, untraced, otherFeatures }: LeftOut): string {
  const left = [
    ...(unjudged > 0 ? [`${unjudged} without a score`] : []),
    ...(untraced > 0 ? [`${untraced} of policies that keep no features`] : []),
    ...(otherFeatures > 0 ? [`${otherFeatures} of policies that see other features`] : []),
  ];
  return `${kept.length} kept runs: decisions of ${used} are learnt from${left.length > 0 ? ` (not ${left.join(', ')})` : ''}`;
}

function inWords({ read, found, missing, unjudgeable }: OwnQuestionCounts): string {
  const parts = [
    ...(found > 0 ? [`evidence of ${found} found by the answer's words`] : []),
    ...(missing > 0 ? [`${missing} left out, whose answer no knowledge base gives`] : []),
    ...(unjudgeable > 0 ? [`${unjudgeable} left out, whose answer shows no evidence`] : []),
  ];
  return `${read} questions${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`;
}
