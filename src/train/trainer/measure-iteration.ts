/** One iteration as numbers for the log, the curves and the alarms. */
import { invalidAttempts } from '../../graph/step-record.ts';
import type { IterationMetrics } from '../monitor/iteration-metrics.ts';
import type { ScoredGroup } from '../rollouts/group.ts';
import type { UpdateReport } from './update.ts';
import { answerScore, routedRight, type Validation } from './validate.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);

/** What of a batch is counted, whatever was learnt from it. */
export interface LearntBatch {
  samples: { readonly length: number };
  groups: number;
  zeroVariance: number;
}

export function measureIteration({
  iteration,
  groups,
  batch,
  report,
  validation,
}: {
  iteration: number;
  groups: readonly ScoredGroup[];
  batch: LearntBatch;
  report: UpdateReport;
  validation?: Validation;
}): IterationMetrics {
  const totals = groups.map(({ rewards }) => rewards.map(({ total }) => sum(total)));
  const members = groups.flatMap((group) => group.members.map((member) => ({ group, member })));
  const routed = members.map(({ group, member }) => routedRight(group, member));
  const steps = members.flatMap(({ member }) => member.steps);
  const parts = groups.flatMap(({ rewards }) => rewards.map((reward) => reward.parts));
  const names = [...new Set(parts.flatMap((part) => Object.keys(part) as (keyof typeof part)[]))].sort();
  const perRun = (value: number) => value / Math.max(1, members.length);
  return {
    iteration,
    reward: mean(totals.flat()),
    rewardError: standardError(totals.map(mean)),
    rewardParts: Object.fromEntries(names.map((name) => [name, mean(parts.map((part) => sum(part[name] ?? [])))])),
    routingAccuracy: sum(routed.map(({ right }) => right)) / Math.max(1, sum(routed.map(({ of }) => of))),
    answerScore: mean(members.map(({ group, member }) => answerScore(group, member))),
    regret: mean(totals.map((group) => Math.max(...group) - mean(group))),
    entropy: report.entropy,
    kl: report.kl,
    leap: report.leap,
    alignment: alignmentOf(groups, totals),
    zeroVariance: batch.zeroVariance / Math.max(1, batch.groups),
    invalid:
      steps.filter((step) => invalidAttempts(step).length > 0 || step.decision.type === 'invalid').length /
      Math.max(1, steps.length),
    failures: perRun(members.filter(({ member }) => member.failure !== undefined).length),
    searchesPerQuestion: perRun(sum(steps.map(({ usage }) => usage.searches))),
    readsPerQuestion: perRun(sum(steps.map(({ usage }) => usage.reads))),
    stepsPerQuestion: perRun(steps.length),
    loss: report.loss,
    gradientNorm: report.gradientNorm,
    clipped: report.clipped,
    rate: report.rate,
    decisions: batch.samples.length,
    ...(validation && {
      validation: {
        score: validation.score,
        searches: validation.searches,
        reads: validation.reads,
        routingAccuracy: validation.routingAccuracy,
        reward: validation.reward,
      },
    }),
    timings: { rollout: 0, update: 0, decisionsPerSecond: 0 },
  };
}

function standardError(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1) / values.length);
}

function alignmentOf(groups: readonly ScoredGroup[], totals: readonly number[][]): IterationMetrics['alignment'] {
  const all = { covariance: 0, rewardVariance: 0, answerVariance: 0, groups: 0 };
  for (const [place, group] of groups.entries()) {
    const answers = group.members.map((member) => answerScore(group, member));
    const rewards = totals[place]!;
    const [answer, reward] = [mean(answers), mean(rewards)];
    const spread = sum(answers.map((value) => (value - answer) ** 2));
    if (spread < 1e-9) continue;
    all.groups++;
    all.answerVariance += spread;
    all.rewardVariance += sum(rewards.map((value) => (value - reward) ** 2));
    all.covariance += sum(rewards.map((value, member) => (value - reward) * (answers[member]! - answer)));
  }
  return all;
}
