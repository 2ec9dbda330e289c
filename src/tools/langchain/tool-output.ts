/**
 * What a search tool gave back, as documents: LangChain documents, a list of results under any of the usual names, JSON in a
 * text, the parts of a message, or plain text, which is one document.
 */
import { isJsonObject, type JsonObject } from '../../common/json.ts';
import {
  exactId,
  type ForeignDocument,
  fieldsOfMetadata,
  firstText,
  foreignDocument,
  isDocument,
} from './foreign-document.ts';

type Item = Readonly<JsonObject>;

/** Where APIs put their results, and where results put their text; the first that is there is read. */
const LISTS = [
  'search',
  'results',
  'documents',
  'docs',
  'passages',
  'items',
  'hits',
  'matches',
  'organic',
  'organic_results',
  'data',
  'value',
];
const TEXTS = [
  'pageContent',
  'page_content',
  'text',
  'content',
  'snippet',
  'body',
  'passage',
  'raw_content',
  'description',
  'summary',
  'abstract',
];

export function documentsOfOutput(output: unknown): ForeignDocument[] {
  if (output === undefined || output === null) return [];
  if (typeof output === 'string') return documentsOfText(output);
  if (Array.isArray(output)) {
    const text = textOfParts(output);
    return text === undefined ? output.flatMap(documentsOfOutput) : documentsOfText(text);
  }
  if (!isJsonObject(output)) return documentsOfText(String(output));
  return documentsIn(output);
}

/** Of a list inside an object (`results`, `hits.hits`, `web.results`), or of the object itself. */
function documentsIn(output: Item): ForeignDocument[] {
  if (isDocument(output)) return [foreignDocument(output)];
  const list = listOf(output);
  if (list?.length) return documentsOfOutput(list);
  if (textOfItem(output) !== undefined || isJsonObject(output._source)) return [documentOfItem(output)];
  const inner = Object.entries(output).find(
    ([key, value]) => key !== 'metadata' && isJsonObject(value) && listOf(value),
  );
  if (inner) return documentsOfOutput(listOf(inner[1] as Item));
  return list ? [] : [documentOfItem(output)];
}

/** A list of results: of objects, or empty. */
function listOf(output: Item): readonly unknown[] | undefined {
  const lists = LISTS.map((name) => output[name]).filter(Array.isArray);
  return lists.find((list) => list.some(isJsonObject)) ?? lists.find((list) => list.length === 0);
}

/** Whether an artifact is a list of documents, and not some other product of the tool. */
export function holdsDocuments(artifact: unknown): artifact is readonly unknown[] {
  return (
    Array.isArray(artifact) &&
    artifact.length > 0 &&
    artifact.every((item) => isJsonObject(item) && textOfItem(item) !== undefined)
  );
}

/** The text of a message's parts, `[{ type: 'text', text }]`; undefined for a list of anything else. */
function textOfParts(parts: readonly unknown[]): string | undefined {
  if (
    parts.length === 0 ||
    !parts.every((part) => isJsonObject(part) && typeof part.type === 'string' && !isDocument(part))
  )
    return undefined;
  const texts = parts.filter(
    (part): part is { text: string } => isJsonObject(part) && part.type === 'text' && typeof part.text === 'string',
  );
  return texts.length === 0 ? undefined : texts.map(({ text }) => text).join('\n');
}

function documentsOfText(text: string): ForeignDocument[] {
  if (text.trim() === '') return [];
  const value = /^\s*[[{]/.test(text) ? exactJson(text) : undefined;
  return value === undefined ? [{ text }] : documentsOfOutput(value);
}

/** JSON with the digits of long integers kept; undefined where it is none. */
function exactJson(text: string): unknown {
  const exact = (_key: string, value: unknown, context?: { source?: string }) =>
    Number.isInteger(value) && !Number.isSafeInteger(value) ? (context?.source ?? value) : value;
  try {
    return JSON.parse(text, exact);
  } catch {
    return undefined;
  }
}

function textOfItem(item: Item): string | undefined {
  const key = TEXTS.find((name) => typeof item[name] === 'string' && item[name].trim() !== '');
  if (key !== undefined) return item[key] as string;
  const parts = TEXTS.map((name) => item[name]).find(Array.isArray);
  return parts && textOfParts(parts);
}

function documentOfItem(given: Item): ForeignDocument {
  // Elasticsearch keeps the document itself in a field of its own.
  const { _source, _id, ...rest } = given;
  const item: Item = isJsonObject(_source) ? { ...rest, ..._source } : rest;
  const { metadata: inner, ...own } = item;
  // A result without a text still says something: its title, or else its fields as they are.
  const text = textOfItem(item) ?? firstText(item, ['title', 'name']) ?? jsonText(item);
  const others = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== text));
  const fields = fieldsOfMetadata({ ...(isJsonObject(inner) ? inner : {}), ...own });
  const { metadata } = fieldsOfMetadata(isJsonObject(inner) ? inner : others);
  return { ...fields, text, id: exactId(item.id) ?? exactId(_id), metadata };
}

function jsonText(item: Item): string {
  return JSON.stringify(item, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
