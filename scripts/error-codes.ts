/**
 * docs/reference/errors.md from the sources: every error code with its kind, where it is thrown, the shape of its messages and what to do.
 * A code is what `userError`, `systemError` and `modelError` are given, what a typed error class is made with, and what the server
 * answers by itself. A test holds the page to the sources.
 *
 *   npm run docs:errors
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';
import { ADVICE } from './error-advice.ts';

export type Kind = 'user' | 'model' | 'system';

export interface ErrorCode {
  code: string;
  kinds: Kind[];
  /** Paths from the root of the repository. */
  files: string[];
  /** Shapes of the messages; `…` stands for what is known at run time only. */
  messages: string[];
}

/** One place where an error is made. `code` is undefined where it cannot be read off the sources. */
interface Site {
  code: string | undefined;
  kind: Kind;
  message: string | undefined;
}

type Node = { type: string } & Record<string, unknown>;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const ERRORS_PAGE = join(ROOT, 'docs', 'reference', 'errors.md');
const MAKERS: Readonly<Record<string, Kind>> = { userError: 'user', systemError: 'system', modelError: 'model' };
const KINDS: readonly Kind[] = ['user', 'model', 'system'];
const CODE = /^[a-z0-9…]+(-[a-z0-9…]+)*$/;
const TITLES: Readonly<Record<Kind, string>> = {
  user: 'user: the input must change',
  model: 'model: a model or a part of yours failed',
  system: 'system: something we rely on failed',
};
const HEAD = `# Error codes

<!-- Made by \`node scripts/error-codes.ts\`; do not edit by hand. -->

Every error that reaches you has a \`code\` that stays, a \`kind\` that says whose fault it is, and a message on one line.
\`isR1RouterError(error)\` of \`r1-router\` tells it from others, also across two copies of the package.

| kind | command line | HTTP |
|---|---|---|
| \`user\` | exit code 2 | 4xx, with the message |
| \`model\` | exit code 1 | 502, the code alone; the log has the message |
| \`system\` | exit code 1 | 5xx, the code alone; the log has the message |

In the tables \`…\` stands for a name, a number or a detail. A code that stands in several places has several messages.`;
/** Codes that are put together at run time. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  '…-failed': ['policy-failed', 'reader-failed', 'answerer-failed'],
};
/** These also hand on a code that was made elsewhere. */
const HAND_ON: ReadonlySet<string> = new Set([
  'src/common/errors.ts',
  'src/engine/worker.ts',
  'src/tools/stores/local-qdrant/worker-client.ts',
]);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const item of Object.values(value)) yield* walk(item);
  }
}

/** Initial values of a file's variables that have a name of their own, by that name. */
type Constants = ReadonlyMap<string, unknown>;

function constantsOf(nodes: readonly Node[]): Constants {
  const found = new Map<string, unknown>();
  for (const { type, id, init } of nodes) {
    if (type !== 'VariableDeclarator' || !isNode(id) || id.type !== 'Identifier') continue;
    const name = String(id.value);
    found.set(name, found.has(name) ? undefined : init);
  }
  return found;
}

/** The text of an expression, `…` for its unknown parts; undefined where nothing of it is known. */
function textOf(value: unknown, constants: Constants = new Map()): string | undefined {
  if (!isNode(value)) return undefined;
  switch (value.type) {
    case 'Identifier':
      return textOf(constants.get(String(value.value)));
    case 'StringLiteral':
      return String(value.value);
    case 'TemplateLiteral': {
      const quasis = value.quasis as { cooked: string }[];
      const expressions = value.expressions as unknown[];
      return quasis.map(({ cooked }, i) => cooked + (i < expressions.length ? '…' : '')).join('');
    }
    case 'BinaryExpression': {
      if (value.operator !== '+') return undefined;
      return `${textOf(value.left) ?? '…'}${textOf(value.right) ?? '…'}`;
    }
    case 'ParenthesisExpression':
      return textOf(value.expression);
    default:
      return undefined;
  }
}

/** An object's property, by name. */
function property(object: unknown, name: string): unknown {
  if (!isNode(object) || object.type !== 'ObjectExpression') return undefined;
  for (const part of object.properties as Node[]) {
    if (part.type === 'Identifier' && part.value === name) return part;
    if (part.type === 'KeyValueProperty' && (part.key as { value?: unknown }).value === name) return part.value;
  }
  return undefined;
}

function kindOf(value: unknown): Kind | undefined {
  const text = textOf(value);
  return KINDS.find((kind) => kind === text);
}

