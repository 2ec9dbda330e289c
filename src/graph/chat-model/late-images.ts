/**
 * Images for chat models without their bytes in any trace. A message carries a reference, `r1-router-image:<sha256>`; a model
 * wrapped here puts the bytes in its place after the tracer has seen the message and before the provider does.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage, ContentBlock } from '@langchain/core/messages';
import { dataUrl } from '../../common/picture.ts';
import type { QueryImage } from '../../tools/knowledge-base.ts';

const SCHEME = 'r1-router-image:';

export function imageReference({ hash }: Pick<QueryImage, 'hash'>): ContentBlock {
  return { type: 'image_url', image_url: { url: `${SCHEME}${hash}` } };
}

/** The bytes themselves, for what cannot be wrapped. */
export function imageBlock({ bytes }: Pick<QueryImage, 'bytes'>): ContentBlock {
  return { type: 'image_url', image_url: { url: dataUrl(bytes) } };
}

/** A model that behaves as `model` and resolves references to these images. Keeps nothing; make one for each call. */
export function withLateImages<Model extends BaseChatModel>(model: Model, images: readonly QueryImage[]): Model {
  const byHash = new Map(images.map((image) => [image.hash, image]));
  const resolve = (messages: BaseMessage[]) => messages.map((message) => withBytes(message, byHash));
  return new Proxy(model, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      // LangChain asks whether a model overrides the streaming methods, so those of the base class are left as they are.
      const own = typeof value === 'function' && typeof key === 'string' && TAKES_MESSAGES.has(key);
      if (!own || value === baseMethod(target, key)) return value;
      return (messages: BaseMessage[], ...rest: unknown[]) =>
        Reflect.apply(value, target, [resolve(messages), ...rest]);
    },
  });
}

const TAKES_MESSAGES: ReadonlySet<string> = new Set(['_generate', '_streamResponseChunks', '_streamChatModelEvents']);

/** The method as the class furthest up the chain that has it defines it: LangChain's BaseChatModel, whichever copy of it. */
function baseMethod(model: object, key: string): unknown {
  if (key === '_generate') return undefined; // abstract there
  let found: unknown;
  for (let level: object | null = Object.getPrototypeOf(model); level; level = Object.getPrototypeOf(level)) {
    const own = Object.getOwnPropertyDescriptor(level, key);
    if (own) found = own.value;
  }
  return found;
}

function withBytes(message: BaseMessage, images: ReadonlyMap<string, QueryImage>): BaseMessage {
  const { content } = message;
  if (typeof content === 'string' || !content.some((block) => referenced(block) !== undefined)) return message;
  const copy: BaseMessage = Object.assign(Object.create(Object.getPrototypeOf(message)), message);
  copy.content = content.map((block) => {
    const hash = referenced(block);
    const image = hash === undefined ? undefined : images.get(hash);
    return image ? imageBlock(image) : block;
  });
  return copy;
}

function referenced(block: unknown): string | undefined {
  if (typeof block !== 'object' || block === null || !('image_url' in block)) return undefined;
  const { image_url: image } = block;
  const url = typeof image === 'object' && image !== null && 'url' in image ? image.url : image;
  return typeof url === 'string' && url.startsWith(SCHEME) ? url.slice(SCHEME.length) : undefined;
}
