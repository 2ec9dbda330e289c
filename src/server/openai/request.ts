/**
 * A chat completion request as a question: what the user said last is asked, with its picture; what was said before is the
 * conversation. Knobs of language models (temperature, max_tokens, ...) are taken and not used; what would change the meaning of
 * the reply and is not spoken here is refused.
 */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { ABSTENTIONS } from '../../graph/agent/tell.ts';
import type { Turn } from '../../graph/policy.ts';
import { WellFormedText } from '../ask/ask-request.ts';
import type { Asked } from '../ask/run.ts';
import { HttpError } from '../error-reply.ts';

const PartSchema = z.looseObject({
  type: z.string(),
  text: WellFormedText.optional(),
  image_url: z.union([z.string(), z.looseObject({ url: z.string() })]).optional(),
});

const MessageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([WellFormedText, z.array(PartSchema).max(100)], 'give a text or a list of parts').nullish(),
});
type Message = z.infer<typeof MessageSchema>;

export const ChatRequestSchema = z.looseObject({
  model: z.string().max(200),
  messages: z.array(MessageSchema).min(1).max(1_000),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.number().int().meta({ const: 1 }).nullish(),
  seed: z.number().int().nullish(),
  tool_choice: z.unknown().optional(),
  response_format: z.looseObject({ type: z.string().meta({ const: 'text' }) }).nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequestSchema>;

/** The model without a policy; `r1-router/probe` names one. */
export const MODEL = 'r1-router';

/** Throws user errors that name the field. */
export function parseChatRequest(body: unknown): ChatRequest {
  const parsed = ChatRequestSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw userError('invalid-request', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }
  const { n, tool_choice: toolChoice, response_format: format } = parsed.data;
  if (n !== undefined && n !== null && n !== 1) {
    throw userError('invalid-request', 'n: one answer is given to a question; leave it out');
  }
  if (toolChoice === 'required' || (typeof toolChoice === 'object' && toolChoice !== null)) {
    throw userError('invalid-request', 'tool_choice: no tools of yours are called here; leave it out');
  }
  if (format && format.type !== 'text') {
    throw userError('invalid-request', 'response_format: only text is written here; leave it out');
  }
  return parsed.data;
}

/** The policy that a model's name stands for. Throws 404 `model_not_found`. */
export function policyOf(model: string, policies: Readonly<Record<string, unknown>> = {}): string | undefined {
  if (model === MODEL) return undefined;
  const name = model.startsWith(`${MODEL}/`) ? model.slice(MODEL.length + 1) : undefined;
  if (name !== undefined && Object.hasOwn(policies, name)) return name;
  const message = `model: no model "${model.slice(0, 100)}" here; list them with GET /v1/models`;
  throw new HttpError({ status: 404, code: 'model-not-found', message });
}

/** Throws user errors where nothing is asked, or more than can be. */
export function questionOf({
  messages,
  seed,
}: ChatRequest): Pick<Asked, 'question' | 'image' | 'conversation' | 'seed'> {
  const said = messages.filter(({ role }) => role === 'user' || role === 'assistant');
  const last = said.findLastIndex(({ role }) => role === 'assistant') + 1;
  const asking = said.slice(last);
  if (asking.length === 0) {
    throw userError('invalid-request', 'messages: the last one must be of the user; it is what is asked');
  }
  const images = asking.flatMap(imagesOf);
  if (images.length > 1) {
    throw userError('several-images', `messages: ${images.length} images in one question; send one at a time`);
  }
  const [image] = images;
  const conversation = turnsOf(said.slice(0, last));
  return {
    question: asking.map(textOf).filter(Boolean).join('\n'),
    ...(image !== undefined && { image }),
    ...(conversation.length > 0 && { conversation }),
    ...(typeof seed === 'number' && { seed }),
  };
}

const TURNS_AT_MOST = 20;

function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const text = textOf(message);
    if (message.role === 'user') turns.push({ question: text, answer: null });
    const turn = turns.at(-1);
    const isAnswer = message.role === 'assistant' && text !== '' && !isAbstention(text);
    if (turn && isAnswer) turn.answer = text;
  }
  return turns.filter(({ question }) => question !== '').slice(-TURNS_AT_MOST);
}

/** What this server says where it found nothing is no answer when it comes back. */
const isAbstention = (text: string): boolean => Object.values(ABSTENTIONS).includes(text);

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content.trim();
  const texts = (content ?? []).flatMap(({ type, text }) =>
    type === 'text' && text !== undefined ? [text.trim()] : [],
  );
  return texts.filter(Boolean).join('\n');
}

function imagesOf({ content }: Message): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap(({ type, image_url: given }) => {
    if (type === 'text') return [];
    const url = typeof given === 'string' ? given : given?.url;
    if (type !== 'image_url' || url === undefined) {
      throw userError(
        'invalid-request',
        `messages: a part of type "${type.slice(0, 50)}" cannot be asked; send text and image_url`,
      );
    }
    if (!url.startsWith('data:')) {
      throw userError(
        'image-not-inline',
        'messages: the image is an address; send its bytes as data:image/png;base64,...',
      );
    }
    return [url];
  });
}
