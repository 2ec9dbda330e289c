/** What a door of the package offers, as text: every exported name with its declaration, found behind all re-exports, without comments. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Top-level statements of a declaration file: tsc begins each at the start of a line. */
function statementsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const statements: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (/^[\s})\]|]/.test(line) && statements.length > 0) statements[statements.length - 1] += `\n${line.trimEnd()}`;
    else statements.push(line.trimEnd());
  }
  return statements;
}

const LIST = /^(?:import|export)\s+(?:type\s+)?\{([\s\S]*)\}(?:\s+from\s+['"]([^'"]+)['"])?;?$/;
const NAMESPACE = /^(?:export|import) \* as (\w+) from ['"]([^'"]+)['"];?$/;
const DECLARED =
  /^(?:export\s+)?(?:declare\s+)?(?:abstract\s+)?(?:const|let|function|class|interface|type|enum|namespace)\s+(\w+)/;

interface Entry {
  name: string;
  original: string;
}

const entriesOf = (list: string): Entry[] =>
  list
    .split(',')
    .map((part) => part.trim().replace(/^type\s+/, ''))
    .filter(Boolean)
    .map((part) => {
      const [original = '', name = original] = part.split(/\s+as\s+/);
      return { original, name };
    });

/** The declarations of a name, of which a function with several signatures has several. */
function declarationsOf(file: string, wanted: string): string[] {
  const statements = statementsOf(file);
  const declared = statements.filter((statement) => DECLARED.exec(statement)?.[1] === wanted);
  if (declared.length > 0) return declared.map((statement) => statement.replace(/^export /, ''));
  for (const statement of statements) {
    const [, namespace, where = ''] = NAMESPACE.exec(statement) ?? [];
    if (namespace === wanted) return [`namespace of ${where}`, apiReport(fileOf(file, where))];
    const [, list, from] = LIST.exec(statement) ?? [];
    const entry = list === undefined ? undefined : entriesOf(list).find(({ name }) => name === wanted);
    if (entry === undefined) continue;
    if (from?.startsWith('.')) return declarationsOf(fileOf(file, from), entry.original);
    if (from !== undefined) return [`from ${from}: ${entry.original}`];
    if (entry.original !== wanted) return declarationsOf(file, entry.original);
  }
  throw new Error(`api report: ${file} has no ${wanted}`);
}

const fileOf = (from: string, path: string): string => join(dirname(from), path.replace(/\.js$/, '.d.ts'));

/** By name, so that moving a declaration to another file changes nothing. */
export function apiReport(door: string): string {
  const found = new Map<string, string[]>();
  for (const statement of statementsOf(door)) {
    if (!statement.startsWith('export')) continue;
    const declared = DECLARED.exec(statement)?.[1];
    const [, namespace] = NAMESPACE.exec(statement) ?? [];
    const [, list, from] = LIST.exec(statement) ?? [];
    if (declared !== undefined) found.set(declared, declarationsOf(door, declared));
    else if (namespace !== undefined) found.set(namespace, declarationsOf(door, namespace));
    else if (list !== undefined) {
      for (const { name, original } of entriesOf(list))
        found.set(
          name,
          from?.startsWith('.') ? declarationsOf(fileOf(door, from), original) : declarationsOf(door, name),
        );
    } else throw new Error(`api report: ${door} has a statement that is not understood: ${statement}`);
  }
  const names = [...found.keys()].sort();
  return `${names
    .map(
      (name) =>
        `${name}\n${found
          .get(name)!
          .join('\n')
          .trimEnd()
          .replace(/^(?=.)/gm, '  ')}\n`,
    )
    .join('\n')}`;
}
