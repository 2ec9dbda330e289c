/**
 * The training of a scorer, top to bottom: a supervised start on gold trajectories, then Step-GRPO on runs of the graph itself.
 * Gradients are computed in a thread of their own (`scorer-thread.ts`), which changes the weights that the runs here read.
 *
 *     roll out -> score -> advantages -> update -> measure -> (validate, keep the best, checkpoint) -> again
 *
 * Every random choice is keyed by the configuration's seed and the iteration, so that a training killed anywhere goes on from its
 * last checkpoint to the same weights, records and metrics, timings apart.
 */

import { isR1RouterError, messageOf, modelError, systemError, userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import { checkpointFile, pruneCheckpoints, resumeFrom, saveCheckpoint } from '../../engine/checkpoint.ts';
import { isNonFiniteError } from '../../engine/gradient-engine.ts';
import { driveRouter } from '../../graph/driver.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import type { Answerer, Reader } from '../../graph/policy.ts';
import { assembleScorer, loadScorer, saveScorer } from '../../offline/policies/scorer/directory.ts';
import { DEFAULT_SCORER_SHAPE } from '../../offline/policies/scorer/shape.ts';
import { scorerPolicy } from '../../offline/policies/scorer.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { initialScorer, startFromRule } from '../models/scorer.ts';
import { type Alarm, type AlarmKind, newAlarms } from '../monitor/alarms.ts';
import type { IterationMetrics } from '../monitor/iteration-metrics.ts';
import { type Group, scoreGroup } from '../rollouts/group.ts';
import { openRecordStore } from '../rollouts/record-store.ts';
import { rollOut, type TrainingQuestion } from '../rollouts/roll-out.ts';
import { rollOutTeacherForced, type TeacherState, teacherStates } from '../rollouts/teacher-forced.ts';
import { counterfactualSamples } from './counterfactual-samples.ts';
import { decisionBatch } from './decision-batch.ts';
import { goldSamples } from './gold-samples.ts';
import { measureIteration } from './measure-iteration.ts';
import { priorSamples } from './prior-samples.ts';
import { remembering } from './remembering-knowledge-base.ts';
import { openRunFolder } from './run-folder.ts';
import { startScorerThread } from './scorer-thread.ts';
import { rewardOf, type TrainConfig } from './train-config.ts';
import type { TrainingData } from './training-data.ts';
import { type Validation, validate } from './validate.ts';
import type { ImitationSample } from './warm-start.ts';

/** Passages asked of each search: the graph's default. */
const PASSAGE_LIMIT = 10;

export interface TrainingWorld {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  images: ImageStore;
  reader: Reader;
  answerer: Answerer;
}

export type TrainEvent =
  | { type: 'resume'; iteration: number; before: Validation | null }
  | { type: 'checkpoint-damaged'; file: string; message: string }
  | { type: 'imitation-data-end'; samples: number; targets: 'counterfactual'; best: number }
  | { type: 'imitation-data-end'; samples: number; targets: 'teacher'; coverage: number }
  | { type: 'warm-start-step'; step: number; steps: number; loss: number }
  | { type: 'validation-end'; iteration: number; validation: Validation; best: boolean }
  | { type: 'iteration-end'; metrics: IterationMetrics; iterations: number; secondsLeft: number }
  | { type: 'alarm'; alarm: Alarm };

export interface TrainScorerOptions {
  config: TrainConfig;
  world: TrainingWorld;
  data: TrainingData;
  /** Folder of the training; one that holds the same configuration is resumed. */
  folder: string;
  gitHash?: string;
  /** What goes into the policy's config beside the configuration: sources, licences. */
  provenance?: Record<string, string>;
  signal?: AbortSignal;
  onEvent?: (event: TrainEvent) => void;
}

export interface TrainResult {
  /** Directory of the best policy. */
  policy: string;
  /** Validation before Step-GRPO, and of the policy that was kept. */
  before: Validation;
  best: Validation & { iteration: number };
  alarms: Alarm[];
}

/** What of a training's state is neither weights nor moments. */
interface Progress {
  iteration: number;
  groups: number;
  metricsLines: number;
  best: { iteration: number; validation: Validation } | null;
  before: Validation | null;
  alarms: Alarm[];
}

export async function trainScorer(options: TrainScorerOptions): Promise<TrainResult> {
  const { config, world, data, gitHash = '', provenance = {}, signal, onEvent = () => {} } = options;
  const { seed, grpo, policy: policyConfig } = config;
  const reward = rewardOf(config);
  const folder = await openRunFolder(options.folder, config);
  const knowledgeBases = world.knowledgeBases.map((knowledgeBase) => remembering(knowledgeBase));
  const shape = DEFAULT_SCORER_SHAPE;
  const parameters = initialScorer(shape, seed);
  const description = {
    shape,
    candidates: 'grammar' as const,
    probes: policyConfig.probes,
    knowledgeBases: world.knowledgeBases.map(({ name, description, modality, cost }) => ({
      name,
      description,
      modality,
      cost,
    })),
    training: {
      regime: grpo.regime,
      reward: JSON.stringify(config.reward),
      seed,
      configHash: folder.configHash,
      gitHash,
      ...provenance,
    },
  };
  const graphOptions = (policy: RouterGraphOptions['policy']): RouterGraphOptions => ({
    knowledgeBases,
    policy,
    reader: world.reader,
    answerer: world.answerer,
    images: world.images,
    maxSteps: policyConfig.maxSteps,
    passageLimit: PASSAGE_LIMIT,
  });
  const live = { shape, weights: parameters.feeds() };
  const blank = assembleScorer(description, live.weights);
  const greedy = driveRouter(graphOptions(scorerPolicy(blank, { network: live })));
  const learner = startScorerThread(parameters, shape, config);
  const { optimiser, reading } = learner;
  const validateNow = () =>
    reading(() => validate(greedy, data.validation, { reward, concurrency: grpo.concurrency, signal }));

  const sampling = driveRouter(graphOptions(scorerPolicy(blank, { network: live, temperature: 1, trace: 'features' })));

  const savePolicy = (directory: string) =>
    reading(() => saveScorer(directory, assembleScorer(description, live.weights)));

  let saved = false;
  let progress: Progress = { iteration: 0, groups: 0, metricsLines: 0, best: null, before: null, alarms: [] };
  const save = async () => {
    const record = {
      version: 1,
      step: optimiser.step,
      random: seed,
      cursor: progress.iteration,
      configHash: folder.configHash,
      gitHash,
      extra: JSON.parse(JSON.stringify(progress)),
    } as const;
    const file = checkpointFile(folder.checkpoints, progress.iteration);
    await reading(() => saveCheckpoint(file, { parameters, optimiser, record }));
    saved = true;
    await pruneCheckpoints(folder.checkpoints, 3);
  };
  const keepBest = async (iteration: number, validation: Validation) => {
    const better = progress.best === null || isBetter(validation, progress.best.validation, config.bestBy);
    if (better) {
      progress = { ...progress, best: { iteration, validation } };
      await savePolicy(folder.policy);
    }
    onEvent({ type: 'validation-end', iteration, validation, best: better });
  };

  let records: Awaited<ReturnType<typeof openRecordStore>> | undefined;
  try {
    const resumed = await resumeFrom(folder.checkpoints, {
      parameters,
      optimiser,
      configHash: folder.configHash,
      onDamaged: ({ file, message }) => onEvent({ type: 'checkpoint-damaged', file, message }),
    });
    if (resumed) {
      saved = true;
      progress = resumed.extra as unknown as Progress;
      onEvent({ type: 'resume', iteration: progress.iteration, before: progress.before });
    } else {
      await imitate();
      await savePolicy(folder.reference);
      const before = await validateNow();
      progress = { ...progress, before };
      await keepBest(0, before);
      await save();
    }
    await folder.cutTo(progress.metricsLines);
    records = await openRecordStore(folder.records, { groups: progress.groups });
    const reference = await loadScorer(folder.reference);
    const teacher = grpo.regime === 'teacher-forced' ? await allTeacherStates() : [];
    const history = [...folder.metrics];
    const fired = new Set<AlarmKind>(progress.alarms.map(({ kind }) => kind));
    const began = performance.now();
    const first = progress.iteration;

    for (let iteration = first; iteration < grpo.iterations; iteration++) {
      signal?.throwIfAborted();
      const started = performance.now();
      const groups = await reading(() => rollOutBatch(iteration, teacher));
      const scored = groups.map((group) => scoreGroup(group, reward));
      const rolledOut = performance.now();
      const batch = decisionBatch(scored, {
        reference,
        maxSteps: grpo.regime === 'teacher-forced' ? 1 : policyConfig.maxSteps,
        estimator: grpo.estimator,
        stepWeight: grpo.stepWeight,
      });
      let report = await learner.update(batch.samples);
      for (let again = 1; again < grpo.updates; again++) report = await learner.update(batch.samples);
      const updated = performance.now();

      await records.append(scored);
      progress = { ...progress, iteration: iteration + 1, groups: records.count };
      const validating = (iteration + 1) % config.validateEvery === 0 || iteration + 1 === grpo.iterations;
      const validation = validating ? await validateNow() : undefined;
      const metrics = measureIteration({ iteration, groups: scored, batch, report, validation });
      metrics.timings = {
        rollout: rolledOut - started,
        update: updated - rolledOut,
        decisionsPerSecond: (1000 * batch.samples.length) / (updated - started),
      };
      history.push(metrics);
      await folder.append(metrics);
      progress = { ...progress, metricsLines: folder.metrics.length };
      if (validation) await keepBest(iteration + 1, validation);
      for (const alarm of newAlarms(history, fired)) {
        fired.add(alarm.kind);
        progress = { ...progress, alarms: [...progress.alarms, alarm] };
        onEvent({ type: 'alarm', alarm });
      }
      const pace = (performance.now() - began) / (iteration + 1 - first) / 1000;
      onEvent({
        type: 'iteration-end',
        metrics,
        iterations: grpo.iterations,
        secondsLeft: pace * (grpo.iterations - iteration - 1),
      });
      if ((iteration + 1) % config.checkpointEvery === 0 || iteration + 1 === grpo.iterations) await save();
    }
    const { before, best, alarms } = progress;
    if (!before || !best)
      throw userError('training-folder', `${folder.path}: its checkpoint knows no validation; choose another --out`);
    return { policy: folder.policy, before, best: { ...best.validation, iteration: best.iteration }, alarms };
  } catch (error) {
    throw withWhatIsLeft(error);
  } finally {
    await records?.close().catch(() => {});
    await learner.release();
    await folder.close().catch(() => {});
  }

  /** A number that is none, or a disk that takes no more: says what was kept. */
  function withWhatIsLeft(error: unknown): unknown {
    const again = saved ? 'goes on from the last checkpoint' : 'begins again';
    const left = progress.best
      ? `the best policy so far (iteration ${progress.best.iteration}) stands in ${folder.policy}, and the same command ${again}`
      : 'no policy had been validated yet';
    if (isR1RouterError(error) && error.code === 'write-failed')
      return systemError('write-failed', `${error.message}; make room; ${left}`, error);
    if (isNonFiniteError(error)) return modelError('non-finite', `${error.message}; ${left}`, error);
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO' || code === 'EROFS')
      return systemError('write-failed', `${path ?? folder.path}: ${messageOf(error)}; make room; ${left}`, error);
    return error;
  }

  /** The supervised start; without epochs the policy begins with equal chances. */
  async function imitate(): Promise<void> {
    const { epochs, fromRule, targets, priorQuestions, strangerQuestions, ...settings } = config.warmStart;
    if (epochs === 0) return;
    if (fromRule) startFromRule(parameters, shape);
    const own = targets === 'teacher' ? await fromTeacher() : await fromCounterfactuals();
    const { maxSteps } = policyConfig;
    const prior = priorSamples({
      knowledgeBases: world.knowledgeBases,
      count: priorQuestions,
      strangers: strangerQuestions,
      most: own.length,
      maxSteps,
      shape,
      seed,
    });
    const samples = [...own, ...prior];
    const { featureDropout, textDropout } = policyConfig;
    await learner.warmStart(
      { ...settings, epochs, samples, seed, featureDropout, textDropout },
      { signal, onStep: (step) => onEvent({ type: 'warm-start-step', ...step }) },
    );
  }

  async function fromTeacher(): Promise<ImitationSample[]> {
    const { samples, coverage } = await goldSamples(data.train, {
      scorer: blank,
      knowledgeBases,
      images: world.images,
      maxSteps: policyConfig.maxSteps,
      readLimit: policyConfig.readLimit,
      policy: { network: live },
      signal,
    });
    const share = coverage.covered / Math.max(1, coverage.states);
    onEvent({ type: 'imitation-data-end', samples: samples.length, targets: 'teacher', coverage: share });
    return samples;
  }

  async function fromCounterfactuals(): Promise<ImitationSample[]> {
    const { samples, best } = await counterfactualSamples(data.train, {
      knowledgeBases,
      reader: world.reader,
      answerer: world.answerer,
      reward,
      maxSteps: policyConfig.maxSteps,
      passageLimit: PASSAGE_LIMIT,
      image: (hash) => world.images.get(hash),
      shape,
      probes: policyConfig.probes,
      seed,
      signal,
    });
    onEvent({ type: 'imitation-data-end', samples: samples.length, targets: 'counterfactual', best });
    return samples;
  }

  async function allTeacherStates(): Promise<TeacherState[]> {
    const lookUp = {
      knowledgeBases,
      readLimit: policyConfig.readLimit,
      image: (hash: string) => world.images.get(hash),
      signal,
    };
    const states: TeacherState[] = [];
    for (const question of data.train) states.push(...(await teacherStates(question, lookUp)));
    return states;
  }

  function rollOutBatch(iteration: number, teacher: readonly TeacherState[]): Promise<Group[]> {
    const { questions, groupSize, concurrency } = grpo;
    const common = { drive: sampling, groupSize, seed, iteration, concurrency, signal };
    if (grpo.regime === 'teacher-forced') {
      return rollOutTeacherForced({ ...common, states: batchOf(teacher, { seed, iteration, size: questions }) });
    }
    return rollOut({
      ...common,
      questions: batchOf<TrainingQuestion>(data.train, { seed, iteration, size: questions }),
    });
  }
}

/** Better answers first; for the same answers, fewer searches. */
function isBetter(a: Validation, b: Validation, by: TrainConfig['bestBy']): boolean {
  if (by === 'reward') return a.reward > b.reward + 1e-9;
  if (Math.abs(a.score - b.score) > 1e-9) return a.score > b.score;
  return a.searches < b.searches;
}

/** Batch `iteration` of passes over the items, each pass in an order of its own. */
export function batchOf<Item>(
  items: readonly Item[],
  { seed, iteration, size }: { seed: number; iteration: number; size: number },
): Item[] {
  const batch: Item[] = [];
  for (let place = iteration * size; place < (iteration + 1) * size; place++) {
    const pass = Math.floor(place / items.length);
    batch.push(orderOf(items, seed, pass)[place % items.length]!);
  }
  return batch;
}

const orders = new WeakMap<object, Map<string, readonly unknown[]>>();

function orderOf<Item>(items: readonly Item[], seed: number, pass: number): readonly Item[] {
  const known = orders.get(items) ?? new Map<string, readonly unknown[]>();
  orders.set(items, known);
  const key = `${seed}/${pass}`;
  const order = known.get(key) ?? keyedRandom('training-order', seed, pass).shuffle(items);
  known.clear();
  known.set(key, order);
  return order as readonly Item[];
}
