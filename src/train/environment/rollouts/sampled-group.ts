/**
 * A group of runs against a model's server, as rows for a trainer: each call of the model with its prompt, its reply, the ids and
 * log-probabilities of its tokens, and the advantage of the step that it was a part of.
 */
import { contentHash } from '../../../common/content-hash.ts';
import { keyedRandom } from '../../../common/random.ts';
import { chatModelAnswerer } from '../../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../../graph/chat-model/policy.ts';
import { promptsFor } from '../../../graph/chat-model/prompts/reference-prompts.ts';
import type { Naming } from '../../../graph/chat-model/protocols/naming.ts';
import { chatModelReader } from '../../../graph/chat-model/reader.ts';
import { type DriverConfig, driveRouter } from '../../../graph/driver.ts';
import type { RouterGraphOptions } from '../../../graph/options.ts';
import type { RewardConfig } from '../../rewards/index.ts';
import { groupIdOf, type Member, type ScoredGroup, scoreGroup } from '../../rollouts/group.ts';
import type { TrainingQuestion } from '../../rollouts/roll-out.ts';
import { runMember } from '../../rollouts/run-member.ts';
import { type AdvantageOptions, groupAdvantages, rewardsToGo } from '../../step-grpo.ts';
import { type Asked, AwaitedModel } from '../awaited-model.ts';
import { type EnvironmentGraph, environmentGraph } from '../episode.ts';
import { type WireMessage, type WireTool, wireMessage, wireTool } from '../wire-messages.ts';
import type { ModelServer, SampledReply } from './model-server.ts';

export interface SampledRow {
  group: string;
  question: string;
  member: number;
  /** Place among the calls of the run. */
  call: number;
  /** The step it belongs to: what it decided, read or ended. */
  step: number;
  prompt: WireMessage[];
  tools: WireTool[];
  completion: WireMessage[];
  finish_reason?: string;
  prompt_token_ids?: number[];
  token_ids?: number[];
  /** Natural, of the policy that sampled. */
  log_probabilities?: number[];
  reward: number;
  reward_to_go: number;
  advantage: number;
  answer: string | null;
  failure?: string;
  /** Rows of the whole group: what lacks some was torn by a kill. */
  group_rows: number;
}

export interface SampleOptions {
  server: ModelServer;
  graph: EnvironmentGraph;
  rewards: RewardConfig;
  groupSize: number;
  seed: number;
  iteration: number;
  advantages?: AdvantageOptions;
  /** Default `tools`. The released checkpoints speak `tags`, with the reference's names. */
  protocol?: 'tools' | 'tags';
  naming?: Naming;
  signal?: AbortSignal;
  /** Lets one run begin when there is room for it. */
  enter<T>(work: () => Promise<T>): Promise<T>;
  /** Told of what no member can be blamed for. */
  onServerFailure(error: unknown): void;
}

interface KeptCall {
  asked: Asked;
  reply: Omit<SampledReply, 'message' | 'wire'> & { completion: WireMessage[] };
  step: number;
}

export interface SampledGroup {
  scored: ScoredGroup;
  rows: SampledRow[];
}

export async function sampleGroup(training: TrainingQuestion, options: SampleOptions): Promise<SampledGroup> {
  const { groupSize, seed, iteration, rewards, advantages } = options;
  const groupId = groupIdOf(seed, iteration, training.question.id);
  const sampled = await Promise.all(
    Array.from({ length: groupSize }, (_, member) =>
      options.enter(() => sampleMember(training, { ...options, groupId, member })),
    ),
  );
  const members = sampled.map(({ member }) => member);
  const scored = scoreGroup({ groupId, question: training.question, members }, rewards);
  const totals = scored.rewards.map(({ total }) => total);
  // A run without a step has neither tokens nor an advantage of its own, and counts as one of reward 0.
  const credited = groupAdvantages(
    totals.map((total) => (total.length > 0 ? total : [0])),
    advantages,
  );
  const rows = sampled.flatMap(({ calls }, place) => {
    const total = totals[place]!;
    const toGo = rewardsToGo(total);
    // A run that failed before it asked anything is a row all the same: no member is left out in silence.
    const kept = calls.length > 0 ? calls : [NOTHING_ASKED];
    return kept.map((call, index) =>
      rowOf(call, index, { scored, place, total, toGo, credited: credited.advantages[place]! }),
    );
  });
  return { scored, rows: rows.map((row) => ({ ...row, group_rows: rows.length })) };
}

