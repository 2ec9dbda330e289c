/**
 * A policy that is any LangChain chat model. It calls a retriever tool for each knowledge base it wants asked, fills a schema, or
 * writes the paper's tags; the released R1-Router checkpoints behind an OpenAI-compatible server do the last (arXiv 2505.22095).
 */
import type { Policy, PolicyOutput, PolicyState, RejectedOutput, StepContext } from '../policy.ts';
import type { CallOptions } from './call.ts';
import { type ChatModelLike, modelName, modelOpener } from './model.ts';
import type { RouterPrompts } from './prompts/prompts.ts';
import { decideBySchema } from './protocols/decide-by-schema.ts';
import { decideByTags } from './protocols/decide-by-tags.ts';
import { decideByTools } from './protocols/decide-by-tools.ts';
import { type Naming, ownNames } from './protocols/naming.ts';
import {
  checkProtocol,
  type Protocol,
  type ResolvedProtocol,
  resolveProtocol,
  type StructuredOptions,
} from './protocols/protocol.ts';
import { withoutRepetition } from './repeated.ts';

export interface ChatModelPolicyOptions {
  /** A chat model, what a runnable makes of one (`withRetry`, `withFallbacks`, `withConfig`), or a name as `openai:gpt-4o-mini`. */
  model: ChatModelLike;
  /** What stands in the records; default `chat-model`. */
  name?: string;
  /** Say here which checkpoint or prompt this is; default the model's own name. */
  version?: string;
  /** Default `auto`: tools where the model takes them. With `naming` or `prompts` given, `auto` is the tags that they are for. */
  protocol?: Protocol;
  /**
   * Whether the call that decides also reads the passages of the step before and ends with the answer: half the calls. Default: with
   * tools, where the graph's reader is `passOnReader`. The answerer must then take the answer, as `chatModelAnswerer` does.
   */
  readAndDecide?: boolean;
  /** Said after our own instructions, in every protocol. */
  systemPrompt?: string;
  /** With tools: passed on to `bindTools`, as `any` for models that would rather write prose. Default: the model's own choice. */
  toolChoice?: string;
  /** With a schema: passed on to `withStructuredOutput`. */
  structuredOutput?: StructuredOptions;
  /** What becomes of a search that was made before and has nothing left to read. Default `stop`; with `ask` the graph notes it. */
  repeated?: 'stop' | 'ask';
  /** What the model is told the knowledge bases are called. `referenceNames` for the released checkpoints. */
  naming?: Naming;
  prompts?: Partial<Pick<RouterPrompts, 'decide'>>;
  /**
   * At which steps the model sees the question's image: at each (default), at the first only (a vision model charges some
   * hundred to thousand tokens an image), or never.
   */
  imageAt?: 'every-step' | 'first-step' | 'never';
  /** Kept in the records, for training: the sampling temperature you set on the model. */
  temperature?: number;
  callOptions?: CallOptions;
}

/** What a protocol is given to decide with. */
export interface DecideRequest extends Omit<ChatModelPolicyOptions, 'model' | 'protocol' | 'naming'> {
  model: Awaited<ReturnType<ReturnType<typeof modelOpener>>>;
  naming: Naming;
  state: PolicyState;
  context: StepContext;
  rejected?: RejectedOutput;
  image?: Awaited<ReturnType<StepContext['image']>>;
}

const PROTOCOLS: Record<ResolvedProtocol, (request: DecideRequest) => Promise<PolicyOutput>> = {
  tools: decideByTools,
  structured: decideBySchema,
  tags: decideByTags,
};

export function chatModelPolicy(options: ChatModelPolicyOptions): Policy {
  const { name = 'chat-model', protocol = 'auto', imageAt = 'every-step', temperature, repeated = 'stop' } = options;
  checkProtocol(protocol, 'chatModelPolicy');
  const open = modelOpener(options.model, 'chatModelPolicy');
  const wanted = protocol === 'auto' && (options.naming || options.prompts?.decide) ? 'tags' : protocol;
  if (typeof options.model !== 'string')
    resolveProtocol(options.model as DecideRequest['model'], wanted, 'chatModelPolicy');
  return {
    name,
    version: options.version ?? modelName(options.model),
    async decide(state, context, rejected) {
      const model = await open();
      const decideBy = PROTOCOLS[resolveProtocol(model, wanted, 'chatModelPolicy')];
      const shown = imageAt === 'every-step' || (imageAt === 'first-step' && state.steps.length === 0);
      const image = shown ? await context.image() : undefined;
      const request = { ...options, model, naming: options.naming ?? ownNames, state, context, rejected, image };
      const output = await decideBy(request);
      const decision = repeated === 'stop' ? await withoutRepetition(output.decision, state, context) : output.decision;
      return { ...output, decision, ...(temperature !== undefined && { temperature }) };
    },
  };
}
