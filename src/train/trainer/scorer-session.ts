/**
 * What a training works with: the weights that the learner's thread changes, and the graph run on them in two ways. `sampling` tries
 * things out and records what it saw, `validate` takes the best action.
 */
import type { Parameters } from '../../engine/parameters.ts';
import { driveRouter, type RouterDriver } from '../../graph/driver.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import type { Policy } from '../../graph/policy.ts';
import { english } from '../../offline/english/english.ts';
import { isFilesLanguage } from '../../offline/files/language.ts';
import type { Language } from '../../offline/language.ts';
import {
  assembleScorer,
  type LoadedScorer,
  type NewScorerConfig,
  saveScorer,
} from '../../offline/policies/scorer/directory.ts';
import type { ScorerNetwork } from '../../offline/policies/scorer/network.ts';
import { DEFAULT_SCORER_SHAPE, FILES_SCORER_SHAPE, type ScorerShape } from '../../offline/policies/scorer/shape.ts';
import { scorerPolicy } from '../../offline/policies/scorer.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { initialScorer } from '../models/scorer.ts';
import { untrainedScorer } from '../models/untrained.ts';
import type { RewardConfig } from '../rewards/index.ts';
import { remembering } from './remembering-knowledge-base.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { type ScorerThread, startScorerThread } from './scorer-thread.ts';
import { parseTrainConfig, rewardOf, type TrainConfig } from './train-config.ts';
import type { TrainEvent, TrainScorerOptions } from './train-options.ts';
import { type Validation, validate } from './validate.ts';

/** Passages asked of each search: the graph's default. */
export const PASSAGE_LIMIT = 10;

export interface ScorerSession extends Required<Pick<TrainScorerOptions, 'config' | 'world' | 'data' | 'gitHash'>> {
  signal: AbortSignal | undefined;
  onEvent: (event: TrainEvent) => void;
  reward: RewardConfig;
  folder: RunFolder;
  /** What takes the questions apart. */
  language: Language;
  /** Those of the world, which remember what they were asked. */
  knowledgeBases: readonly SearchableKnowledgeBase[];
  shape: ScorerShape;
  parameters: Parameters;
  learner: ScorerThread;
  /** The weights as they are at any time. */
  live: ScorerNetwork;
  /** The scorer's description with the weights it began with; to be used with `live`. */
  blank: LoadedScorer;
  sampling: RouterDriver;
  /** The policy of now on the validation questions. */
  validate(): Promise<Validation>;
  /** The untrained rule on them: what a training that begins from nothing has to better. */
  validateRule(): Promise<Validation>;
  savePolicy(directory: string): Promise<void>;
}

/** Locks the folder and starts the thread; whoever opens a session closes both. */
export async function openSession(options: TrainScorerOptions): Promise<ScorerSession> {
  const { config, world, data, gitHash = '', signal, onEvent = () => {} } = options;
  const { language = english() } = world;
  const reward = rewardOf(config);
  const folder = await openRunFolder(options.folder, { config, parse: parseTrainConfig });
  const knowledgeBases = world.knowledgeBases.map((knowledgeBase) => remembering(knowledgeBase));
  const shape = isFilesLanguage(language) ? FILES_SCORER_SHAPE : DEFAULT_SCORER_SHAPE;
  const sketch = isFilesLanguage(language) ? { sketch: language.sketch, proposals: language.proposals } : {};
  const parameters = initialScorer(shape, config.seed);
  const description = descriptionOf(options, { shape, language, configHash: folder.configHash });
  const live = { shape, weights: parameters.feeds() };
  const blank = assembleScorer(description, live.weights);
  const drive = (policy: Policy) => driveRouter(graphOptions({ config, world, knowledgeBases, policy }));
  const greedy = drive(scorerPolicy(blank, { network: live, language }));
  const learner = startScorerThread(parameters, shape, config);
  const measure = (driver: RouterDriver) =>
    validate(driver, data.validation, { reward, concurrency: config.grpo.concurrency, signal });
  return {
    config,
    world,
    data,
    gitHash,
    signal,
    onEvent,
    reward,
    folder,
    language,
    knowledgeBases,
    shape,
    parameters,
    learner,
    live,
    blank,
    sampling: drive(scorerPolicy(blank, { network: live, language, temperature: 1, trace: 'features' })),
    validate: () => learner.reading(() => measure(greedy)),
    validateRule: () => measure(drive(scorerPolicy(untrainedScorer(description), { language }))),
    savePolicy: (directory) =>
      learner.reading(() => saveScorer(directory, { ...assembleScorer(description, live.weights), ...sketch })),
  };
}

function descriptionOf(
  { config, world, gitHash = '', provenance = {} }: TrainScorerOptions,
  { shape, language, configHash }: { shape: ScorerShape; language: Language; configHash: string },
): NewScorerConfig {
  const { seed, grpo, reward, policy } = config;
  return {
    shape,
    language,
    candidates: 'grammar',
    probes: policy.probes,
    knowledgeBases: world.knowledgeBases.map(({ name, description, modality, cost }) => ({
      name,
      description,
      modality,
      cost,
    })),
    training: { regime: grpo.regime, reward: JSON.stringify(reward), seed, configHash, gitHash, ...provenance },
  };
}

function graphOptions({
  config,
  world,
  knowledgeBases,
  policy,
}: Pick<ScorerSession, 'world' | 'knowledgeBases'> & { config: TrainConfig; policy: Policy }): RouterGraphOptions {
  const { reader, answerer, images } = world;
  const { maxSteps } = config.policy;
  return { knowledgeBases, policy, reader, answerer, images, maxSteps, passageLimit: PASSAGE_LIMIT };
}
