/**
 * Runs every method on every question with every seed, some at a time, and logs each run as it ends. Killed at any moment and
 * started again it asks only what is missing; since seeds and run ids follow from what is asked and never from the order of
 * completion, the log then holds the same runs.
 */
import { readFile } from 'node:fs/promises';
import { v5 as uuidv5 } from 'uuid';
import { isR1RouterError, messageOf, systemError, userError } from '../../common/errors.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import { searchFailure } from '../../graph/steps/search-failure.ts';
import { isDamagedStore } from '../../tools/damaged-store.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Dataset } from '../datasets/load.ts';
import type { Question } from '../datasets/question.ts';
import { everyAlternative } from './counterfactual.ts';
import { claimFolder, EVALUATION_VERSION, type Evaluation, evaluationFiles, evaluationIdentity } from './evaluation.ts';
import { lockFolder } from './folder-lock.ts';
import type { EvaluationMethod } from './method.ts';
import type { Progress } from './progress.ts';
import { RUN_LINE_VERSION, type RunLine, runKey } from './run-line.ts';
import { openRunLog } from './run-log.ts';

export interface RunEvaluationOptions {
  /** Where the evaluation lives; an unfinished one of the same identity is gone on with. */
  folder: string;
  dataset: Pick<Dataset, 'name' | 'questions'> & Partial<Pick<Dataset, 'broken' | 'imagesMissing'>>;
  methods: readonly EvaluationMethod[];
  /** Default [0]. */
  seeds?: readonly number[];
  /** Runs at once. Default 4. */
  concurrency?: number;
  /** Steps at most, for every method. Default: each method's own. */
  maxSteps?: number;
  /** The store the methods' graphs were given; needed where questions have images. */
  images?: ImageStore;
  /** With these, every sub-question is put to each of them afterwards, which gives regret and the oracle line. */
  counterfactual?: { knowledgeBases: readonly SearchableKnowledgeBase[]; passageLimit?: number };
  signal?: AbortSignal;
  /** Called with the number of runs in all and those done already. */
  onStart?: (total: number, already: number) => Progress | undefined;
}

interface Task {
  method: EvaluationMethod;
  question: Question;
  seed: number;
}

/** Namespace of run ids: a run of the same evaluation has the same id in every process. */
const RUNS = 'a3b1f6d2-5c0e-5f4b-9a57-0f6a54c4e5d1';

type Described = Pick<RunEvaluationOptions, 'dataset' | 'methods' | 'seeds' | 'maxSteps' | 'counterfactual'>;

/** What an evaluation would be, identity included, before any of it is run. Throws `invalid-evaluation` for bad options. */
export async function describeEvaluation({
  dataset,
  methods,
  seeds = [0],
  maxSteps,
  counterfactual,
}: Described): Promise<Evaluation> {
  checkNames(methods.map(({ name }) => name));
  const settings = {
    seeds: [...seeds],
    maxSteps,
    counterfactual: counterfactual !== undefined,
    passageLimit: counterfactual?.passageLimit ?? 10,
  };
  const described = methods.map(({ name, fingerprint }) => ({ name, fingerprint }));
  return {
    schemaVersion: EVALUATION_VERSION,
    identity: await evaluationIdentity(dataset.questions, described, settings),
    dataset: { name: dataset.name, broken: dataset.broken?.length ?? 0, imagesMissing: dataset.imagesMissing ?? 0 },
    methods: described,
    settings,
  };
}

/**
 * Resolves when every run is on the disk. A run that fails is logged as failed and the others go on. A run of
 * which every search failed is such a run, and not an abstention. Rejects with the signal's reason when aborted, with
 * `other-evaluation` or `evaluation-running` where the folder is taken, with `invalid-evaluation` for bad options, and where a
 * store is damaged with what it says.
 */
export async function runEvaluation({
  folder,
  dataset,
  methods,
  seeds = [0],
  concurrency = 4,
  maxSteps,
  images,
  counterfactual,
  signal,
  onStart,
}: RunEvaluationOptions): Promise<Evaluation> {
  const evaluation = await describeEvaluation({ dataset, methods, seeds, maxSteps, counterfactual });
  const { passageLimit } = evaluation.settings;
  await claimFolder(folder, evaluation, dataset.questions);
  const unlock = await lockFolder(folder);
  const log = await openRunLog(evaluationFiles(folder).runs).catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  const tasks = methods.flatMap((method) =>
    seeds.flatMap((seed) => dataset.questions.map((question): Task => ({ method, question, seed }))),
  );
  const open = tasks.filter(
    ({ method, question, seed }) => !log.lines.has(runKey({ method: method.name, questionId: question.id, seed })),
  );
  const progress = onStart?.(tasks.length, tasks.length - open.length);

  const run = async ({ method, question, seed }: Task): Promise<RunLine> => {
    const about = { schemaVersion: RUN_LINE_VERSION, method: method.name, questionId: question.id, seed } as const;
    const start = performance.now();
    const milliseconds = () => Math.round((performance.now() - start) * 1000) / 1000;
    try {
      const bytes = question.image === undefined ? undefined : await readFile(question.image);
      const image = bytes && (await imageHash(images, bytes));
      const runId = uuidv5(`${evaluation.identity} ${runKey(about)}`, RUNS);
      const output: RouterOutput = await method.invoke(
        { question: question.question, image },
        { context: { seed, runId, maxSteps }, signal },
      );
      const failure = output.answer === null ? searchFailure(output.steps) : undefined;
      if (failure !== undefined) throw systemError('knowledge-bases-failed', `no search was answered: ${failure}`);
      const timings = { milliseconds: milliseconds() };
      const alternatives =
        counterfactual &&
        (await everyAlternative(output.steps, {
          knowledgeBases: counterfactual.knowledgeBases,
          limit: passageLimit,
          image: bytes && image ? { hash: image, bytes } : undefined,
          signal,
        }));
      return { ...about, output: outputOnly(output), alternatives, timings };
    } catch (error) {
      signal?.throwIfAborted();
      if (isDamagedStore(error)) throw error;
      const { code, kind } = isR1RouterError(error) ? error : ({ code: 'unexpected', kind: 'system' } as const);
      return { ...about, error: { code, kind, message: messageOf(error) }, timings: { milliseconds: milliseconds() } };
    }
  };

  try {
    let next = 0;
    const worker = async () => {
      while (next < open.length) {
        signal?.throwIfAborted();
        const task = open[next++]!;
        await log.append(await run(task));
        progress?.advance();
      }
    };
    const workers = Array.from({ length: Math.max(1, Math.min(concurrency, open.length)) }, worker);
    // All must have ended before the log is closed, also those that outlive the first failure.
    const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  } finally {
    progress?.end();
    await log.close();
    await unlock();
  }
  return evaluation;
}

function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw userError('invalid-evaluation', 'evaluation: no method to run; name at least one');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw userError('invalid-evaluation', `evaluation: the method "${twice}" is named twice; leave one out`);
}

async function imageHash(images: ImageStore | undefined, bytes: Uint8Array): Promise<string> {
  if (images === undefined) {
    throw userError(
      'no-image-store',
      'evaluation: a question has an image, but no image store was given; set the option images',
    );
  }
  return images.put(bytes);
}

/** A graph with other state channels of its own must not leak them into the log. */
function outputOnly({
  runId,
  question,
  answer,
  citations,
  evidence,
  stopReason,
  usage,
  steps,
}: RouterOutput): RouterOutput {
  return { runId, question, answer, citations, evidence, stopReason, usage, steps };
}
