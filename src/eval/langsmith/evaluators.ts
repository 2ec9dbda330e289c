/** Our metrics as an evaluator of LangSmith: every figure of a run that is defined, and what each step earned. */
import type { EvaluationResult, RunEvaluator } from 'langsmith/evaluation';
import type { Example, Run } from 'langsmith/schemas';
import { userError } from '../../common/errors.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import { StoredRouterOutputSchema } from '../../graph/step-record-migration.ts';
import type { Question } from '../datasets/question.ts';
import { RUN_LINE_VERSION } from '../runner/run-line.ts';
import { scoreRun } from '../scoring/score-run.ts';
import { questionOfExample } from './dataset.ts';

/** One number a step, e.g. `scoreRun({ question, ...output }, REWARD_PRESETS.evidence).total` of `r1-router/train`. */
export type StepRewards = (question: Question, output: RouterOutput) => readonly number[];

export interface LangsmithEvaluatorOptions {
  /** Sent as feedback `step_reward` of each step. Default: none. */
  stepRewards?: StepRewards;
  /** The run of a step. Default: feedback on steps is given to the run of the question. */
  runOfStep?: (stepId: string) => string | undefined;
}

/** For `evaluators` of `evaluate`, over examples that `uploadDataset` made and a target that gives a `RouterOutput`. */
export function langsmithEvaluator(options: LangsmithEvaluatorOptions = {}): RunEvaluator {
  return {
    async evaluateRun(run: Run, example?: Example) {
      if (!example)
        throw userError('langsmith-example', 'langsmithEvaluator: a run without an example; give evaluate data');
      return { results: resultsOf(run, questionOfExample(example), options) };
    },
  };
}

function resultsOf(run: Run, question: Question, options: LangsmithEvaluatorOptions): EvaluationResult[] {
  const read = StoredRouterOutputSchema.safeParse(run.outputs);
  const output = read.success ? read.data : undefined;
  const about = { schemaVersion: RUN_LINE_VERSION, method: run.name, questionId: question.id, seed: 0 } as const;
  const { figures } = scoreRun(question, { ...about, output, timings: { milliseconds: 0 } });
  const results = Object.entries(figures).flatMap(([key, score]) => (score === null ? [] : [{ key, score }]));
  return output ? [...results, ...ofSteps(question, output, options)] : results;
}

function ofSteps(
  question: Question,
  output: RouterOutput,
  { stepRewards, runOfStep }: LangsmithEvaluatorOptions,
): EvaluationResult[] {
  const rewards = stepRewards?.(question, output) ?? [];
  return output.steps.flatMap(({ id, index }, place) => {
    const score = rewards[place];
    if (score === undefined) return [];
    const targetRunId = runOfStep?.(id);
    const evaluatorInfo = { step: index, stepId: id };
    const comment = `step ${index + 1}`;
    return [{ key: 'step_reward', score, comment, evaluatorInfo, ...(targetRunId !== undefined && { targetRunId }) }];
  });
}
