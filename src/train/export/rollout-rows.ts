/**
 * Sampled decisions of a training's record store as rows for outside trainers: what was shown, what was decided, what it earned.
 * Log-probabilities are those of the policy that sampled; a trainer that updates another one computes its own.
 */

import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { promptsFor } from '../../graph/chat-model/prompts/reference-prompts.ts';
import { writeDecision } from '../../graph/chat-model/protocols/decision-tags.ts';
import { type Naming, ownNames } from '../../graph/chat-model/protocols/naming.ts';
import type { StepContext } from '../../graph/policy.ts';
import type { StepRecord } from '../../graph/step-record.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { GroupLine } from '../rollouts/record-store.ts';
import { RepeatingModel } from './repeating-model.ts';

export interface RolloutRow {
  group: string;
  question: string;
  member: number;
  step: number;
  prompt: { role: string; content: string }[];
  /** Empty where the output could not be used and was not kept. */
  completion: { role: string; content: string }[];
  /** The weighted reward of this step, and of the run from this step on. */
  reward: number;
  reward_to_go: number;
  /** Code of the failure, where the run failed. */
  failure?: string;
  prompt_token_ids?: number[];
  token_ids?: number[];
  log_probabilities?: number[];
}

export interface RolloutRowOptions {
  knowledgeBases: readonly KnowledgeBaseCard[];
  maxSteps: number;
  naming?: Naming;
}

/** What was not written. */
export interface RolloutRowsEnd {
  /** Steps that made several searches at once: the protocol cannot say them. */
  severalSearches: number;
}

/** One row a decision with at most one search, groups and members in their order; returns how many others there were. */
export async function* rolloutRows(
  { groups, records }: { groups: readonly GroupLine[]; records: ReadonlyMap<string, StepRecord> },
  { knowledgeBases, maxSteps, naming = ownNames }: RolloutRowOptions,
): AsyncGenerator<RolloutRow, RolloutRowsEnd> {
  const left: RolloutRowsEnd = { severalSearches: 0 };
  const model = new RepeatingModel();
  const policy = chatModelPolicy({ protocol: 'tags', model, naming, imageAt: 'never', ...promptsFor(naming) });
  const context: StepContext = {
    seed: 'export',
    config: {},
    image: async () => undefined,
    search: async () => ({ outcome: 'unavailable', passages: [] }),
  };
  for (const { groupId, questionId, members } of groups) {
    for (const [member, { records: hashes, rewards, failure }] of members.entries()) {
      for (const [step, hash] of hashes.entries()) {
        const record = records.get(hash)!;
        if (record.searches.length > 1) {
          left.severalSearches++;
          continue;
        }
        const { question, image, history } = record.state;
        const steps = history.map((entry) => ({ ...entry, passages: [] }));
        const state = { question, image, steps, knowledgeBases, maxSteps, conversation: [] };
        const completion = completionOf(record, knowledgeBases, naming);
        const shown = await model.hear(completion, () => policy.decide(state, context));
        const { promptTokenIds, tokenIds, logProbabilities } = record.attempts.at(-1) ?? {};
        yield {
          group: groupId,
          question: questionId,
          member,
          step,
          prompt: [
            { role: 'system', content: shown.system },
            { role: 'user', content: shown.user },
          ],
          completion: [{ role: 'assistant', content: completion }],
          reward: rewards[step] ?? 0,
          reward_to_go: rewards.slice(step).reduce((sum, value) => sum + value, 0),
          ...(failure !== undefined && { failure }),
          ...(promptTokenIds && { prompt_token_ids: promptTokenIds }),
          ...(tokenIds && { token_ids: tokenIds }),
          ...(logProbabilities && { log_probabilities: logProbabilities }),
        };
      }
    }
  }
  return left;
}

function completionOf({ decision, thought }: StepRecord, cards: readonly KnowledgeBaseCard[], naming: Naming): string {
  if (decision.type === 'stop') return writeDecision({ type: 'stop' }, thought);
  if (decision.type === 'invalid') return decision.raw;
  const { subQuestion, knowledgeBase } = decision.searches[0]!;
  const card = cards.find(({ name }) => name === knowledgeBase);
  if (!card) return '';
  return writeDecision({ type: 'search', subQuestion, name: naming(card) }, thought);
}
