/** A reader that is any LangChain chat model: shown the passages, it writes the intermediate answer and which it rests on. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Reader } from '../policy.ts';
import { askForAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import { defaultPrompts, type RouterPrompts } from './prompts/prompts.ts';
import { labelPassages } from './protocols/naming.ts';

export interface ChatModelReaderOptions {
  model: BaseChatModel;
  name?: string;
  /** Passages it is shown a step. Default 5, as in the paper. */
  limit?: number;
  prompts?: Partial<Pick<RouterPrompts, 'read'>>;
  /** When it sees the question's image: for text-image passages (default), always, or never. */
  imageFor?: 'text-image' | 'all' | 'none';
  /** Reminders after an output that cannot be read, before it counts as an abstention. Default 2. */
  retries?: number;
  callOptions?: CallOptions;
}

export function chatModelReader(options: ChatModelReaderOptions): Reader {
  const { model, name = 'chat-model', limit = 5, imageFor = 'text-image', retries = 2, callOptions } = options;
  const { read } = { ...defaultPrompts, ...options.prompts };
  return {
    name,
    limit,
    async read(input, context) {
      const [first, ...others] = input.knowledgeBases;
      const passages = labelPassages(input.passages, others.length === 0 ? first?.modality : undefined);
      const wanted = imageFor === 'all' || (imageFor === 'text-image' && passages.some(isOfImages));
      const prompt = read({
        question: input.question,
        subQuestion: input.subQuestion,
        passages,
        history: input.steps,
        hasImage: input.image !== undefined,
      });
      const image = wanted ? await context.image() : undefined;
      return askForAnswer({ model, prompt, image, passages, retries, context, runName: 'write reading', callOptions });
    },
  };
}

function isOfImages({ label }: { label: string }): boolean {
  return label.startsWith('tir');
}
