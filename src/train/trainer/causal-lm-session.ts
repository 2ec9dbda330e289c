/**
 * What a Step-GRPO training of a language model works with: the weights that it changes, and the graph run on them in two ways.
 * `sampling` tries things out, `validate` takes the likeliest token. Runs that go side by side are sampled in one batch.
 */
import { CausalLmChatModel } from '../../causal-lm/chat-model.ts';
import { loadCausalLm } from '../../causal-lm/directory.ts';
import { type BatchSampler, SampleQueue } from '../../causal-lm/sample-queue.ts';
import { Sampler } from '../../causal-lm/sampler.ts';
import { SHORT_PROMPTS, shortChatMl } from '../../causal-lm/short-prompt.ts';
import { userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import type { OptimiserState } from '../../engine/optimiser.ts';
import type { Question } from '../../eval/datasets/question.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { driveRouter, type RouterDriver } from '../../graph/driver.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { startModelThreads } from '../causal-lm/model-threads.ts';
import type { TokenSample } from '../causal-lm/token-batch.ts';
import type { TrainableCausalLm } from '../causal-lm/trainable.ts';
import { type TrajectoryText, trajectoryTexts } from '../causal-lm/trajectory-text.ts';
import { type CausalLmUpdater, causalLmUpdater, type GradientWorker } from '../causal-lm/updater.ts';
import type { RewardConfig } from '../rewards/index.ts';
import { type CausalLmGrpoConfig, parseCausalLmGrpoConfig } from './causal-lm-grpo-config.ts';
import { openTrainedModel, type TrainedModel } from './causal-lm-model.ts';
import { withFirstPrompt } from './folder-config.ts';
import { remembering } from './remembering-knowledge-base.ts';
import { openRunFolder } from './run-folder.ts';
import { startTexts } from './start-texts.ts';
import { rewardOf } from './train-config.ts';
import type { TrainEvent, TrainingWorld } from './train-options.ts';
import type { TrainerSession } from './trainer-session.ts';
import type { TrainingData } from './training-data.ts';
import { type Validation, validate } from './validate.ts';

/** Passages asked of each search: the graph's default. */
const PASSAGE_LIMIT = 10;

export interface TrainCausalLmGrpoOptions {
  config: CausalLmGrpoConfig;
  world: Pick<TrainingWorld, 'knowledgeBases' | 'images' | 'reader' | 'answerer'>;
  data: TrainingData;
  /** Folder of the training; one that holds the same configuration is resumed. */
  folder: string;
  gitHash?: string;
  signal?: AbortSignal;
  onEvent?: (event: TrainEvent) => void;
}

export interface CausalLmSession extends TrainerSession {
  config: CausalLmGrpoConfig;
  data: TrainingData;
  model: TrainedModel;
  /** Questions of train whose gold trajectories are taught. */
  taught: readonly Question[];
  /** What the supervised start teaches. */
  startTexts(): readonly TrajectoryText[];
  reward: RewardConfig;
  sampling: RouterDriver;
  learner: TrainerSession['learner'] & Pick<CausalLmUpdater, 'update'>;
  release(): Promise<void>;
}

export async function openCausalLmSession(options: TrainCausalLmGrpoOptions): Promise<CausalLmSession> {
  const { config, data, world, gitHash = '', signal, onEvent = () => {} } = options;
  const taught = demonstrated(data.train, config);
  const texts = taught.flatMap((question) => trajectoryTexts(question, config.prompt));
  if (texts.length === 0) throw userError('training-data', 'no question of the train split has gold steps');
  const folder = await openRunFolder(options.folder, {
    config,
    parse: (held) => parseCausalLmGrpoConfig(withFirstPrompt(held)),
  });
  const version = folder.configHash.slice(0, 12);
  const names = world.knowledgeBases.map(({ name }) => name);
  const { maxTokens } = config.policy;
  const form = config.policy.form ? { names, maxTokens } : undefined;
  const own = { prompt: config.prompt, version, gitHash, form };
  const model = await openTrainedModel(config, { texts, own }).catch(async (error: unknown) => {
    await folder.close();
    throw error;
  });
  const engines = openEngines(model, config);
  const queue = new SampleQueue(engines.sampler, { rows: config.policy.rows, parts: config.workers });
  const reward = rewardOf(config);
  const knowledgeBases = world.knowledgeBases.map((knowledgeBase) => remembering(knowledgeBase));
  const drive = (temperature: number) =>
    driverOf({ ...options, world: { ...world, knowledgeBases } }, { model, queue, temperature, version });
  const greedy = drive(0);
  const learner = lazyLearner(model, { config, engines, reference: folder.reference });
  return {
    config,
    data,
    gitHash,
    signal,
    onEvent,
    folder,
    parameters: model.trainable.parameters,
    model,
    taught,
    startTexts: () => startTexts({ config, data, taught, texts, names }),
    reward,
    sampling: drive(config.policy.temperature),
    learner,
    validate: (): Promise<Validation> =>
      validate(greedy, data.validation, { reward, concurrency: data.validation.length, signal }),
    savePolicy: (directory) => model.save(directory),
    async release() {
      await learner.release();
      await engines.release();
    },
  };
}

/** Of whole templates; questions without a template are all taught. */
function demonstrated(train: TrainingData['train'], { seed, start }: CausalLmGrpoConfig): Question[] {
  const questions = train.map(({ question }) => question);
  const templates = [...new Set(questions.flatMap(({ template }) => template ?? []))].sort();
  const drawn = keyedRandom('demonstrated', seed).shuffle(templates);
  const shown = new Set(drawn.slice(0, Math.ceil(start.demonstrated * templates.length)));
  return questions.filter(({ template }) => template === undefined || shown.has(template));
}

/** What samples and what computes gradients: in this thread, or in several of their own. */
interface Engines {
  sampler: BatchSampler;
  gradientWorkers(model: TrainableCausalLm): Promise<GradientWorker[] | undefined>;
  release(): Promise<void>;
}

function openEngines(model: TrainedModel, { grpo, policy, threads, workers }: CausalLmGrpoConfig): Engines {
  const options = { ...grpo, threads, temperature: policy.temperature, form: model.form };
  if (workers > 1) return startModelThreads(model.trainable, options, workers);
  const sampler = new Sampler(model.sampled, { threads });
  return { sampler, gradientWorkers: async () => undefined, release: () => sampler.release() };
}

/** Made at the first update: by then the reference policy stands in the folder, the weights that Step-GRPO begins with. */
function lazyLearner(
  { trainable: model, form }: TrainedModel,
  { config, engines, reference }: { config: CausalLmGrpoConfig; engines: Engines; reference: string },
) {
  const { grpo, policy, threads } = config;
  const { parameters } = model;
  const total = grpo.schedule === 'cosine' ? grpo.iterations * grpo.updates : undefined;
  const optimiser: OptimiserState = { step: 0, mu: parameters.like(), nu: parameters.like() };
  const open = async (): Promise<CausalLmUpdater> => {
    const other = grpo.klWeight > 0 && !model.lora ? (await loadCausalLm(reference)).parameters : undefined;
    const whole = { ...model, reference: other };
    const options = { ...grpo, total, threads, temperature: policy.temperature, form, state: optimiser };
    return causalLmUpdater(whole, options, await engines.gradientWorkers(whole));
  };
  let updater: Promise<CausalLmUpdater> | undefined;
  return {
    optimiser,
    reading: <T>(task: () => Promise<T>): Promise<T> => task(),
    async update(samples: readonly TokenSample[]) {
      updater ??= open();
      return (await updater).update(samples);
    },
    release: async () => (await updater)?.release(),
  };
}

/** The graph on the live weights. Each run joins the queue, so that runs side by side become one batch. */
function driverOf(
  { config, world }: Pick<TrainCausalLmGrpoOptions, 'config'> & { world: DrivenWorld },
  {
    model,
    queue,
    temperature,
    version,
  }: { model: TrainedModel; queue: SampleQueue; temperature: number; version: string },
): RouterDriver {
  const { maxSteps, maxTokens, invalidRetries } = config.policy;
  const chat = new CausalLmChatModel({
    model: model.sampled,
    tokenizer: model.tokenizer,
    queue,
    temperature,
    maxTokens,
    form: model.form,
    render: shortChatMl,
  });
  const policy = chatModelPolicy({
    protocol: 'tags',
    model: chat,
    name: 'causal-lm',
    version,
    imageAt: 'never',
    temperature,
    prompts: { decide: SHORT_PROMPTS[config.prompt] },
    callOptions: ({ seed }) => ({ seed }),
  });
  const drive = driveRouter({
    ...world,
    policy,
    maxSteps,
    invalidRetries,
    passageLimit: PASSAGE_LIMIT,
    // A fallback that searches would earn what the policy did not: an output that cannot be used would pay.
    fallback: 'stop',
    evidence: false,
  });
  return (input, given) => queue.join(() => drive(input, given));
}

type DrivenWorld = Omit<TrainCausalLmGrpoOptions['world'], 'knowledgeBases'> & {
  knowledgeBases: readonly SearchableKnowledgeBase[];
};