/** What a call, a `new` or an object of the sources says of an error, if it makes one. */
function siteOf(node: Node, constants: Constants): Site | undefined {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const args = ((node.arguments ?? []) as { expression: unknown }[]).map(({ expression }) => expression);
    const [first, second, third] = args;
    const callee = (node.callee as { value?: string }).value ?? '';
    if (Object.hasOwn(MAKERS, callee))
      return { code: textOf(first), kind: MAKERS[callee]!, message: textOf(second, constants) };
    const options = kindOf(property(second, 'kind'));
    if (options) return { code: textOf(property(second, 'code')), kind: options, message: textOf(first, constants) };
    const code = textOf(first);
    const kind = kindOf(second);
    // A helper of its file: make('qdrant-conflict', 'user', text).
    return kind && code && CODE.test(code) && third ? { code, kind, message: textOf(third, constants) } : undefined;
  }
  // The server's own replies: { status, code, message }.
  const status = property(node, 'status');
  if (!isNode(status) || status.type !== 'NumericLiteral' || property(node, 'kind') !== undefined) return undefined;
  const code = textOf(property(node, 'code'));
  if (code === undefined) return undefined;
  return {
    code,
    kind: Number(status.value) < 500 ? 'user' : 'system',
    message: textOf(property(node, 'message'), constants),
  };
}

function note(codes: Map<string, ErrorCode>, file: string, { code: written, kind, message }: Site): void {
  if (written === undefined || !CODE.test(written)) {
    if (HAND_ON.has(file)) return;
    throw new Error(`${file}: an error code that is no literal, of the message: ${message}`);
  }
  for (const code of FAMILIES[written] ?? [written]) {
    if (code.includes('…')) throw new Error(`${file}: ${code} is put together; say in FAMILIES which codes there are`);
    const entry = codes.get(code) ?? { code, kinds: [], files: [], messages: [] };
    codes.set(code, entry);
    if (!entry.kinds.includes(kind)) entry.kinds.push(kind);
    if (!entry.files.includes(file)) entry.files.push(file);
    if (message !== undefined && !entry.messages.includes(message)) entry.messages.push(message);
  }
}

/** Every code of the sources, by name. Throws where a code cannot be read off them. */
export function errorCodes(): ErrorCode[] {
  const codes = new Map<string, ErrorCode>();
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/'))
    .sort();
  for (const file of files) {
    const program = parseSync(readFileSync(join(ROOT, file), 'utf8'), { syntax: 'typescript', target: 'esnext' });
    const nodes = [...walk(program.body)];
    const constants = constantsOf(nodes);
    for (const node of nodes) {
      const site = siteOf(node, constants);
      if (site) note(codes, file, site);
    }
  }
  return [...codes.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** What is wrong, and what to do: a message of ours says the one before its last semicolon and the other after it. */
function halves(message: string): { wrong: string; fix: string | undefined } {
  const cut = message.lastIndexOf('; ');
  const fix = message.slice(cut + 2);
  return cut < 0 || fix === '…' ? { wrong: message, fix: undefined } : { wrong: message.slice(0, cut), fix };
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*');

function row({ code, kinds, files, messages }: ErrorCode): string {
  const parts = messages.map(halves);
  const advice = ADVICE[code];
  const fixes = [...new Set([...parts.flatMap(({ fix }) => fix ?? []), ...(advice === undefined ? [] : [advice])])];
  if (fixes.length === 0) throw new Error(`${code}: no message says what to do after a semicolon; add it to ADVICE`);
  const wrong = [...new Set(parts.map(({ wrong: text }) => text))];
  const also = kinds.slice(1).map((kind) => `or ${kind}`);
  const columns = [[`\`${code}\``, ...also], wrong.map(cell), fixes.map(cell), files.map((file) => `\`${file}\``)];
  return `| ${columns.map((lines) => lines.join('<br>')).join(' | ')} |`;
}

/** The page; the same sources give the same bytes. */
export function errorsPage(codes: readonly ErrorCode[]): string {
  const sections = KINDS.map((kind) => {
    const own = codes.filter(({ kinds }) => kinds[0] === kind);
    const head = ['| code | what is wrong | what to do | where |', '|---|---|---|---|'];
    return [`## ${TITLES[kind]}`, '', ...head, ...own.map(row)].join('\n');
  });
  return `${[HEAD, ...sections].join('\n\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const codes = errorCodes();
  writeFileSync(ERRORS_PAGE, errorsPage(codes));
  console.log(`${codes.length} codes in docs/reference/errors.md`);
}
