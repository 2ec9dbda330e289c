/**
 * Doc comments of the sources, read from their text: of declarations, of the members of an interface, and of the fields of a zod
 * object. It leans on the formatter: a member stands two columns further in than its parent, a comment right above what it is of.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './pages.ts';

export type DeclarationKind = 'function' | 'class' | 'interface' | 'type' | 'const';

export interface Declaration {
  name: string;
  kind: DeclarationKind;
  /** Path from the root. */
  file: string;
  /** Without its stars and line breaks; empty where there is none. */
  comment: string;
  /** From its first line on. */
  text: string;
}

export interface Member {
  name: string;
  optional: boolean;
  comment: string;
}

const texts = new Map<string, string>();
export function sourceOf(file: string): string {
  const known = texts.get(file) ?? readFileSync(join(ROOT, file), 'utf8');
  texts.set(file, known);
  return known;
}

/** `/** A\n * b. *\/` as `A b.` */
const plain = (comment = ''): string =>
  comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Up to the first dot that ends something; tags such as `@throws` come after it. */
export const firstSentence = (comment: string): string =>
  (/^.*?(?<!\b(?:e\.g|i\.e))[.!?](?=\s+[A-Z`@]|$)/.exec(comment)?.[0] ?? comment).replace(/\s*@\w+ .*$/, '');

/** What a file exports under a name, by itself or from another file. */
export function declarationOf(name: string, file: string): Declaration | undefined {
  const text = sourceOf(file);
  const declared = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?^export (?:declare )?(?:async )?(?:abstract )?(function\\*?|class|interface|type|const) ${name}\\b`,
    'm',
  ).exec(text);
  if (declared) {
    const [whole, comment, kind = ''] = declared;
    const from = declared.index + whole.length;
    return {
      ...{ name, file, comment: plain(comment) },
      kind: kind.replace('*', '') as DeclarationKind,
      text: text.slice(from - whole.length + (comment?.length ?? 0)),
    };
  }
  for (const { names, from } of reExports(text)) {
    const found = names.find(({ exported }) => exported === name);
    if (found) return declarationOf(found.local, resolved(from, file));
  }
  return undefined;
}

interface ReExport {
  names: { local: string; exported: string }[];
  from: string;
}

/** `export { a, type B as C } from './x.ts'` */
export function reExports(text: string): ReExport[] {
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '(\.[^']*)';/gm)].map(([, list = '', from = '']) => ({
    from,
    names: namesOf(list),
  }));
}

export const namesOf = (list: string): ReExport['names'] =>
  list
    .split(',')
    .map((written) => written.trim().replace(/^type /, ''))
    .filter((written) => written !== '')
    .map((written) => {
      const [local = '', exported = local] = written.split(' as ');
      return { local, exported };
    });

export function resolved(from: string, file: string): string {
  const path = join(dirname(file), from).replaceAll('\\', '/');
  if (!existsSync(join(ROOT, path))) throw new Error(`${file}: ${from} is not there`);
  return path;
}

/** Members of an interface with a body, in their order. */
export function membersOf({ kind, text }: Declaration): Member[] {
  if (kind !== 'interface') return [];
  const body = text.slice(text.search(/\{\n/) + 2, text.search(/^\}/m));
  const member = /((?:^ {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)^ {2}(?:readonly )?(\w+)(\?)?(?=[:(<])/gm;
  return [...body.matchAll(member)].map(([, comment, name = '', optional]) => ({
    ...{ name, optional: optional === '?', comment: plain(comment) },
  }));
}

/** What the heritage clause of an interface names. */
export const parentsOf = ({ text }: Declaration): string =>
  (/^[^{]*?\bextends\s+([\s\S]*?)\s*\{\n/.exec(text.slice(0, text.search(/\{\n/) + 2))?.[1] ?? '').replace(/\s+/g, ' ');

/** Comments of the fields of `const NAME = z.strictObject({...})`, by path: `server.port`. Fields of objects within are deeper. */
export function fieldComments(name: string, file: string): Map<string, string> {
  const text = sourceOf(file);
  const start = text.search(new RegExp(`^(?:export )?const ${name}\\b`, 'm'));
  if (start < 0) throw new Error(`${file} has no ${name}`);
  const end = text.indexOf('\n\n', start);
  const found = new Map<string, string>();
  const path: { indent: number; name: string }[] = [];
  const field = /((?:^ *\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)^( +)(\w+): /gm;
  for (const [, comment, { length } = '', key = ''] of text.slice(start, end < 0 ? undefined : end).matchAll(field)) {
    while (path.length > 0 && path.at(-1)!.indent >= length) path.pop();
    path.push({ indent: length, name: key });
    if (comment) found.set(path.map((part) => part.name).join('.'), plain(comment));
  }
  return found;
}
