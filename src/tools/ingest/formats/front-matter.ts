/** What stands before a text between `---` (YAML) or `+++` (TOML), or in braces (JSON): said about the text, and no part of it. */
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { KnowledgeDocument } from '../../document.ts';
import { leadingObject } from './json-values.ts';

export interface FrontMatter {
  /** The text after it. */
  body: string;
  title?: string;
  metadata: NonNullable<KnowledgeDocument['metadata']>;
}

const YAML = /^---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;
const TOML = /^\+\+\+[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?\+\+\+[ \t]*(?:\r?\n|$)/;
const FIELD = /^[\w][\w .-]*:(?:\s|$)/m;

/** Undefined for a text that only begins with a line. */
function valuesOf(text: string): { values: Record<string, unknown>; length: number } | undefined {
  const yaml = YAML.exec(text);
  const toml = yaml ? undefined : TOML.exec(text);
  const match = yaml ?? toml;
  if (!match) return leadingObject(text);
  const [whole, inner = ''] = match;
  let values: unknown;
  try {
    values = yaml ? parseYaml(inner) : parseToml(inner);
  } catch {
    // Not well formed, but meant as such: fields, no prose.
    values = toml || FIELD.test(inner) ? {} : undefined;
  }
  if (values === null && inner.trim() === '') values = {};
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  return { values: values as Record<string, unknown>, length: whole.length };
}

type Value = FrontMatter['metadata'][string];

function plainValue(value: unknown): Value | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return value.map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part)));
  return undefined;
}

export function frontMatter(text: string): FrontMatter {
  const found = valuesOf(text);
  if (!found) return { body: text, metadata: {} };
  const { title, ...others } = found.values;
  const metadata: FrontMatter['metadata'] = {};
  for (const [name, value] of Object.entries(others)) {
    const plain = plainValue(value);
    if (plain !== undefined) metadata[name] = plain;
  }
  const named = typeof title === 'string' || typeof title === 'number' ? String(title).trim() : '';
  return { body: text.slice(found.length), ...(named ? { title: named } : {}), metadata };
}
