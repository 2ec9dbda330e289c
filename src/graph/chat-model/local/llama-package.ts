/**
 * What is used of the optional package node-llama-cpp, version 3. Typed here, because this package compiles and installs without it.
 */
import { messageOf, systemError, userError } from '../../../common/errors.ts';
import { importOptional } from '../../../common/import-optional.ts';

export const PACKAGE = 'node-llama-cpp';

/** A number in fact; the package brands it. */
export type Token = number;

export interface ChatHistoryItem {
  type: 'system' | 'user' | 'model';
  text?: string;
  response?: string[];
}

export interface LlamaPackage {
  getLlama(options: {
    gpu?: 'auto' | false;
    build: 'never';
    skipDownload: true;
    progressLogs: false;
    logLevel: 'error';
    maxThreads: number;
  }): Promise<Llama>;
  resolveChatWrapper(model: LlamaModel): ChatWrapper;
  LlamaGrammar: new (llama: Llama, options: { grammar: string }) => object;
  LlamaGrammarEvaluationState: new (options: { model: LlamaModel; grammar: object }) => object;
}

export interface Llama {
  loadModel(options: { modelPath: string }): Promise<LlamaModel>;
  dispose(): Promise<void>;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly tokenizer: unknown;
  detokenize(tokens: readonly Token[]): string;
  createContext(options: { contextSize: number; sequences: number; threads: number }): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  readonly nextTokenIndex: number;
  readonly contextSize: number;
  compareContextTokens(tokens: readonly Token[]): { firstDifferentIndex: number };
  adaptStateToTokens(tokens: readonly Token[], allowShift: boolean): Promise<void>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]): Promise<void>;
  evaluate(
    tokens: readonly Token[],
    options: { temperature: number; seed?: number; grammarEvaluationState?: object },
  ): AsyncGenerator<Token, void, void>;
}

interface ChatWrapper {
  generateContextState(options: { chatHistory: readonly ChatHistoryItem[] }): {
    contextText: { tokenize(tokenizer: unknown): Token[] };
  };
}

/** Throws the user error `provider-not-installed`, or `gguf-runtime` where the package has nothing for this machine. */
export async function importLlama(owner: string): Promise<LlamaPackage> {
  let found: Record<string, unknown> | undefined;
  try {
    found = await importOptional(PACKAGE);
  } catch (error) {
    throw systemError(
      'gguf-runtime',
      `${owner}: ${PACKAGE} cannot be loaded here (${messageOf(error)}); install it again`,
      error,
    );
  }
  if (found === undefined) {
    throw userError(
      'provider-not-installed',
      `${owner}: the package ${PACKAGE} is not installed; run: npm install ${PACKAGE}`,
    );
  }
  if (typeof found.resolveChatWrapper !== 'function') {
    throw userError(
      'provider-not-installed',
      `${owner}: this version of ${PACKAGE} is not known; run: npm install ${PACKAGE}@3`,
    );
  }
  return found as unknown as LlamaPackage;
}
