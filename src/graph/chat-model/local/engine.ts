/**
 * What runs a model in this process, as its chat model sees it: turns of plain text in, text out, held to a JSON schema where one
 * is given. One engine is a model in memory; calls wait for each other where it can only do one at a time.
 */

/** What LangChain calls models of this kind. */
export const LOCAL_TYPE = 'r1-router-local';

/** Whether it is one: it can be held to a form, and to calling a tool. */
export const isLocalModel = (model: { _llmType?: () => string }): boolean => model._llmType?.() === LOCAL_TYPE;

const heldByServer = new WeakSet<object>();

/**
 * Says of a model that its server holds replies to the schema of a call, as llama.cpp, vLLM, Ollama and LM Studio do with the models
 * that people run themselves. Such a model is asked as one in this process is. Returns it.
 */
export function heldToSchemas<T extends object>(model: T): T {
  heldByServer.add(model);
  return model;
}

/** Whether its replies cannot break a schema: by whoever runs it. */
export const isHeldModel = (model: object): boolean => isLocalModel(model) || heldByServer.has(model);

export const GGUF_PREFIX = 'gguf:';

/** Whether a model's name opens a file in this process. */
export const isGgufName = (name: string | undefined): boolean => name?.startsWith(GGUF_PREFIX) ?? false;

/** As the model's own template knows them. */
type TurnRole = 'system' | 'user' | 'model';

export interface Turn {
  role: TurnRole;
  text: string;
}

export interface GenerateRequest {
  turns: readonly Turn[];
  /** The reply is JSON of this schema, and can be nothing else. */
  schema?: Readonly<Record<string, unknown>>;
  /** 0 is greedy. */
  temperature: number;
  seed?: number;
  maxTokens: number;
  /** Texts that end the reply; they do not stand in it. */
  stop?: readonly string[];
  signal?: AbortSignal;
  /** Told of each new piece of the reply. */
  onText?: (piece: string) => void;
}

export interface Generated {
  text: string;
  /** `length`: cut off at `maxTokens`. */
  finish: 'stop' | 'length';
  tokens: {
    /** Of the whole prompt. */
    input: number;
    /** Of the prompt, those that were still in memory from an earlier call. */
    cached: number;
    output: number;
  };
}

export interface LocalEngine {
  /** Of the model, as records and traces show it. */
  readonly name: string;
  generate(request: GenerateRequest): Promise<Generated>;
  /** Frees the memory; a call under way ends first. */
  dispose(): Promise<void>;
}
