/** A method on a question set as an experiment of LangSmith: its runs as traces, our figures as their feedback. */
import type { Client } from 'langsmith';
import type { EvaluationMethod } from '../runner/method.ts';
import { type LangsmithDatasetOptions, uploadDataset } from './dataset.ts';
import { langsmithEvaluator, type StepRewards } from './evaluators.ts';
import { StepRuns } from './step-runs.ts';

export interface LangsmithExperimentOptions extends LangsmithDatasetOptions {
  method: EvaluationMethod;
  /** The experiment is called so, and a few letters more. Default: the name of the method. */
  experiment?: string;
  /** Default 0. */
  seed?: number;
  /** Steps at most. Default: the method's own. */
  maxSteps?: number;
  /** Runs at once. Default 4. */
  concurrency?: number;
  stepRewards?: StepRewards;
  signal?: AbortSignal;
}

export interface LangsmithExperiment {
  experiment: string;
  dataset: string;
  questions: number;
  /** By the key of the feedback, over the runs where it is defined. */
  means: Record<string, number>;
}

/** Throws `langsmith-failed` as `uploadDataset` does. A run that fails is scored as a wrong answer, and the others go on. */
export async function langsmithExperiment(options: LangsmithExperimentOptions): Promise<LangsmithExperiment> {
  const { method, experiment = method.name, seed = 0, maxSteps, concurrency = 4, stepRewards, signal } = options;
  const [{ evaluate }, { getLangchainCallbacks }, { Client }] = await Promise.all([
    import('langsmith/evaluation'),
    import('langsmith/langchain'),
    import('langsmith'),
  ]);
  const client: Client = options.client ?? new Client();
  const { name, examples } = await uploadDataset({ ...options, client });
  const stepRuns = new StepRuns();
  const ask = async (inputs: { question: string; image?: string }) => {
    signal?.throwIfAborted();
    const callbacks = await getLangchainCallbacks();
    callbacks?.addHandler(stepRuns);
    return { ...(await method.invoke(inputs, { callbacks, context: { seed, maxSteps }, signal })) };
  };
  const { experimentName, results } = await evaluate(ask, {
    data: examples,
    evaluators: [langsmithEvaluator({ stepRewards, runOfStep: (id) => stepRuns.of(id) })],
    experimentPrefix: experiment,
    metadata: { method: method.name, seed, ...(maxSteps !== undefined && { maxSteps }) },
    maxConcurrency: concurrency,
    client,
  });
  signal?.throwIfAborted();
  const scores = results.flatMap(({ evaluationResults }) => evaluationResults.results);
  return { experiment: experimentName, dataset: name, questions: results.length, means: meansOf(scores) };
}

function meansOf(scores: readonly { key: string; score?: unknown }[]): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { key, score } of scores) {
    if (typeof score !== 'number') continue;
    const { sum, count } = sums.get(key) ?? { sum: 0, count: 0 };
    sums.set(key, { sum: sum + score, count: count + 1 });
  }
  return Object.fromEntries([...sums].map(([key, { sum, count }]) => [key, sum / count]));
}
