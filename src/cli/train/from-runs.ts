/** A training by runs of the graph: on the atlas, or on the knowledge bases of a user's store. */
import { join } from 'node:path';
import { contentHash } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { sourceCommit } from '../../common/source-commit.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { type ImageStore, memoryImageStore } from '../../graph/image-store.ts';
import { type JudgedRun, readKeptRuns } from '../../graph/runs/kept-runs.ts';
import { extractiveAnswerer } from '../../offline/answerer.ts';
import { english } from '../../offline/english/english.ts';
import type { LeftOut } from '../../offline/policies/scorer/kept-choices.ts';
import { FILES_SCORER_SHAPE } from '../../offline/policies/scorer/shape.ts';
import { extractiveReader } from '../../offline/reader/reader.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import { type OwnQuestionCounts, ownTrainingData } from '../../train/own/training-data.ts';
import { ownWorld } from '../../train/own/world.ts';
import { questionsOfRuns } from '../../train/runs/questions-of-runs.ts';
import { servedRuns } from '../../train/runs/served-samples.ts';
import { rewardOf, type TrainConfig } from '../../train/trainer/train-config.ts';
import { type TrainingWorld, trainScorer } from '../../train/trainer/train-scorer.ts';
import { loadTrainingData, type TrainingData } from '../../train/trainer/training-data.ts';
import { tellBuild } from '../ask.ts';
import { createCurveWriter } from '../curve-writer.ts';
import { readSettings } from '../run-options.ts';
import { createProgress } from '../terminal/progress.ts';
import { createTrainingView } from '../terminal/training-view.ts';

export interface TrainFromRunsFlags {
  config: TrainConfig;
  out: string;
  store?: string;
  kb?: string[];
  questions?: string;
  /** Folder of kept runs. */
  runs?: string;
  json?: boolean;
}

export async function trainFromRuns(flags: TrainFromRunsFlags, signal: AbortSignal) {
  const { out, store, kb, questions, runs, json } = flags;
  const kept = runs === undefined ? undefined : await readKeptRuns(runs);
  // Another folder, or one that has grown, is another training.
  const config = kept ? withRuns(flags.config, kept) : flags.config;
  if (store !== undefined && config.data.questions === 'atlas') {
    throw userError('training-data', '--store: say with --questions FILE which questions to train on');
  }
  const { settings, loaded } = await readSettings({ store, kb });
  // Questions of the atlas are asked of the atlas, whatever a configuration file declares.
  const declared = config.data.questions === 'atlas' ? { ...loaded, config: {} } : loaded;
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, declared, { onBuild: tellBuild });
  const view = createTrainingView();
  const page = join(out, 'curves.html');
  const curves = createCurveWriter(out, page);
  try {
    const images = memoryImageStore();
    const make = questions === undefined && kept === undefined ? ofTheAtlas : ofTheirOwn;
    const { world, data, provenance } = await make(config, { knowledgeBases, images, kept, signal });
    const result = await trainScorer({
      config,
      folder: out,
      world,
      data,
      ...(provenance && { provenance }),
      gitHash: sourceCommit(),
      signal,
      onEvent: (event) => {
        view.show(event);
        curves.show(event);
      },
    });
    view.end();
    await curves.write();
    if (json) process.stdout.write(`${JSON.stringify({ ...result, page })}\n`);
    else process.stdout.write(view.summary(result, page));
  } finally {
    view.end();
    await curves.settled();
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
  { knowledgeBases, images, kept = [], signal }: Given,
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
  const world = await ownWorld(knowledgeBases, images, signal);
  const searchPrice = rewardOf(config).weights['search-cost'] ?? 0;
  const { runs, left } = servedRuns(kept, { shape: FILES_SCORER_SHAPE, searchPrice });
  if (kept.length > 0) process.stderr.write(`${keptInWords(kept, runs.length, left)}\n`);
  return { world, data: { ...data, served: runs }, provenance: { questions: config.data.questions } };
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
