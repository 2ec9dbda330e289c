/**
 * The router as an agent: one call fills policy, reader and answerer from one model, and messages go in and come out beside
 * question and answer. What it returns is a compiled LangGraph graph, so that chat pages, supervisors and other graphs take it.
 */
import type { BaseMessage, BaseMessageLike } from '@langchain/core/messages';
import { HumanMessage } from '@langchain/core/messages';
import { MessagesValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { hear } from './agent/hear.ts';
import { type ResponseFormat, type ResponseOf, structuredResponse } from './agent/structured-response.ts';
import { ABSTENTIONS, type Abstentions, answerMessage, messagesOfStep } from './agent/tell.ts';
import { chatModelAnswerer } from './chat-model/answerer.ts';
import type { CallOptions } from './chat-model/call.ts';
import { isGgufName } from './chat-model/local/engine.ts';
import { type AnyRunnable, type ChatModelLike, modelOpener } from './chat-model/model.ts';
import type { ImageAt } from './chat-model/pictures.ts';
import { chatModelPolicy } from './chat-model/policy.ts';
import { isHeldToSchemas, type Protocol, resolveProtocol } from './chat-model/protocols/protocol.ts';
import { chatModelReader } from './chat-model/reader.ts';
import { addUsage } from './decision.ts';
import { compileRouter, type Dialogue, type RouterCalls } from './graph.ts';
import { type ImageStore, memoryImageStore } from './image-store.ts';
import { type RouterGraphOptions, type RouterParts, resolveOptions } from './options.ts';
import { passagesPassedOn, passOnReader } from './pass-on-reader.ts';
import {
  describedFields,
  RouterInputSchema,
  type RouterOutput,
  RouterOutputSchema,
  RouterStateSchema,
  type RunState,
} from './run-state.ts';

export interface RouterAgentOptions<Format extends ResponseFormat = ResponseFormat>
  extends Omit<RouterGraphOptions, 'policy' | 'reader' | 'answerer'>,
    Partial<Pick<RouterGraphOptions, 'policy' | 'reader' | 'answerer'>> {
  /**
   * A chat model, what a runnable makes of one, or a name: `openai:gpt-4o-mini`, which needs the package langchain, or `gguf:FILE`,
   * which needs node-llama-cpp.
   */
  model: ChatModelLike;
  /** How the model says what it wants. Default `auto`. */
  protocol?: Protocol;
  /** Whether the call that decides also reads what was found. Default: where the model calls tools and no reader is given. */
  readAndDecide?: boolean;
  /** When the model sees the question's image. Default at every step; a model that reads text alone never does. */
  imageAt?: ImageAt;
  /** Whether the first step asks every knowledge base the question, without a call of the model. Default for models in this process. */
  lookFirst?: boolean;
  /** Said after our own instructions, where the model decides and where it answers. */
  systemPrompt?: string;
  /** A zod or JSON schema: `structuredResponse` holds the answer in this form, by one more call. Null where there is no answer. */
  responseFormat?: Format;
  /** Of the graph, and of its messages. Default `router-agent`. */
  name?: string;
  /** Whether the messages tell of each step, with a call for each search and what it brought. Default true. */
  stepMessages?: boolean;
  /** What the last message says where there is no answer. */
  abstentions?: Partial<Abstentions>;
  /** Passed on to each call of the model. */
  callOptions?: CallOptions;
}

/** Messages, of which the last human one asks, or a question; where both are new, the message is asked. */
export interface RouterAgentInput {
  messages?: BaseMessageLike[] | BaseMessageLike;
  question?: string;
  image?: string;
}

export interface RouterAgentOutput<Response = unknown> extends RouterOutput {
  messages: BaseMessage[];
  structuredResponse?: Response | null;
}

export type RouterAgent<Response = unknown> = RouterCalls<RouterAgentInput, RouterAgentOutput<Response>> &
  ReturnType<typeof compileRouter>;

/**
 * `const agent = createRouterAgent({ model, knowledgeBases })`, then `agent.invoke({ messages })` or `agent.invoke({ question })`.
 * Throws `invalid-options` naming the option at fault, and what `createRouterGraph` throws.
 */
export function createRouterAgent<const Format extends ResponseFormat = ResponseFormat>(
  options: RouterAgentOptions<Format>,
): RouterAgent<ResponseOf<Format>> {
  const { checkpointer, name = 'router-agent', images = memoryImageStore() } = options;
  const parts = resolveOptions({ ...options, images, ...filled(options) });
  const dialogue = dialogueOf(options, { parts, images, name });
  return compileRouter(parts, { name, checkpointer, dialogue }) as unknown as RouterAgent<ResponseOf<Format>>;
}

function filled(options: RouterAgentOptions): Pick<RouterGraphOptions, 'policy' | 'reader' | 'answerer'> {
  const { model, protocol = 'auto', systemPrompt, callOptions, imageAt } = options;
  modelOpener(model, 'createRouterAgent');
  const isLocal = typeof model === 'string' ? isGgufName(model) : isHeldToSchemas(model as AnyRunnable);
  const { lookFirst = isLocal } = options;
  // Whatever langchain opens by name calls tools.
  const named = protocol === 'auto' ? (isLocal ? 'structured' : 'tools') : protocol;
  const resolved =
    typeof model === 'string' ? named : resolveProtocol(model as AnyRunnable, protocol, 'createRouterAgent');
  const isReading = resolved === 'tools' || (isLocal && resolved === 'structured');
  const reads = options.readAndDecide ?? (isReading && !options.reader && !options.policy);
  const shared = { model, protocol: resolved, callOptions };
  return {
    policy: options.policy ?? chatModelPolicy({ ...shared, readAndDecide: reads, systemPrompt, lookFirst, imageAt }),
    reader: options.reader ?? (reads ? passOnReader(passagesPassedOn({ lookFirst })) : chatModelReader(shared)),
    answerer: options.answerer ?? chatModelAnswerer({ ...shared, systemPrompt }),
  };
}

interface AgentState extends RunState {
  messages?: BaseMessage[];
  /** Id of the human message that was answered last. */
  answered?: string | null;
  /** In the first node alone: the question came as a message. */
  isHeard?: true;
}

interface DialogueParts {
  parts: RouterParts;
  images: ImageStore;
  name: string;
}

function dialogueOf(options: RouterAgentOptions, { parts, images, name }: DialogueParts): Dialogue {
  const { responseFormat, stepMessages = true, callOptions } = options;
  const abstentions = { ...ABSTENTIONS, ...options.abstentions };
  const open = modelOpener(options.model, 'createRouterAgent');
  const names = parts.cards.map((card) => card.name);
  return {
    ...SCHEMAS,
    async hear(state: AgentState) {
      const { messages = [], answered, image } = state;
      const heard = await hear(messages, { images, answered });
      if (!heard) return {};
      const { messageId, ...said } = heard;
      return { image, ...said, answered: messageId ?? null, isHeard: true } as Partial<AgentState>;
    },
    async tell(step, state: AgentState, update, config) {
      if (step === 'begin') return openingOf(state, update.runId ?? '');
      const record = update.steps?.at(-1);
      const told = stepMessages && record ? messagesOfStep(record, names) : [];
      if (step !== 'conclude') return told.length > 0 ? { messages: told } : {};
      const output = { ...state, ...update, stopReason: update.stopReason ?? 'policy' } as RouterOutput;
      if (!responseFormat || output.answer === null) {
        return {
          messages: [answerMessage(output, { name, abstentions })],
          ...(responseFormat && { structuredResponse: null }),
        };
      }
      const asked = { model: await open(), format: responseFormat, output, config, callOptions };
      const { response, usage: used } = await structuredResponse(asked);
      const usage = addUsage(output.usage, used);
      const message = answerMessage({ ...output, usage }, { name, abstentions });
      return { messages: [message], structuredResponse: response, usage };
    },
  };
}

/** A question that did not come as a message becomes one. */
function openingOf({ isHeard, answered, question, image }: AgentState, runId: string): Record<string, unknown> {
  if (isHeard) return { answered, structuredResponse: null };
  const id = `question-${runId}`;
  const message = new HumanMessage({ id, content: question, ...(image && { additional_kwargs: { image } }) });
  return { messages: [message], answered: id, structuredResponse: null };
}

const Messages = {
  messages: z.array(z.unknown()).optional().describe('The conversation; its last human message asks.'),
};

const SCHEMAS = {
  state: new StateSchema({
    ...RouterStateSchema.fields,
    messages: MessagesValue,
    answered: z.unknown(),
    structuredResponse: z.unknown(),
  }),
  input: new StateSchema(
    describedFields(z.object({ ...Messages, ...RouterInputSchema.omit({ conversation: true }).partial().shape })),
  ),
  output: new StateSchema({
    ...describedFields(z.object({ ...Messages, ...RouterOutputSchema.shape })),
    structuredResponse: z.unknown(),
  }),
} as unknown as Pick<Dialogue, 'state' | 'input' | 'output'>;
