/**
 * The engine over node-llama-cpp. The beginning that a prompt shares with an earlier one stays in memory: two prompts are kept, so that
 * one that decides and one that answers do not push each other out. Nothing is downloaded and nothing is compiled.
 */
import { availableParallelism } from 'node:os';
import { messageOf, systemError, userError } from '../../../common/errors.ts';
import type { Generated, GenerateRequest, LocalEngine, Turn } from './engine.ts';
import { checkGgufFile } from './gguf-file.ts';
import { grammarOf } from './grammar.ts';
import {
  type ChatHistoryItem,
  importLlama,
  type Llama,
  type LlamaContext,
  type LlamaModel,
  type LlamaPackage,
  type LlamaSequence,
  type Token,
} from './llama-package.ts';

export interface LlamaEngineOptions {
  /** Threads of a call. Default: all cores but one, at most 8. More than there are idle cores make it slower, not faster. */
  threads?: number;
  /** Tokens of prompt and reply at most. Default 8,192, or what the model was trained on where that is less. */
  contextSize?: number;
  /** Whether layers go to a graphics card where there is one. Default true. */
  gpu?: boolean;
}

/** Prompts whose beginnings are kept. */
const KEPT_PROMPTS = 2;
/** A beginning shorter than this is the template's, which every prompt has. */
const LEAST_SHARED = 32;
/** Tokens of a prompt that are read before an abort is looked for again: some seconds on one slow core. */
const PROMPT_PIECE = 128;

/** Throws the user errors `gguf-missing`, `gguf-invalid` and `provider-not-installed`, and `gguf-runtime` where loading fails. */
export async function openLlamaEngine(
  file: string,
  { threads = defaultThreads(), contextSize = 8192, gpu = true }: LlamaEngineOptions = {},
): Promise<LocalEngine> {
  await checkGgufFile(file);
  const owner = `model "gguf:${file}"`;
  const bindings = await importLlama(owner);
  try {
    const llama = await bindings.getLlama({
      gpu: gpu ? 'auto' : false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: 'error',
      maxThreads: threads,
    });
    const model = await llama.loadModel({ modelPath: file });
    const size = Math.min(contextSize, model.trainContextSize);
    const context = await model.createContext({ contextSize: size, sequences: KEPT_PROMPTS, threads });
    return new LlamaEngine(file, { bindings, llama, model, context });
  } catch (error) {
    throw systemError(
      'gguf-runtime',
      `${owner}: it cannot be loaded (${messageOf(error)}); is there memory enough for it?`,
      error,
    );
  }
}

function defaultThreads(cores: number = availableParallelism()): number {
  return Math.max(1, Math.min(8, cores - 1));
}

interface Loaded {
  bindings: LlamaPackage;
  llama: Llama;
  model: LlamaModel;
  context: LlamaContext;
}

/** A prompt that is kept, and when it was used last. */
interface Slot {
  sequence: LlamaSequence;
  used: number;
}

class LlamaEngine implements LocalEngine {
  readonly name: string;
  readonly #loaded: Loaded;
  readonly #slots: Slot[];
  readonly #grammars = new Map<string, object>();
  readonly #template: ReturnType<LlamaPackage['resolveChatWrapper']>;
  #last: Promise<unknown> = Promise.resolve();
  #calls = 0;
  #disposed = false;

  constructor(file: string, loaded: Loaded) {
    this.name = file.split(/[\\/]/).at(-1) ?? file;
    this.#loaded = loaded;
    this.#slots = Array.from({ length: KEPT_PROMPTS }, () => ({ sequence: loaded.context.getSequence(), used: 0 }));
    this.#template = loaded.bindings.resolveChatWrapper(loaded.model);
  }

