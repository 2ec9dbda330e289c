/** An episode against the graph itself: the same replies give the same records, the same messages and the same rewards. */
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import type { QueryImage } from '../../../src/tools/knowledge-base.ts';
import { readAction } from '../../../src/train/environment/action.ts';
import { AwaitedModel } from '../../../src/train/environment/awaited-model.ts';
import {
  type EpisodeOptions,
  environmentGraph,
  type Observation,
  startEpisode,
} from '../../../src/train/environment/episode.ts';
import { wireMessage } from '../../../src/train/environment/wire-messages.ts';
import { REWARD_PRESETS, type RewardPreset } from '../../../src/train/rewards/index.ts';
import { scoreGroup } from '../../../src/train/rollouts/group.ts';
import type { TrainingQuestion } from '../../../src/train/rollouts/roll-out.ts';
import { smallData, smallWorld } from '../small-world.ts';

const { knowledgeBases } = smallWorld();
const [capital, king] = smallData().train as [TrainingQuestion, TrainingQuestion];
const call = (name: string, given: object) => ({ type: 'call_tool', tool_name: name, arguments: given });
const table = (query: string) => call('search_table', { query });
const text = (query: string) => call('search_text', { query });
const finish = (answer: string | null, quote: string | null = null) =>
  call('finish', { quote, answer, citations: ['p1'] });
const graph = { knowledgeBases, maxSteps: 3 };
const options: EpisodeOptions = { graph, rewards: REWARD_PRESETS.evidence, context: { seed: 4 } };

async function play(actions: readonly object[], given = options, question = capital) {
  const episode = startEpisode(question, given);
  const observed: Observation[] = [await episode.begin()];
  for (const action of actions) observed.push(await episode.act(readAction(action)));
  return { episode, observed, last: observed.at(-1)! };
}

/** The same replies to the graph, in this process; what it was shown at each. */
async function inProcess(actions: readonly object[], given = options, question = capital) {
  const left = [...actions];
  const shown: BaseMessage[][] = [];
  const model = new AwaitedModel(async ({ messages, tools }) => {
    shown.push([...messages]);
    const { message } = readAction(left.shift() ?? { text: '' });
    if (tools.at(-1)?.name === 'give_answer') for (const one of message.tool_calls ?? []) one.name = 'give_answer';
    return message;
  });
  const output = await createRouterGraph(environmentGraph(given.graph, model)).invoke(
    { question: question.question.question },
    { context: given.context },
  );
  return { output, shown };
}

const SCRIPTS: Record<string, object[]> = {
  'a search and its answer': [table('What is the capital of Arland?'), finish('Arland City', 'Capital: Arland City')],
  'two searches at once': [
    {
      tool_calls: [
        { name: 'search_table', arguments: { query: 'Arland' } },
        { name: 'search_text', arguments: '{"query": "Arland"}' },
      ],
    },
    finish('Arland City', 'Capital: Arland City'),
  ],
  'a calculation': [
    table('Arland'),
    call('calculate_table', { table: 'p1', operation: 'count' }),
    finish('Arland City', 'Capital: Arland City'),
  ],
  'text in the tags': [
    { text: '<think>so</think><sub-question>Arland?</sub-question><ret>table</ret>' },
    { text: 'None' },
    finish('Arland City', 'Capital: Arland City'),
  ],
  'bad replies, then the fallback': [
    call('search_moon', { query: 'Arland' }),
    call('search_table', { query: '' }),
    { text: 'I know it' },
    finish('Arland City', 'Capital: Arland City'),
  ],
  'an answer from memory': [finish('Arland City'), table('Arland'), finish('Arland City', 'Capital: Arland City')],
  'the same question again': [table('Arland'), table('Arland'), finish(null)],
  'all steps, then the answer': [
    table('Arland'),
    text('Arland'),
    table('Borduria'),
    finish('Arland City', 'Capital: Arland City'),
  ],
};

