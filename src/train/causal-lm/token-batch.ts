/**
 * From scored groups to what one update of a language model learns from: every output of the policy with its tokens, the
 * log-probabilities they were sampled with, its advantage and the weight of each token. It reads step records and nothing beside.
 */
import { type DecisionForm, isCutShort } from '../../causal-lm/decision-form.ts';
import { contentHash } from '../../common/content-hash.ts';
import type { Attempt, StepRecord } from '../../graph/step-record.ts';
import type { ScoredGroup } from '../rollouts/group.ts';
import { groupTokens, type TokenNormalisation } from '../step-grpo.ts';
import { type OutputCreditOptions, outputCredit } from './output-credit.ts';

export interface TokenSample {
  promptTokenIds: readonly number[];
  tokenIds: readonly number[];
  /** Of the weights that sampled, one a token. */
  oldLogProbabilities: readonly number[];
  advantage: number;
  /** Of each of its tokens. */
  weight: number;
}

export interface TokenBatch {
  samples: TokenSample[];
  groups: number;
  /** Groups that teach nothing. */
  zeroVariance: number;
  /** Outputs that were cut at the limit of tokens, learnt from or not. */
  truncated: number;
  outputs: number;
}

export interface TokenBatchOptions extends Omit<OutputCreditOptions, 'states'> {
  /** `constant` sums over the tokens of the longest run there may be. */
  normalisation: 'constant' | 'sequence-mean' | 'token-mean';
  /** Tokens of a run at most. */
  longestRun: number;
  endTokens: readonly number[];
  /** What outputs were held to; it ends those that find no end. */
  form?: DecisionForm;
  /** Whether outputs that were cut are left out of the loss. Yu et al., arXiv 2503.14476. */
  maskTruncated?: boolean;
  /**
   * `step-grpo`, or `rejection`: the runs that earned most of their group are imitated where others earned less, and nothing is
   * pushed down. The control of best-of-n fine-tuning (Dong et al., arXiv 2304.06767).
   */
  method?: 'step-grpo' | 'rejection';
}

/** Outputs of the policy with ids; a policy that samples elsewhere, or the fallback, has none. */
function sampledOutputs({ attempts }: StepRecord): Attempt[] {
  return attempts.filter(({ tokenIds, promptTokenIds }) => tokenIds !== undefined && promptTokenIds !== undefined);
}

/** What a step was decided on. Two members that asked and learnt the same stand at the same state. */
function stateOf({ state: { question, image, history } }: StepRecord): string {
  return contentHash([question, image, history]);
}

export function tokenBatch(groups: readonly ScoredGroup[], options: TokenBatchOptions): TokenBatch {
  const credited = groups.map((group) => creditGroup(group, options));
  const tokens = credited.reduce((sum, { counts }) => sum + counts.flat().reduce((a, b) => a + b, 0), 0);
  const normalisation = normalisationOf(options, tokens);
  const batch: TokenBatch = { samples: [], groups: groups.length, zeroVariance: 0, truncated: 0, outputs: 0 };
  for (const { outputs, advantages, counts, truncated, zeroVariance } of credited) {
    if (zeroVariance) batch.zeroVariance++;
    batch.truncated += truncated;
    batch.outputs += outputs.flat().length;
    const weighted = groupTokens({ advantages, zeroVariance }, counts, { normalisation, groups: groups.length });
    for (const { member, step, token, advantage, weight } of weighted) {
      if (token !== 0) continue;
      const { promptTokenIds = [], tokenIds = [], logProbabilities = [] } = outputs[member]![step]!;
      batch.samples.push({ promptTokenIds, tokenIds, oldLogProbabilities: logProbabilities, advantage, weight });
    }
  }
  return batch;
}

function normalisationOf({ normalisation, longestRun }: TokenBatchOptions, tokens: number): TokenNormalisation {
  switch (normalisation) {
    case 'constant':
      return { type: 'constant', tokens: longestRun };
    case 'sequence-mean':
      return { type: 'sequence-mean' };
    case 'token-mean':
      return { type: 'token-mean', tokens };
    default:
      return normalisation satisfies never;
  }
}

/** Whether all members of a group earned the same, so that it teaches nothing. */
export function isFlat(group: ScoredGroup, options: TokenBatchOptions): boolean {
  return creditGroup(group, options).zeroVariance;
}

/** The outputs of each member, one after another whatever step they belong to, with advantages and counts of tokens beside. */
function creditGroup({ members, rewards }: ScoredGroup, options: TokenBatchOptions) {
  const { endTokens, form, maskTruncated = false, method = 'step-grpo' } = options;
  const sampled = members.map(({ steps }) => steps.map(sampledOutputs));
  const totals = rewards.map(({ total }) => total);
  const steps = totals.map((total, i) =>
    total.map((_, t) => {
      const invalid = sampled[i]![t]?.filter((attempt) => attempt.invalid !== undefined).length ?? 0;
      return { invalid, accepted: (sampled[i]![t]?.length ?? 0) > invalid };
    }),
  );
  const states = members.map((member, i) =>
    totals[i]!.map((_, t) => (member.steps[t] ? stateOf(member.steps[t]) : `failed ${i}`)),
  );
  const credit = outputCredit(totals, steps, { ...options, states });
  const wasCut = ({ tokenIds = [] }: Attempt): boolean =>
    !endTokens.includes(tokenIds.at(-1)!) || (form !== undefined && isCutShort(form, tokenIds));
  const outputs = sampled.map((member) => member.flat());
  const chosen = method === 'rejection' ? bestRuns(totals) : undefined;
  return {
    outputs,
    advantages: credit.advantages.map((member, i) =>
      chosen ? outputs[i]!.map(({ invalid }) => (invalid === undefined ? chosen[i]! : 0)) : member.flat(),
    ),
    zeroVariance: credit.zeroVariance,
    counts: outputs.map((member) =>
      member.map((output) => (maskTruncated && wasCut(output) ? 0 : output.tokenIds!.length)),
    ),
    truncated: outputs.flat().filter(wasCut).length,
  };
}

/** 1 for the runs that earned most, where not all earned the same; 0 for the others. */
function bestRuns(totals: readonly (readonly number[])[]): number[] {
  const sums = totals.map((steps) => steps.reduce((sum, reward) => sum + reward, 0));
  const [best, least] = [Math.max(...sums), Math.min(...sums)];
  return sums.map((sum) => Number(sum > best - 1e-9 && best > least + 1e-9));
}