  /** One call after the other: the cores are the same. */
  generate(request: GenerateRequest): Promise<Generated> {
    const turn = this.#last.then(() => {
      request.signal?.throwIfAborted();
      if (this.#disposed) throw systemError('gguf-runtime', `model "gguf:${this.name}": it was closed; open it again`);
      return this.#generate(request);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #generate(request: GenerateRequest): Promise<Generated> {
    const { signal, maxTokens, temperature, seed } = request;
    const prompt = this.#tokens(request.turns);
    const { sequence, cached } = this.#slotFor(prompt);
    const room = sequence.contextSize - prompt.length;
    if (room < 1) {
      throw userError(
        'prompt-too-long',
        `model "gguf:${this.name}": a prompt of ${prompt.length} tokens does not fit into ${sequence.contextSize}; raise contextSize, or show fewer passages`,
      );
    }
    // The last token is always read anew: the reply begins there. Nothing is shifted, so that a kept prompt gives what a new one would.
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    let unread = prompt.slice(sequence.nextTokenIndex);
    while (unread.length > PROMPT_PIECE) {
      await sequence.evaluateWithoutGeneratingNewTokens(unread.slice(0, PROMPT_PIECE));
      signal?.throwIfAborted();
      unread = unread.slice(PROMPT_PIECE);
    }
    const options = { temperature, seed, grammarEvaluationState: this.#grammarState(request.schema) };
    const reply = new Reply(this.#loaded.model, request);
    const most = Math.min(maxTokens, room);
    let finish: Generated['finish'] = 'stop';
    for await (const token of sequence.evaluate(unread, options)) {
      signal?.throwIfAborted();
      if (reply.add(token)) break;
      if (reply.tokens.length >= most) {
        finish = 'length';
        break;
      }
    }
    return { text: reply.end(), finish, tokens: { input: prompt.length, cached, output: reply.tokens.length } };
  }

  #tokens(turns: readonly Turn[]): Token[] {
    const history = turns.map(({ role, text }): ChatHistoryItem => {
      return role === 'model' ? { type: role, response: [text] } : { type: role, text };
    });
    const chatHistory: ChatHistoryItem[] = [...history, { type: 'model', response: [''] }];
    return this.#template.generateContextState({ chatHistory }).contextText.tokenize(this.#loaded.model.tokenizer);
  }

  /** The kept prompt with which this one shares most, else the one that was not used for longest. */
  #slotFor(prompt: readonly Token[]): { sequence: LlamaSequence; cached: number } {
    const ranked = this.#slots
      .map((slot) => {
        const shared = slot.sequence.compareContextTokens(prompt).firstDifferentIndex;
        return { slot, cached: Math.min(shared, prompt.length - 1), worth: shared < LEAST_SHARED ? 0 : shared };
      })
      .sort((left, right) => right.worth - left.worth || left.slot.used - right.slot.used);
    const { slot, cached } = ranked[0]!;
    slot.used = ++this.#calls;
    return { sequence: slot.sequence, cached };
  }

  #grammarState(schema: GenerateRequest['schema']): object | undefined {
    if (schema === undefined) return undefined;
    const { bindings, llama, model } = this.#loaded;
    const key = JSON.stringify(schema);
    const grammar = this.#grammars.get(key) ?? new bindings.LlamaGrammar(llama, { grammar: grammarOf(schema) });
    this.#grammars.set(key, grammar);
    return new bindings.LlamaGrammarEvaluationState({ model, grammar });
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#last;
    await this.#loaded.llama.dispose();
  }
}

/** A reply as it grows: from tokens to text, up to a stop. */
class Reply {
  readonly tokens: Token[] = [];
  readonly #model: LlamaModel;
  readonly #request: GenerateRequest;
  #text = '';
  #told = 0;

  constructor(model: LlamaModel, request: GenerateRequest) {
    this.#model = model;
    this.#request = request;
  }

  /** True where a stop was met. */
  add(token: Token): boolean {
    this.tokens.push(token);
    this.#text = this.#model.detokenize(this.tokens);
    const { stop = [] } = this.#request;
    const met = stop.map((text) => this.#text.indexOf(text)).filter((at) => at >= 0);
    if (met.length > 0) this.#text = this.#text.slice(0, Math.min(...met));
    // Half a letter, or what may be half a stop, waits for the next token.
    const held = Math.max(this.#text.endsWith('\uFFFD') ? 1 : 0, ...stop.map((text) => overlap(this.#text, text)));
    this.#tell(met.length > 0 ? this.#text.length : this.#text.length - held);
    return met.length > 0;
  }

  end(): string {
    this.#tell(this.#text.length);
    return this.#text;
  }

  #tell(upTo: number): void {
    if (upTo <= this.#told) return;
    this.#request.onText?.(this.#text.slice(this.#told, upTo));
    this.#told = upTo;
  }
}

/** How many last characters of a text begin a stop. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