describe('an episode', () => {
  it.each(Object.entries(SCRIPTS))('is the run of the graph: %s', async (_, actions) => {
    const { episode, observed, last } = await play(actions);
    const { output, shown } = await inProcess(actions);
    expect(last.done).toBe(true);
    expect(last.answer).toBe(output.answer);
    expect(last.stopReason).toBe(output.stopReason);
    const { steps, rewards } = episode.state();
    expect(steps.map(({ contentHash }) => contentHash)).toEqual(output.steps.map(({ contentHash }) => contentHash));
    const asked = observed.filter(({ done }) => !done);
    expect(asked.map(({ messages }) => messages)).toEqual(shown.map((messages) => messages.map(wireMessage)));
    const member = { member: 0, runId: output.runId, answer: output.answer, steps: output.steps };
    const scored = scoreGroup({ groupId: 'g', question: capital.question, members: [member] }, options.rewards);
    expect(rewards).toEqual(scored.rewards[0]!.total);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
    expect(sum(observed.map(({ reward }) => reward))).toBeCloseTo(sum(rewards), 12);
  });

  it.each(Object.keys(REWARD_PRESETS) as RewardPreset[])('tells each reward of %s with its step', async (preset) => {
    const given = { ...options, rewards: REWARD_PRESETS[preset] };
    const { episode, observed } = await play(SCRIPTS['a search and its answer']!, given);
    const { rewards } = episode.state();
    expect(observed[0]!.reward).toBe(0);
    expect(observed[1]!.reward).toBeCloseTo(rewards[0]!, 12);
    expect(observed[2]!.reward).toBeCloseTo(rewards[1]!, 12);
  });

  it('says what a call brought, and what was wrong with one', async () => {
    const { observed } = await play([
      call('search_moon', { query: 'x' }),
      table('Arland'),
      finish('Arland City', 'Capital: Arland City'),
    ]);
    const [first, wrong, found, last] = observed;
    expect(first!.text).toContain('Question: What is the capital of Arland?');
    expect(first!.functions.map(({ function: { name } }) => name)).toEqual([
      'search_text',
      'search_table',
      'calculate_table',
      'finish',
    ]);
    expect(wrong!.error?.message).toContain('There is no such tool');
    expect(wrong!).toMatchObject({ step: 0, reward: 0, done: false });
    expect(found!.text).toContain('p1: Capitals. Country: Arland');
    expect(found!.error).toBeUndefined();
    expect(last!).toMatchObject({ done: true, answer: 'Arland City', step: 2 });
  });

  it('takes anything for a reply', async () => {
    for (const odd of [null, 7, [], {}, { tool_calls: 'x' }, { type: 'call_tool' }, { text: 5 }, { content: null }]) {
      const { observed } = await play([odd as object]);
      expect(observed[1]!.done).toBe(false);
      expect(observed[1]!.error?.message, JSON.stringify(odd)).toMatch(/reply|form/);
    }
  });

  it('ends with `answer` as with `finish`', async () => {
    const { last } = await play([table('Arland'), call('answer', { answer: 'Arland City' })]);
    expect(last).toMatchObject({ done: true, answer: 'Arland City' });
    const full = [table('Arland'), text('Arland'), table('Borduria'), call('answer', { answer: 'Arland City' })];
    expect((await play(full)).last).toMatchObject({ done: true, answer: 'Arland City', stopReason: 'max-steps' });
  });

  it('is over when it is over', async () => {
    const { episode } = await play(SCRIPTS['a search and its answer']!);
    const after = await episode.act(readAction(table('Arland')));
    expect(after).toMatchObject({ done: true, reward: 0, text: expect.stringContaining('reset') });
    expect(episode.state().steps).toHaveLength(2);
  });

  it('ends where a part fails, with the failure reward', async () => {
    const images = { ...memoryImageStore(), get: async (): Promise<QueryImage> => Promise.reject(new Error('disk')) };
    const image = 'a'.repeat(64);
    const episode = startEpisode({ ...capital, image }, { ...options, graph: { ...graph, images } });
    const observed = await episode.begin();
    expect(observed).toMatchObject({ done: true, reward: -1, error: { error_type: 'execution_error' } });
    expect(episode.state()).toMatchObject({ done: true, rewards: [-1] });
  });

  it('keeps what was sampled in the records', async () => {
    const sampled = { token_ids: [5, 6], prompt_token_ids: [1, 2, 3], log_probabilities: [-0.1, -0.2] };
    const { episode } = await play([{ ...table('Arland'), ...sampled }]);
    expect(episode.state().steps[0]!.attempts[0]).toMatchObject({
      tokenIds: [5, 6],
      promptTokenIds: [1, 2, 3],
      logProbabilities: [-0.1, -0.2],
    });
  });

  it('leaves nothing behind when it is ended', async () => {
    const { episode } = await play([table('Arland')], options, king);
    episode.end('closed');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const replied = readAction({ text: 'x' });
    expect(replied.message).toBeInstanceOf(AIMessage);
    expect(episode.state().done).toBe(false);
  });
});
