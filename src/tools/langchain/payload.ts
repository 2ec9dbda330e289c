/**
 * The payload of a point in a Qdrant collection that somebody else filled, as a document. Known are the shapes of LangChain
 * (`content` or `page_content`, with `metadata`), of LlamaIndex (`_node_content`), of FastEmbed (`document`) and flat ones.
 */
import { userError } from '../../common/errors.ts';
import { isJsonObject, jsonObjectIn } from '../../common/json.ts';
import { isLink } from '../metadata.ts';
import { exactId, type ForeignDocument, fieldsOfMetadata } from './foreign-document.ts';

export interface PayloadKeys {
  /** Payload key of the text (dots lead inwards, as in `page.body`); by default the usual ones are tried. */
  textKey?: string;
  /** Key of an object of metadata; default `metadata`. Other keys of the payload count as metadata too. */
  metadataKey?: string;
  titleKey?: string;
  urlKey?: string;
}

type Payload = Readonly<Record<string, unknown>>;

const TEXTS = ['page_content', 'pageContent', 'text', 'content', 'chunk', 'chunk_text', 'body', 'passage', 'document'];

/** Throws `collection-text-key` where no text is found. */
export function documentOfPayload(
  point: { id: string | number | bigint; payload: unknown; score: number },
  keys: PayloadKeys,
  collection: string,
): ForeignDocument {
  const payload = isJsonObject(point.payload) ? point.payload : {};
  const node = nodeOf(payload);
  const text = textOf(payload, node, keys);
  if (text === undefined) {
    const found = Object.keys(payload).slice(0, 20).join(', ') || 'nothing';
    throw userError(
      'collection-text-key',
      `Collection ${collection}: point ${String(point.id)} has no text${keys.textKey ? ` at ${keys.textKey}` : ''}; give textKey, its payload has: ${found}`,
    );
  }
  const metadata = metadataOf(payload, node, text, keys);
  const fields = fieldsOfMetadata({ ...metadata, ...sourceOf(payload, node) });
  const title = keys.titleKey ? valueAt(payload, keys.titleKey) : undefined;
  const url = keys.urlKey ? valueAt(payload, keys.urlKey) : undefined;
  return {
    ...fields,
    metadata: fieldsOfMetadata(metadata).metadata,
    text,
    id: exactId(point.id),
    score: point.score,
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof url === 'string' && isLink(url) ? { url } : {}),
  };
}

/** The key itself, or else the value its dots lead to. */
function valueAt(payload: Payload, key: string): unknown {
  if (key in payload) return payload[key];
  return key.split('.').reduce<unknown>((value, part) => (isJsonObject(value) ? value[part] : undefined), payload);
}

/** LlamaIndex keeps the whole node as JSON in one field. */
function nodeOf({ _node_content: content }: Payload): Payload | undefined {
  return typeof content === 'string' ? jsonObjectIn(content) : undefined;
}

function textOf(payload: Payload, node: Payload | undefined, { textKey }: PayloadKeys): string | undefined {
  if (textKey !== undefined) {
    const text = valueAt(payload, textKey);
    return typeof text === 'string' ? text : undefined;
  }
  if (typeof node?.text === 'string' && node.text !== '') return node.text;
  const key = TEXTS.find((name) => typeof payload[name] === 'string');
  return key === undefined ? undefined : (payload[key] as string);
}

/** What the document carries besides its text and the bookkeeping of the library that stored it. */
function metadataOf(
  payload: Payload,
  node: Payload | undefined,
  text: string,
  { metadataKey = 'metadata' }: PayloadKeys,
): Payload {
  if (isJsonObject(node?.metadata)) return node.metadata;
  const inner = valueAt(payload, metadataKey);
  const own = Object.entries(payload).filter(
    ([key, value]) => key !== metadataKey && value !== text && key !== '_node_content' && key !== '_node_type',
  );
  return { ...Object.fromEntries(own), ...(isJsonObject(inner) ? inner : {}) };
}

/** The document a LlamaIndex node was cut from; its writers put the word None for none. */
function sourceOf(payload: Payload, node: Payload | undefined): Payload {
  if (node === undefined) return {};
  const relation = isJsonObject(node.relationships) ? node.relationships['1'] : undefined;
  const candidates = [
    payload.ref_doc_id,
    isJsonObject(relation) ? relation.node_id : undefined,
    payload.doc_id,
    payload.document_id,
  ];
  const id = candidates.find((value) => typeof value === 'string' && value !== '' && value !== 'None');
  return id === undefined ? {} : { documentId: id };
}
