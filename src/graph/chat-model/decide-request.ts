/** The options of a chat model as policy, and what each protocol is given to decide with. */
import type { QueryImage } from '../../tools/knowledge-base.ts';
import type { PolicyState, RejectedOutput, StepContext } from '../policy.ts';
import type { CallOptions } from './call.ts';
import type { AnyRunnable, ChatModelLike } from './model.ts';
import type { ImageAt } from './pictures.ts';
import type { RouterPrompts } from './prompts/prompts.ts';
import type { Find } from './protocols/form.ts';
import type { Naming } from './protocols/naming.ts';
import type { Protocol, StructuredOptions } from './protocols/protocol.ts';

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
   * hundred to thousand tokens an image), or never. A model whose `profile.imageInputs` is false is never shown one. Where it does
   * not see the picture it is told so, and that a search of pictures is given it.
   */
  imageAt?: ImageAt;
  /**
   * Whether the first step asks every knowledge base the question itself, without a call of the model, which then begins by
   * reading. Saves a call of a slow model, and costs a search of each knowledge base. Default false. A question of a conversation
   * is left to the model. With `LookFirst`, what found nothing is asked once more, in other words and still without the model.
   */
  lookFirst?: boolean | LookFirst;
  /**
   * With a schema, for models that calculate where nothing is to be calculated: what a question may need worked out over the rows of a
   * table. Default: anything.
   */
  calculations?(question: string): readonly Find[];
  /** Kept in the records, for training: the sampling temperature you set on the model. */
  temperature?: number;
  callOptions?: CallOptions;
}

export interface LookFirst {
  /** Of every knowledge base, where none found anything. */
  wider(question: string): string;
  /** Of a knowledge base of tables that found nothing, whose columns are seldom called as the question has it; undefined for nothing. */
  compared(question: string): string | undefined;
}

/** What a protocol is given to decide with. */
export interface DecideRequest extends Omit<ChatModelPolicyOptions, 'model' | 'protocol' | 'naming'> {
  model: AnyRunnable;
  naming: Naming;
  state: PolicyState;
  context: StepContext;
  rejected?: RejectedOutput;
  image?: QueryImage;
}
