/**
 * One question as an episode: a run of the graph's own steps whose model is whoever acts. An action is a reply of that model; the
 * observation is what the model is shown next. Rewards are those of the training, each told with the step that earned it.
 */
import type { AIMessage } from '@langchain/core/messages';
import { isR1RouterError, messageOf } from '../../common/errors.ts';
import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { driveRouter } from '../../graph/driver.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import type { Reader } from '../../graph/policy.ts';
import type { RouterContext, RouterOutput } from '../../graph/run-state.ts';
import type { StepRecord } from '../../graph/step-record.ts';
import type { RewardConfig } from '../rewards/index.ts';
import type { Member } from '../rollouts/group.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type Action, ANSWER_TOOL } from './action.ts';
import { type Asked, AwaitedModel } from './awaited-model.ts';
import { rewardsSoFar } from './step-rewards.ts';
import { newText, type WireMessage, type WireTool, wireMessage, wireTool } from './wire-messages.ts';

/** What the graph of an episode is made of, but for its model. */
export type EnvironmentGraph = Pick<RouterGraphOptions, 'knowledgeBases' | 'images'> &
  Partial<Pick<RouterGraphOptions, 'maxSteps' | 'passageLimit' | 'fallback' | 'invalidRetries' | 'searchTimeoutMs'>> & {
    /** Passages of each search that are shown. Default 5, as in serving. */
    readLimit?: number;
  };

export interface Observation {
  /** What is new: what the calls brought, or what was wrong with them. */
  text: string;
  /** Everything that the model is shown now; empty at the end. */
  messages: WireMessage[];
  /** What it may call now. */
  functions: WireTool[];
  /** Steps that have ended. */
  step: number;
  /** Rewards of the steps that ended with this action. */
  reward: number;
  done: boolean;
  /** Set where the action could not be used. */
  error?: { error_type: 'invalid_args' | 'execution_error'; message: string };
  /** Of the end. Null is an abstention. */
  answer?: string | null;
  stopReason?: string;
}

interface EpisodeState {
  steps: StepRecord[];
  /** The weighted reward of each. */
  rewards: number[];
  done: boolean;
  answer?: string | null;
  stopReason?: string;
  usage?: RouterOutput['usage'];
  failure?: string;
}

export interface Episode {
  readonly question: TrainingQuestion;
  /** What the run asks first. */
  begin(): Promise<Observation>;
  act(action: Action): Promise<Observation>;
  state(): EpisodeState;
  /** Ends the run, wherever it is. */
  end(reason: string): void;
}

type Next = { asked: Asked; reply: (message: AIMessage) => void } | { output: RouterOutput } | { failure: unknown };

export interface EpisodeOptions {
  graph: EnvironmentGraph;
  rewards: RewardConfig;
  context?: RouterContext;
}

export function startEpisode(question: TrainingQuestion, { graph, rewards, context }: EpisodeOptions): Episode {
  const ending = new AbortController();
  const steps: StepRecord[] = [];
  let next = Promise.withResolvers<Next>();
  let waiting: Extract<Next, { asked: Asked }> | undefined;
  let ended: Exclude<Next, { asked: Asked }> | undefined;
  let shown: WireMessage[] = [];
  let given = 0;

  const model = new AwaitedModel((asked) => {
    return new Promise<AIMessage>((reply, reject) => {
      ending.signal.throwIfAborted();
      ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true });
      next.resolve({ asked, reply });
    });
  });
  const run = () =>
    driveRouter(environmentGraph(graph, model))(
      { question: question.question.question, image: question.image },
      { context, signal: ending.signal, onEvent: (event) => event.type === 'step-end' && steps.push(event.record) },
    ).then(
      (output) => next.resolve({ output }),
      (failure: unknown) => next.resolve({ failure }),
    );

  const member = (): Omit<Member, 'member' | 'runId'> => {
    if (ended && 'output' in ended) return { answer: ended.output.answer, steps: ended.output.steps };
    if (ended) return { answer: null, steps, failure: failureOf(ended.failure) };
    return { answer: null, steps };
  };
  const earned = () => rewardsSoFar(question.question, member(), { config: rewards, done: ended !== undefined });

  const observe = async (action?: Action): Promise<Observation> => {
    const came = await next.promise;
    next = Promise.withResolvers();
    if ('asked' in came) waiting = came;
    else {
      waiting = undefined;
      ended = came;
    }
    const total = earned().reduce((sum, reward) => sum + reward, 0);
    const reward = total - given;
    given = total;
    const shared = { step: steps.length, reward };
    if (!('asked' in came)) return { ...shared, ...atTheEnd(came) };
    const observed = whatIsAsked(came.asked, { shown, hasActed: action !== undefined });
    shown = observed.messages;
    return { ...shared, ...observed };
  };

  return {
    question,
    begin() {
      void run();
      return observe();
    },
    async act(action) {
      if (!waiting) return { ...afterTheEnd(ended), step: steps.length, reward: 0 };
      const { reply, asked } = waiting;
      waiting = undefined;
      reply(asTheGraphKnows(action.message, asked));
      return observe(action);
    },
    state: () => ({
      steps: [...member().steps],
      rewards: earned(),
      done: ended !== undefined,
      ...(ended && 'output' in ended && endOf(ended.output)),
      ...(ended && 'failure' in ended && { failure: failureOf(ended.failure) }),
    }),
    end: (reason) => ending.abort(new Error(reason)),
  };
}

