/** What a conversation asks: its last human message is the question, with the image in it; what was said before is conversation. */
import { AIMessage, type BaseMessage, HumanMessage } from '@langchain/core/messages';
import { userError } from '../../common/errors.ts';
import type { ImageStore } from '../image-store.ts';
import type { Turn } from '../policy.ts';

export interface Heard {
  question: string;
  /** Hash of the image, whose bytes are now in the store. */
  image?: string;
  conversation: Turn[];
  /** Id of the message that asks. */
  messageId?: string;
}

/** Undefined where nobody has said anything since the message that was answered last (`answered`). */
export async function hear(
  messages: readonly BaseMessage[],
  { images, answered }: { images: ImageStore; answered?: string | null },
): Promise<Heard | undefined> {
  const at = messages.findLastIndex((message) => HumanMessage.isInstance(message));
  const last = messages[at];
  if (!last || (answered && last.id === answered)) return undefined;
  // Whoever sends two messages in a row asks with both.
  let first = at;
  while (first > 0 && HumanMessage.isInstance(messages[first - 1])) first--;
  const asking = messages.slice(first, at + 1);
  const urls = asking.flatMap(imagesOf);
  if (urls.length > 1) {
    throw userError('several-images', `messages: ${urls.length} images in one question; send one at a time`);
  }
  const [url] = urls;
  return {
    question: asking
      .map(({ text }) => text.trim())
      .filter(Boolean)
      .join('\n'),
    ...(url !== undefined && { image: await images.put(bytesOf(url)) }),
    conversation: turnsOf(messages.slice(0, first)),
    ...(last.id !== undefined && { messageId: last.id }),
  };
}

/** Questions with the last thing that was said to each in words; calls of tools and their results are left out. */
export function turnsOf(messages: readonly BaseMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const text = message.text.trim();
    if (HumanMessage.isInstance(message)) turns.push({ question: text, answer: null });
    const turn = turns.at(-1);
    if (turn && AIMessage.isInstance(message) && text !== '' && isFound(message)) turn.answer = text;
  }
  return turns.filter(({ question }) => question !== '').slice(-CONVERSATION_LIMIT);
}

const CONVERSATION_LIMIT = 20;

/** An abstention of ours says something, but it is no answer. */
function isFound({ response_metadata: metadata, tool_calls: calls }: AIMessage): boolean {
  return (metadata as { answer?: unknown }).answer !== null && !calls?.length;
}

type Block = Record<string, unknown>;

/** Images of a message as data URLs, in whichever of LangChain's shapes they come. */
function imagesOf({ content }: BaseMessage): string[] {
  if (!Array.isArray(content)) return [];
  return (content as Block[]).flatMap((block) => {
    if (block.type !== 'image_url' && block.type !== 'image') return [];
    const { image_url: given, url: plain, data, mimeType, mime_type: mime = mimeType ?? 'image/png' } = block;
    if (typeof data === 'string') return [data.startsWith('data:') ? data : `data:${String(mime)};base64,${data}`];
    if (data instanceof Uint8Array) return [`data:${String(mime)};base64,${Buffer.from(data).toString('base64')}`];
    const url = given === undefined ? plain : typeof given === 'string' ? given : (given as Block | null)?.url;
    return [String(url)];
  });
}

function bytesOf(url: string): Uint8Array {
  const comma = url.indexOf(',');
  if (!url.startsWith('data:image/') || !url.slice(0, comma).endsWith(';base64')) {
    throw userError(
      'image-not-inline',
      `messages: the image "${url.slice(0, 60)}" is not sent with its bytes; send a data URL (data:image/png;base64,...)`,
    );
  }
  return Buffer.from(url.slice(comma + 1), 'base64');
}
