/** docs/reference/api.md: what each door of the package exports, with the first sentence of its comment, and options with theirs. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cell } from './cell.ts';
import {
  type Declaration,
  type DeclarationKind,
  declarationOf,
  firstSentence,
  membersOf,
  namesOf,
  parentsOf,
  reExports,
  resolved,
  sourceOf,
} from './comments.ts';
import { ROOT } from './pages.ts';

const KINDS: Readonly<Record<DeclarationKind, string>> = {
  function: 'function',
  class: 'class',
  const: 'value',
  interface: 'type',
  type: 'type',
};

interface Door {
  name: string;
  file: string;
}

function doors(): Door[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>;
  };
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return [];
    const file = target.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts');
    return [{ name: `r1-router${path.slice(1)}`, file }];
  });
}

/** What a door exports, by name; a namespace is its file. */
export function exportsOf({ file }: Door): (Declaration | { name: string; kind: 'namespace'; file: string })[] {
  const text = sourceOf(file);
  const handedOn = reExports(text).flatMap(({ names, from }) =>
    names.map(({ local, exported }) => {
      const found = declarationOf(local, resolved(from, file));
      if (!found) throw new Error(`${file}: ${local} is not found in ${from}`);
      return { ...found, name: exported };
    }),
  );
  const own = [...text.matchAll(/^export (?:async )?(?:function|class|interface|type|const) (\w+)/gm)].map(
    ([, name = '']) => declarationOf(name, file)!,
  );
  const namespaces = [...text.matchAll(/^export \{([^}]*)\};/gm)].flatMap(([, list = '']) =>
    namesOf(list).map(({ local, exported }) => {
      const [, from] = new RegExp(`^import \\* as ${local} from '(.*)';`, 'm').exec(text) ?? [];
      if (from === undefined) throw new Error(`${file}: ${local} is no namespace`);
      return { name: exported, kind: 'namespace' as const, file: resolved(from, file) };
    }),
  );
  return [...handedOn, ...own, ...namespaces].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

/** The paragraph a file opens with. */
const opening = (file: string): string =>
  firstSentence(
    (/^\/\*\*([\s\S]*?)\*\//.exec(sourceOf(file))?.[1] ?? '')
      .replace(/^\s*\* ?/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );

function optionsOf(declaration: Declaration): string[] {
  const members = membersOf(declaration);
  if (!/Options$/.test(declaration.name) || members.length === 0) return [];
  const parents = parentsOf(declaration);
  const rows = members.map(
    ({ name, optional, comment }) => `| \`${name}\`${optional ? '' : ' (required)'} | ${cell(comment)} |`,
  );
  const also = parents === '' ? [] : [`And those of \`${cell(parents)}\`.`, ''];
  return [`#### ${declaration.name}`, '', ...also, '| option | |', '|---|---|', ...rows, ''];
}

function section(door: Door): string {
  const exported = exportsOf(door);
  const rows = exported.map((one) =>
    one.kind === 'namespace'
      ? `| \`${one.name}\` | namespace | ${cell(opening(one.file))} |`
      : `| \`${one.name}\` | ${KINDS[one.kind]} | ${cell(firstSentence(one.comment))} |`,
  );
  const options = exported.flatMap((one) => (one.kind === 'namespace' ? [] : optionsOf(one)));
  const lines = [`## ${door.name}`, '', opening(door.file), '', '| name | | |', '|---|---|---|', ...rows, ''];
  return [...lines, ...(options.length > 0 ? [`### Options of ${door.name}`, '', ...options] : [])].join('\n');
}

export function apiPage(): string {
  const head = [
    '# Names',
    '',
    '<!-- Made by `npm run docs` from the comments of the sources; do not edit by hand. -->',
    '',
    'What each door of the package exports: `import { createRouterAgent } from "r1-router"`. Types are whole in your editor; this page is',
    'the list, with the options of what takes many.',
    '',
  ].join('\n');
  return `${[head, ...doors().map(section)].join('\n').trimEnd()}\n`;
}
