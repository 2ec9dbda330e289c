/** A reader that is any LangChain chat model: shown the passages, it gives the intermediate answer and what it rests on. */
import type { Reader, ReadInput } from '../policy.ts';
import { askForAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import { type AnyRunnable, type ChatModelLike, modelOpener, readsTextOnly } from './model.ts';
import { DIRECT_PROMPTS } from './prompts/direct-prompts.ts';
import { historyLines, oneLine, passageLines } from './prompts/lines.ts';
import { defaultPrompts, type Prompt, type RouterPrompts } from './prompts/prompts.ts';
import { type LabelledPassage, labelPassages } from './protocols/naming.ts';
import {
  checkProtocol,
  isHeldToSchemas,
  type Protocol,
  resolveProtocol,
  type StructuredOptions,
} from './protocols/protocol.ts';

export interface ChatModelReaderOptions {
  model: ChatModelLike;
  name?: string;
  /** Default `auto`; with `prompts` given, `auto` is the tags that they are for. */
  protocol?: Protocol;
  /** Passages it is shown a step. Default 5, as in the paper. */
  limit?: number;
  prompts?: Partial<Pick<RouterPrompts, 'read'>>;
  /** When it sees the question's image: for text-image passages (default), always, or never. */
  imageFor?: 'text-image' | 'all' | 'none';
  /** Reminders after an output that cannot be read, before it counts as an abstention. Default 2. */
  retries?: number;
  structuredOutput?: StructuredOptions;
  callOptions?: CallOptions;
}

/**
 * The reader that is a LangChain chat model: shown the passages of a step, it gives an answer and what that rests on. Throws the user error
 * `invalid-options` for what is no model, or a protocol that it cannot speak.
 */
export function chatModelReader(options: ChatModelReaderOptions): Reader {
  const { name = 'chat-model', limit = 5, imageFor = 'text-image', retries = 2, protocol = 'auto' } = options;
  const { callOptions, structuredOutput } = options;
  checkProtocol(protocol, 'chatModelReader');
  const open = modelOpener(options.model, 'chatModelReader');
  const wanted = protocol === 'auto' && options.prompts?.read ? 'tags' : protocol;
  if (typeof options.model !== 'string') resolveProtocol(options.model as AnyRunnable, wanted, 'chatModelReader');
  const { read } = { ...defaultPrompts, ...options.prompts };
  return {
    name,
    limit,
    async read(input, context) {
      const model = await open();
      const [first, ...others] = input.knowledgeBases;
      const passages = labelPassages(input.passages, others.length === 0 ? first?.modality : undefined);
      const isOfImages = passages.some(({ label }) => label.startsWith('tir'));
      const wantsImage = !readsTextOnly(model) && (imageFor === 'all' || (imageFor === 'text-image' && isOfImages));
      const image = wantsImage ? await context.image() : undefined;
      const resolved = resolveProtocol(model, wanted, 'chatModelReader');
      const shared = { model, image, retries, context, runName: 'write reading', callOptions, structuredOutput };
      if (resolved === 'tags') {
        const { question, subQuestion, steps: history } = input;
        const prompt = read({ question, subQuestion, passages, history, hasImage: input.image !== undefined });
        return askForAnswer({ ...shared, protocol: resolved, prompt, passages });
      }
      const numbered = numberPassages(input.passages);
      const careful = isHeldToSchemas(model) ? input.subQuestion : undefined;
      const prompt = directPrompt(input, numbered);
      return askForAnswer({ ...shared, protocol: resolved, prompt, passages: numbered, careful });
    },
  };
}

/** p1, p2, ...: one kind of label for all. */
export function numberPassages(passages: readonly LabelledPassage['passage'][]): LabelledPassage[] {
  return passages.map((passage, index) => ({ label: `p${index + 1}`, passage }));
}

function directPrompt({ question, subQuestion, steps }: ReadInput, passages: readonly LabelledPassage[]): Prompt {
  const user = [
    'Passages, one a line:',
    ...passageLines(passages),
    `It is part of a larger question: ${oneLine(question)}`,
    ...historyLines(steps),
    `Question to answer now: ${oneLine(subQuestion)}`,
  ];
  return { system: DIRECT_PROMPTS.read, user: user.join('\n') };
}
