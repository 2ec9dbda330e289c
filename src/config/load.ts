/**
 * Reads and checks `r1-router.config.json`. Every failure is a user error of one line that names the file, the field and the
 * fix; a misspelt key is answered with the key that was meant.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, type R1RouterError, userError } from '../common/errors.ts';
import { type RouterConfig, RouterConfigSchema } from './schema.ts';
import { suggestion } from './suggest.ts';

const CONFIG_FILE = 'r1-router.config.json';

export interface LoadedConfig {
  config: RouterConfig;
  /** Directory that relative paths of the file start from. */
  directory: string;
  /** Absent where there is no file. */
  file?: string;
}

/**
 * The configuration of `file`, or of `r1-router.config.json` in `directory` where one exists, or an empty one.
 * @throws user error `config-missing`, `config-syntax` or `config-invalid`
 */
export async function loadConfig({
  file,
  directory = process.cwd(),
}: {
  file?: string;
  directory?: string;
} = {}): Promise<LoadedConfig> {
  const path = resolve(directory, file ?? CONFIG_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent && file === undefined) return { config: {}, directory };
    throw userError(
      'config-missing',
      `${path}: cannot be read (${messageOf(error)}); check the path of --config`,
      error,
    );
  }
  return { config: parseConfig(text, path), directory: dirname(path), file: path };
}

/** Checks the text of a configuration file; `path` is only for messages. */
export function parseConfig(text: string, path: string = CONFIG_FILE): RouterConfig {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw userError('config-syntax', `${path}: not valid JSON (${messageOf(error)}); correct it there`, error);
  }
  const parsed = RouterConfigSchema.safeParse(value);
  if (!parsed.success) throw configError(parsed.error, path);
  checkReferences(parsed.data, path);
  return parsed.data;
}

/** What the schema alone cannot see: a store that is named must be declared. */
function checkReferences(config: RouterConfig, path: string): void {
  const declared = Object.keys(config.stores ?? {});
  const check = (field: string, name: string | undefined) => {
    if (name === undefined || declared.includes(name)) return;
    throw userError(
      'config-invalid',
      `${path}: ${field}: no store "${name}" under "stores"; ${suggestion(name, declared)}`,
    );
  };
  check('store', config.store);
  config.knowledgeBases?.forEach(({ store }, index) => {
    check(`knowledgeBases[${index}].store`, store);
  });
}

function configError(error: z.ZodError, path: string): R1RouterError {
  // A misspelt key explains a required one that is missing, so it is told first.
  const issues = error.issues.toSorted((a, b) => Number(isUnknownKey(b)) - Number(isUnknownKey(a)));
  const [first, ...others] = issues;
  const rest = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return userError('config-invalid', `${path}: ${describeIssue(first!)}${rest}`, error);
}

function isUnknownKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'unrecognized_keys';
}

/** `server.prot: unknown key; did you mean "port"?` */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return `${fieldName([...issue.path, key])}: unknown key; ${suggestion(key, knownKeys(issue.path))}`;
  }
  return `${fieldName(issue.path) || 'the file'}: ${issue.message}`;
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    '',
  );
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  /** Of unions told apart by a key. */
  oneOf?: SchemaNode[];
}

/** The keys the schema knows at a path, read from its JSON Schema form. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let node: SchemaNode | undefined = z.toJSONSchema(RouterConfigSchema, { unrepresentable: 'any' }) as SchemaNode;
  for (const part of path) {
    node = typeof part === 'number' ? node?.items : (node?.properties?.[String(part)] ?? node?.additionalProperties);
  }
  const branches = node?.anyOf ?? node?.oneOf ?? (node === undefined ? [] : [node]);
  return branches.flatMap((branch) => Object.keys(branch.properties ?? {})).filter((key) => key !== '$schema');
}
