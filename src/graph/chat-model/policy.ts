/**
 * A policy that is any LangChain chat model: it writes a thought, a sub-question and the name of a knowledge base in the tag
 * protocol. The released R1-Router checkpoints behind an OpenAI-compatible server are one such model (arXiv 2505.22095).
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Policy } from '../policy.ts';
import { stepsTaken } from '../step-record.ts';
import { type CallOptions, callChatModel } from './call.ts';
import { defaultPrompts, type RouterPrompts } from './prompts/prompts.ts';
import { parseDecision } from './protocols/decision-tags.ts';
import { type Naming, namesToKnowledgeBases, ownNames } from './protocols/naming.ts';

export interface ChatModelPolicyOptions {
  model: BaseChatModel;
  /** What stands in the records; default `chat-model`. */
  name?: string;
  /** Say here which checkpoint or prompt this is; default the model's own name. */
  version?: string;
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

export function chatModelPolicy(options: ChatModelPolicyOptions): Policy {
  const { model, name = 'chat-model', naming = ownNames, imageAt = 'every-step', temperature, callOptions } = options;
  const { decide } = { ...defaultPrompts, ...options.prompts };
  return {
    name,
    version: options.version ?? modelName(model),
    async decide(state, context, rejected) {
      const names = namesToKnowledgeBases(state.knowledgeBases, naming);
      const shown = imageAt === 'every-step' || (imageAt === 'first-step' && state.steps.length === 0);
      const image = shown ? await context.image() : undefined;
      const prompt = decide({
        question: state.question,
        hasImage: state.image !== undefined,
        history: state.steps,
        conversation: state.conversation,
        knowledgeBases: state.knowledgeBases.map((card) => ({ name: naming(card), description: card.description })),
        stepsLeft: state.maxSteps - stepsTaken(state.steps),
      });
      const reply = await callChatModel({
        model,
        prompt,
        image,
        reminder: rejected?.reminder,
        context,
        runName: 'write decision',
        callOptions,
      });
      const { decision, thought = reply.reasoning } = reply.refused
        ? { decision: { type: 'invalid' as const, reason: 'refused' as const, raw: reply.text.slice(0, 4_000) } }
        : parseDecision(reply.text, names);
      return {
        decision,
        ...(thought !== undefined && { thought }),
        raw: reply.text,
        usage: reply.usage,
        ...(temperature !== undefined && { temperature }),
        ...(reply.logProbabilities && { logProbabilities: reply.logProbabilities }),
        ...(reply.tokenIds && { promptTokenIds: reply.promptTokenIds, tokenIds: reply.tokenIds }),
      };
    },
  };
}

export function modelName(model: BaseChatModel): string {
  const named = model as { model?: unknown; modelName?: unknown };
  return [named.model, named.modelName, model.getName()].find((value) => typeof value === 'string') as string;
}
