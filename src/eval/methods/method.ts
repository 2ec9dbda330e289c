/**
 * A method of answering, by name: the policy, reader and answerer that make it, for the one graph. What the literature compares
 * as different systems are different fillings of the same nodes here, so that all are measured alike.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { userError } from '../../common/errors.ts';
import type { Naming } from '../../graph/chat-model/protocols/naming.ts';
import { type SearchDecision, searchFor } from '../../graph/decision.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import type { Answerer, Policy, PolicyState, Reader } from '../../graph/policy.ts';
import type { DenseTextEncoder } from '../../tools/encoders/encoder.ts';

export interface MethodSettings {
  /** The chat model that decides, reads and answers. */
  model?: BaseChatModel;
  /** Of methods that say nothing about reading. Default: the chat model, or the extractive ones where there is none. */
  reader?: Reader;
  answerer?: Answerer;
  /** Takes questions apart, for methods that only choose where to ask. Default: the chat model, or the probe policy. */
  decomposition?: Policy;
  /** For methods that ask one knowledge base; left out, they ask every one. */
  knowledgeBase?: string;
  /** Passages shown to the reader at a step (of each knowledge base, where every one is asked). Default 5; by extraction 3. */
  passages?: number;
  /** Default 5. */
  maxSteps?: number;
  naming?: Naming;
  /** For routing by similarity. Default: a bag of words. */
  encoder?: DenseTextEncoder;
  /** Example questions by knowledge base, for routing by similarity. Default: the sentences of its description. */
  utterances?: Readonly<Record<string, readonly string[]>>;
  /** The trained scorer, for `r1-router-scorer`. */
  scorer?: Policy;
}

export type MethodParts = Pick<RouterGraphOptions, 'policy' | 'reader' | 'answerer' | 'maxSteps'>;

export interface Method {
  readonly name: string;
  /** What a table calls it. */
  readonly title: string;
  /** arXiv number, where there is a paper. */
  readonly arxiv?: string;
  /** Throws a user error `missing-setting` that names what it cannot do without. */
  build(settings: MethodSettings): MethodParts;
}

/** The setting, or a user error that says who wants it. */
export function required<K extends keyof MethodSettings>(
  method: string,
  settings: MethodSettings,
  key: K,
): NonNullable<MethodSettings[K]> {
  const value = settings[key];
  if (value === undefined) throw userError('missing-setting', `method "${method}" needs ${NEEDED[key] ?? key}`);
  return value;
}

const NEEDED: Partial<Record<keyof MethodSettings, string>> = {
  model: 'a chat model; name one with --model provider:name (setting `model`)',
  knowledgeBase:
    'the name of a knowledge base; write NAME:KB on the command line, e.g. fixed:text (setting `knowledgeBase`)',
  scorer: 'a trained policy (setting `scorer`)',
};

export const passageLimitOf = ({ passages = 5 }: MethodSettings): number => passages;

/** One sub-question, asked where the settings say: of one knowledge base, or of every one. */
export function askWhere(
  subQuestion: string,
  { knowledgeBase }: MethodSettings,
  { knowledgeBases }: Pick<PolicyState, 'knowledgeBases'>,
): SearchDecision {
  const names = knowledgeBase === undefined ? knowledgeBases.map(({ name }) => name) : [knowledgeBase];
  return searchFor(subQuestion, ...names);
}
