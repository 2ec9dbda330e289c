/** An answerer that is any LangChain chat model: from the partial answers and their best passages to the final answer. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Passage } from '../../tools/passage.ts';
import type { Answerer, EvidenceStep } from '../policy.ts';
import { askForAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import { defaultPrompts, type RouterPrompts } from './prompts/prompts.ts';
import { labelPassages } from './protocols/naming.ts';

export interface ChatModelAnswererOptions {
  model: BaseChatModel;
  name?: string;
  /**
   * Passages of each step that it is shown, the cited ones first. Default 2. With 0 it answers from the partial answers alone,
   * as the reference does, and can then cite nothing.
   */
  passagesPerStep?: number;
  prompts?: Partial<Pick<RouterPrompts, 'answer'>>;
  /** Whether it sees the question's image. Default: only where no step was read. */
  image?: 'without-evidence' | 'always' | 'never';
  retries?: number;
  callOptions?: CallOptions;
}

export function chatModelAnswerer(options: ChatModelAnswererOptions): Answerer {
  const { model, name = 'chat-model', passagesPerStep = 2, image: when = 'without-evidence', retries = 2 } = options;
  const { answer } = { ...defaultPrompts, ...options.prompts };
  return {
    name,
    async answer({ question, image: hash, steps, conversation }, context) {
      const evidence = distinct(steps.flatMap((step) => citedFirst(step).slice(0, passagesPerStep)));
      const passages = labelPassages(evidence);
      const prompt = answer({ question, history: steps, passages, conversation, hasImage: hash !== undefined });
      const wanted = when === 'always' || (when === 'without-evidence' && evidence.length === 0);
      const output = await askForAnswer({
        model,
        prompt,
        image: wanted ? await context.image() : undefined,
        passages,
        retries,
        context,
        runName: 'write answer',
        callOptions: options.callOptions,
      });
      return { ...output, usage: { ...output.usage, reads: passages.length } };
    },
  };
}

function citedFirst({ passages, reading }: EvidenceStep): Passage[] {
  const isCited = ({ id, knowledgeBase }: Passage) =>
    reading?.citations.some((citation) => citation.passageId === id && citation.knowledgeBase === knowledgeBase) ??
    false;
  return [...passages.filter(isCited), ...passages.filter((passage) => !isCited(passage))];
}

function distinct(passages: readonly Passage[]): Passage[] {
  const byKey = new Map(passages.map((passage) => [JSON.stringify([passage.knowledgeBase, passage.id]), passage]));
  return [...byKey.values()];
}