/** One model decides, reads and answers, as a served one with tools does. */
export function environmentGraph(
  { readLimit = 5, ...graph }: EnvironmentGraph,
  model: AwaitedModel,
): RouterGraphOptions {
  return {
    ...graph,
    policy: chatModelPolicy({ model, protocol: 'tools', readAndDecide: true }),
    reader: policyReads(readLimit),
    answerer: chatModelAnswerer({ model, protocol: 'tools' }),
    evidence: false,
  };
}

/**
 * What a search brought is read by the model that decides next, and counted with its step, so that evidence rewards the search that
 * found it. Served runs leave the count to the answer (`passOnReader`), which no step could be credited with.
 */
function policyReads(limit: number): Reader {
  return { name: 'pass-on', limit, read: async () => ({ answer: null, citations: [] }) };
}

/** `answer` is another name of whichever tool ends what is asked: `finish`, or `give_answer` where the steps are used up. */
function asTheGraphKnows(message: AIMessage, { tools }: Asked): AIMessage {
  const ends = tools.at(-1)?.name;
  if (ends === undefined) return message;
  for (const call of message.tool_calls ?? []) {
    if (call.name === ANSWER_TOOL || (call.name === 'finish' && ends !== 'finish')) call.name = ends;
  }
  return message;
}

/** The graph repeats a reply that it could not use, and says what was wrong with it: in a message of its own, or to the call. */
function wasRefused({ messages, tools }: Asked): boolean {
  const last = messages.at(-1)!;
  if (last.type === 'tool') return (last as { status?: string }).status === 'error';
  const before = messages.at(-2)?.type;
  return last.type === 'human' && before === 'ai' && tools.length > 0;
}

/** What the model is asked now: what is new of it, and the whole. */
function whatIsAsked(
  asked: Asked,
  { shown, hasActed }: { shown: readonly WireMessage[]; hasActed: boolean },
): Omit<Observation, 'step' | 'reward'> {
  const messages = asked.messages.map(wireMessage);
  const text = newText(shown, messages);
  const isRefused = hasActed && asked.messages.length > 0 && wasRefused(asked);
  const error = isRefused ? { error: { error_type: 'invalid_args' as const, message: text } } : {};
  return { text, messages, functions: asked.tools.map(wireTool), done: false, ...error };
}

/** To an action that comes too late. */
function afterTheEnd(ended: Exclude<Next, { asked: Asked }> | undefined): Omit<Observation, 'step' | 'reward'> {
  const message = 'This episode is over: reset begins another.';
  const over = ended ? atTheEnd(ended) : { messages: [], functions: [], done: true };
  return { ...over, text: message, error: { error_type: 'invalid_args', message } };
}

function atTheEnd(end: { output: RouterOutput } | { failure: unknown }): Omit<Observation, 'step' | 'reward'> {
  const shared = { messages: [], functions: [], done: true };
  if ('output' in end) return { text: '', ...shared, ...endOf(end.output) };
  const message = `The run failed (${failureOf(end.failure)}): reset begins another.`;
  return { text: message, ...shared, error: { error_type: 'execution_error', message } };
}

const endOf = ({ answer, stopReason, usage }: RouterOutput) => ({ answer, stopReason, usage });

/** A code, and never the words of a part that failed. */
function failureOf(failure: unknown): string {
  if (isR1RouterError(failure)) return failure.code;
  return failure instanceof Error && failure.name !== 'Error' ? failure.name : messageOf(failure).slice(0, 80);
}
