/**
 * An answerer that is any LangChain chat model: from the partial answers and their best passages to the final answer. Where the
 * policy read what it decided on and stopped with an answer, that is the answer, and no call is made.
 */
import type { Passage } from '../../tools/passage.ts';
import type { Answerer, AnswerInput, EvidenceStep } from '../policy.ts';
import { askForAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import { type AnyRunnable, type ChatModelLike, modelOpener, readsTextOnly } from './model.ts';
import { DIRECT_PROMPTS } from './prompts/direct-prompts.ts';
import { historyLines, passageLines } from './prompts/lines.ts';
import { defaultPrompts, type Prompt, type RouterPrompts } from './prompts/prompts.ts';
import { type LabelledPassage, labelPassages } from './protocols/naming.ts';
import {
  checkProtocol,
  isHeldToSchemas,
  type Protocol,
  resolveProtocol,
  type StructuredOptions,
} from './protocols/protocol.ts';
import { numberPassages } from './reader.ts';
import { questionText } from './run-messages.ts';

export interface ChatModelAnswererOptions {
  model: ChatModelLike;
  name?: string;
  /** Default `auto`; with `prompts` given, `auto` is the tags that they are for. */
  protocol?: Protocol;
  /**
   * Passages of each step that it is shown, the cited ones first. Default 2; in other protocols than the tags 5
   * of a step that nobody took an answer from. With 0 it
   * answers from the partial answers alone, as the reference does, and can then cite nothing; this needs the tags.
   */
  passagesPerStep?: number;
  prompts?: Partial<Pick<RouterPrompts, 'answer'>>;
  /** Said after our own instructions. */
  systemPrompt?: string;
  /** Whether it sees the question's image. Default: only where no step was read. */
  image?: 'without-evidence' | 'always' | 'never';
  /** Where nothing was found and there is no image to answer from: an abstention without a call (default), or what the model knows. */
  withoutEvidence?: 'abstain' | 'ask';
  retries?: number;
  structuredOutput?: StructuredOptions;
  callOptions?: CallOptions;
}

/**
 * The answerer that is a LangChain chat model: it composes the final answer from what the steps read. Throws the user error
 * `invalid-options` for what is no model, or a protocol that it cannot speak.
 */
export function chatModelAnswerer(options: ChatModelAnswererOptions): Answerer {
  const { name = 'chat-model', passagesPerStep, image: when = 'without-evidence', retries = 2 } = options;
  const { protocol = 'auto', withoutEvidence = 'abstain', callOptions, structuredOutput, systemPrompt } = options;
  checkProtocol(protocol, 'chatModelAnswerer');
  const open = modelOpener(options.model, 'chatModelAnswerer');
  const byTags = protocol === 'auto' && (options.prompts?.answer || passagesPerStep === 0);
  const wanted = byTags ? 'tags' : protocol;
  if (typeof options.model !== 'string') resolveProtocol(options.model as AnyRunnable, wanted, 'chatModelAnswerer');
  const { answer } = { ...defaultPrompts, ...options.prompts };
  return {
    name,
    async answer(input, context) {
      const { proposed, question, image: hash, steps, conversation } = input;
      if (proposed) return { ...proposed };
      const model = await open();
      const resolved = resolveProtocol(model, wanted, 'chatModelAnswerer');
      const perStep = passagesPerStep ?? (resolved === 'tags' ? 2 : undefined);
      const evidence = distinct(steps.flatMap((step) => shownOf(step, perStep)));
      const isImageWanted = when === 'always' || (when === 'without-evidence' && evidence.length === 0);
      const image = isImageWanted && !readsTextOnly(model) ? await context.image() : undefined;
      const found = steps.some(({ passages, answer }) => passages.length > 0 || answer !== null);
      if (!found && !image && withoutEvidence === 'abstain') return ABSTENTION;
      const passages = resolved === 'tags' ? labelPassages(evidence) : numberPassages(evidence);
      const prompt =
        resolved === 'tags'
          ? answer({ question, history: steps, passages, conversation, hasImage: hash !== undefined })
          : directPrompt(input, passages);
      const output = await askForAnswer({
        ...{ model, protocol: resolved, passages, image, retries, context, callOptions, structuredOutput },
        prompt: systemPrompt === undefined ? prompt : { ...prompt, system: `${prompt.system}\n\n${systemPrompt}` },
        runName: 'write answer',
        final: true,
        ...(isHeldToSchemas(model) && { careful: question }),
      });
      return { ...output, usage: { ...output.usage, reads: passages.length } };
    },
  };
}

const ABSTENTION = { answer: null, citations: [], usage: { reads: 0 } };

function shownOf(step: EvidenceStep, perStep: number | undefined): Passage[] {
  const unread = step.reading === undefined || (step.reading.answer === null && step.reading.citations.length === 0);
  return citedFirst(step).slice(0, perStep ?? (unread ? 5 : 2));
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

function directPrompt({ steps, question, conversation }: AnswerInput, passages: readonly LabelledPassage[]): Prompt {
  const user = [
    'Passages, one a line:',
    ...passageLines(passages),
    ...historyLines(steps.filter(({ answer, outcome }) => answer !== null || outcome !== 'passages')),
    questionText({ question, conversation }),
  ];
  return { system: DIRECT_PROMPTS.answer, user: user.join('\n') };
}