const NOTHING_ASKED: KeptCall = { asked: { messages: [], tools: [] }, reply: { completion: [] }, step: 0 };

interface Credit {
  scored: ScoredGroup;
  place: number;
  total: readonly number[];
  toGo: readonly number[];
  credited: readonly number[];
}

function rowOf({ asked, reply, step }: KeptCall, call: number, credit: Credit): Omit<SampledRow, 'group_rows'> {
  const { scored, place, total, toGo, credited } = credit;
  const { answer, failure } = scored.members[place]!;
  // The last answer is part of the last step.
  const at = Math.max(0, Math.min(step, total.length - 1));
  const { finishReason, promptTokenIds, tokenIds, logProbabilities } = reply;
  return {
    group: scored.groupId,
    question: scored.question.id,
    member: place,
    call,
    step: at,
    prompt: asked.messages.map(wireMessage),
    tools: asked.tools.map(wireTool),
    completion: reply.completion,
    ...(finishReason !== undefined && { finish_reason: finishReason }),
    ...(promptTokenIds && { prompt_token_ids: promptTokenIds }),
    ...(tokenIds && { token_ids: tokenIds }),
    ...(logProbabilities && { log_probabilities: logProbabilities }),
    reward: total[at] ?? 0,
    reward_to_go: toGo[at] ?? 0,
    advantage: credited[at] ?? 0,
    answer,
    ...(failure !== undefined && { failure }),
  };
}

async function sampleMember(
  { question, image }: TrainingQuestion,
  options: SampleOptions & { groupId: string; member: number },
): Promise<{ member: Member; calls: KeptCall[] }> {
  const { server, seed, iteration, groupId, member, signal, onServerFailure } = options;
  const calls: KeptCall[] = [];
  let steps = 0;
  const model = new AwaitedModel(async (asked) => {
    const call = calls.length;
    const drawn = keyedRandom(
      'rollouts',
      seed,
      iteration,
      question.id,
      member,
      call,
      contentHash(asked.messages.map(wireMessage)),
    );
    try {
      const reply = await server.sample(asked, { seed: drawn.below(2 ** 31), signal });
      const { message, wire, ...kept } = reply;
      calls.push({
        asked: { ...asked, messages: [...asked.messages] },
        reply: { ...kept, completion: [wire] },
        step: steps,
      });
      return message;
    } catch (error) {
      onServerFailure(error);
      throw error;
    }
  });
  const drive = driveRouter(graphOf(options, model));
  const counting = (input: Parameters<typeof drive>[0], config: DriverConfig = {}) => {
    const onEvent: DriverConfig['onEvent'] = (event) => {
      if (event.type === 'step-end') steps++;
      config.onEvent?.(event);
    };
    return drive(input, { ...config, onEvent });
  };
  const run = { drive: counting, question, image, groupId, member, seed: `${seed}/${iteration}`, signal };
  return { member: await runMember(run), calls };
}

function graphOf({ graph, protocol = 'tools', naming }: SampleOptions, model: AwaitedModel): RouterGraphOptions {
  if (protocol === 'tools') return environmentGraph(graph, model);
  const { readLimit = 5, ...parts } = graph;
  const prompts = naming ? promptsFor(naming) : {};
  return {
    ...parts,
    policy: chatModelPolicy({ model, protocol, naming, ...prompts }),
    reader: chatModelReader({ model, protocol, limit: readLimit, ...prompts }),
    answerer: chatModelAnswerer({ model, protocol, ...prompts }),
    evidence: false,
  };
}
