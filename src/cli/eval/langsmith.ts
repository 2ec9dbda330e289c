/** `r1-router eval --langsmith NAME`: each method as an experiment of LangSmith. */
import { userError } from '../../common/errors.ts';
import type { Dataset } from '../../eval/datasets/load.ts';
import type { StepRewards } from '../../eval/langsmith/evaluators.ts';
import { type LangsmithExperiment, langsmithExperiment } from '../../eval/langsmith/experiment.ts';
import type { EvaluationMethod } from '../../eval/runner/method.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import { REWARD_PRESETS, scoreRun } from '../../train/rewards/index.ts';
import { plainLine } from '../terminal/plain-text.ts';

export interface LangsmithRun {
  langsmith: string;
  dataset: Pick<Dataset, 'name' | 'questions'>;
  images: ImageStore;
  seeds: readonly number[];
  concurrency: number;
  maxSteps?: number;
  json?: boolean;
  signal: AbortSignal;
}

/** Of all figures those that a line has room for; LangSmith shows every one. */
const SHOWN = ['accuracy', 'evidenceRecall', 'searches', 'step_reward', 'failed'] as const;

export async function evalOnLangsmith(methods: readonly EvaluationMethod[], run: LangsmithRun): Promise<void> {
  const { LANGSMITH_API_KEY, LANGCHAIN_API_KEY } = process.env;
  if (!LANGSMITH_API_KEY && !LANGCHAIN_API_KEY) {
    throw userError(
      'api-key-missing',
      '--langsmith: the environment variable LANGSMITH_API_KEY is not set; set it to the key',
    );
  }
  const { langsmith: name, json, seeds, signal, ...options } = run;
  const done: LangsmithExperiment[] = [];
  await linesToStderr(async () => {
    for (const method of methods) {
      for (const seed of seeds) {
        const experiment = `${method.name}-${seed}`;
        done.push(await langsmithExperiment({ ...options, method, name, experiment, seed, signal, stepRewards }));
      }
    }
  });
  process.stdout.write(json ? `${JSON.stringify(done)}\n` : done.map(lineOf).join(''));
}

/** What LangSmith says of where its experiments are to be seen is not our output. */
async function linesToStderr(work: () => Promise<void>): Promise<void> {
  const { log } = console;
  console.log = console.error;
  try {
    await work();
  } finally {
    console.log = log;
  }
}

const stepRewards: StepRewards = (question, output) =>
  scoreRun({ question, steps: output.steps, answer: output.answer }, REWARD_PRESETS.evidence).total;

function lineOf({ experiment, dataset, questions, means }: LangsmithExperiment): string {
  const figures = SHOWN.filter((key) => means[key] !== undefined).map((key) => `${key} ${means[key]!.toFixed(3)}`);
  return `${plainLine(experiment)}: ${questions} questions of ${plainLine(dataset)}: ${figures.join(', ')}\n`;
}
