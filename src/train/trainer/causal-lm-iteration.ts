/** One iteration of Step-GRPO of a language model: runs of the graph, their rewards, flat groups replaced, the update. */
import { END_OF_TURN } from '../../causal-lm/decision-tokens.ts';
import { keyedRandom } from '../../common/random.ts';
import { isFlat, type TokenBatchOptions, tokenBatch } from '../causal-lm/token-batch.ts';
import type { RewardConfig } from '../rewards/index.ts';
import { type ScoredGroup, scoreGroup } from '../rollouts/group.ts';
import { rollOut, type TrainingQuestion } from '../rollouts/roll-out.ts';
import { batchOf } from './batch-of.ts';
import type { CausalLmGrpoConfig } from './causal-lm-grpo-config.ts';
import type { CausalLmSession } from './causal-lm-session.ts';
import type { MadeIteration } from './improve.ts';

export async function causalLmIteration(session: CausalLmSession, iteration: number): Promise<MadeIteration> {
  const { config, model, learner } = session;
  const { grpo, policy } = config;
  const started = performance.now();
  const reward = rewardAt(session.reward, config, iteration);
  const options: TokenBatchOptions = {
    ...grpo,
    penalty: reward.weights.format ?? 0,
    longestRun: policy.maxSteps * policy.maxTokens,
    endTokens: endTokensOf(model),
    form: model.form,
  };
  const { all, kept, replaced } = await rolledOut(session, { iteration, reward, options });
  const between = performance.now();
  const batch = tokenBatch(kept, options);
  let report = await learner.update(batch.samples);
  for (let again = 1; again < grpo.updates; again++) report = await learner.update(batch.samples);
  const ended = performance.now();
  return {
    groups: all,
    // Flat groups are counted among all that were rolled out.
    batch: {
      samples: batch.samples,
      groups: all.length,
      zeroVariance: all.filter((one) => isFlat(one, options)).length,
    },
    report,
    timings: {
      rollout: between - started,
      update: ended - between,
      decisionsPerSecond: (1000 * batch.samples.length) / (ended - started),
    },
    counts: { replaced, truncated: batch.truncated / Math.max(1, batch.outputs) },
  };
}

/** What ends an output: the model's own tokens, and the end of a turn. */
function endTokensOf({ sampled, tokenizer }: CausalLmSession['model']): number[] {
  const turn = tokenizer.idOf(END_OF_TURN);
  return [...sampled.config.endTokens, ...(turn === undefined ? [] : [turn])];
}

/** The rewards that enter late, scaled by where the iteration stands. */
export function rewardAt(
  reward: RewardConfig,
  { late: { rewards, from, to }, grpo: { iterations } }: Pick<CausalLmGrpoConfig, 'late' | 'grpo'>,
  iteration: number,
): RewardConfig {
  const share = iteration / Math.max(1, iterations);
  const scale = share >= to ? 1 : share < from ? 0 : (share - from) / (to - from);
  const weights = { ...reward.weights };
  for (const name of rewards) {
    const weight = weights[name];
    if (weight !== undefined) weights[name] = scale * weight;
  }
  return { ...reward, weights };
}

interface Rollouts {
  iteration: number;
  reward: RewardConfig;
  options: TokenBatchOptions;
}

/** Groups of the iteration's questions; those without variance make room for groups of others, as often as is allowed. */
async function rolledOut(session: CausalLmSession, rollouts: Rollouts) {
  const { config, data } = session;
  const { seed, grpo } = config;
  const { iteration, options } = rollouts;
  const drawn = batchOf(data.train, { seed, iteration, size: grpo.questions });
  const taken = new Set(drawn);
  const spare = keyedRandom('replacements', seed, iteration)
    .shuffle(data.train)
    .filter((question) => !taken.has(question));
  const all = await groupsOf(session, drawn, rollouts);
  let kept = all.filter((group) => !isFlat(group, options));
  for (let round = 0; round < grpo.replacements && kept.length < drawn.length && spare.length > 0; round++) {
    const more = await groupsOf(session, spare.splice(0, drawn.length - kept.length), rollouts);
    all.push(...more);
    kept = [...kept, ...more.filter((group) => !isFlat(group, options))];
  }
  const replaced = all.length - drawn.length;
  // Where all are flat there is nothing to learn; the batch then is what was asked for.
  return { all, kept: kept.length > 0 ? kept : all, replaced };
}

async function groupsOf(
  { config, sampling, signal }: CausalLmSession,
  questions: readonly TrainingQuestion[],
  { iteration, reward }: Rollouts,
): Promise<ScoredGroup[]> {
  const { seed, grpo } = config;
  const concurrency = questions.length * grpo.groupSize;
  const groups = await rollOut({
    drive: sampling,
    questions,
    groupSize: grpo.groupSize,
    seed,
    iteration,
    concurrency,
    signal,
  });
  return groups.map((group) => scoreGroup(group, reward));
}
