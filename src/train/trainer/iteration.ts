/** One iteration of Step-GRPO: runs of the graph, their rewards, their advantages, the update. */
import { loadScorer } from '../../offline/policies/scorer/directory.ts';
import type { IterationMetrics } from '../monitor/iteration-metrics.ts';
import { type Group, type ScoredGroup, scoreGroup } from '../rollouts/group.ts';
import { rollOut } from '../rollouts/roll-out.ts';
import { rollOutTeacherForced, type TeacherState, teacherStates } from '../rollouts/teacher-forced.ts';
import { servedBatch } from '../runs/served-samples.ts';
import { batchOf } from './batch-of.ts';
import { type DecisionBatch, decisionBatch } from './decision-batch.ts';
import type { ScorerSession } from './scorer-session.ts';
import type { UpdateReport } from './update.ts';

export interface Iteration {
  groups: ScoredGroup[];
  batch: DecisionBatch;
  /** Of the last update on the batch. */
  report: UpdateReport;
  timings: IterationMetrics['timings'];
}

/** How to do an iteration by its number; the reference policy must stand in the folder. */
export async function iterations(session: ScorerSession): Promise<(iteration: number) => Promise<Iteration>> {
  const { config, folder, learner, reward } = session;
  const { grpo, policy } = config;
  const reference = await loadScorer(folder.reference, { language: session.language });
  const teacher = grpo.regime === 'teacher-forced' ? await allTeacherStates(session) : [];
  return async (iteration) => {
    const started = performance.now();
    const rolledOut = await learner.reading(() => rollOutBatch(session, iteration, teacher));
    const groups = rolledOut.map((group) => scoreGroup(group, reward));
    const between = performance.now();
    const batch = decisionBatch(groups, {
      reference,
      maxSteps: grpo.regime === 'teacher-forced' ? 1 : policy.maxSteps,
      estimator: grpo.estimator,
      stepReturn: grpo.stepReturn,
      stepWeight: grpo.stepWeight,
    });
    const { served = [] } = session.data;
    const { questions: size } = grpo;
    batch.samples.push(
      ...servedBatch(served, { seed: config.seed, iteration, size, maxSteps: policy.maxSteps, reference }),
    );
    let report = await learner.update(batch.samples);
    for (let again = 1; again < grpo.updates; again++) report = await learner.update(batch.samples);
    const ended = performance.now();
    const timings = {
      rollout: between - started,
      update: ended - between,
      decisionsPerSecond: (1000 * batch.samples.length) / (ended - started),
    };
    return { groups, batch, report, timings };
  };
}

async function allTeacherStates({
  config,
  world,
  data,
  knowledgeBases,
  signal,
}: ScorerSession): Promise<TeacherState[]> {
  const { readLimit } = config.policy;
  const lookUp = { knowledgeBases, readLimit, image: (hash: string) => world.images.get(hash), signal };
  const states: TeacherState[] = [];
  for (const question of data.train) states.push(...(await teacherStates(question, lookUp)));
  return states;
}

function rollOutBatch(
  { config, data, sampling, signal }: ScorerSession,
  iteration: number,
  teacher: readonly TeacherState[],
): Promise<Group[]> {
  const { seed, grpo } = config;
  const { questions, groupSize, concurrency } = grpo;
  const common = { drive: sampling, groupSize, seed, iteration, concurrency, signal };
  const draw = { seed, iteration, size: questions };
  return grpo.regime === 'teacher-forced'
    ? rollOutTeacherForced({ ...common, states: batchOf(teacher, draw) })
    : rollOut({ ...common, questions: batchOf(data.train, draw) });
}
