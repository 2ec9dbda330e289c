/** Runs a snippet of a page: its types are taken off, its imports come from what it is given, what it declares is given back. */
import { stripTypeScriptTypes } from 'node:module';

export type Doors = Readonly<Record<string, object>>;

/** `given` are the variables that the snippet takes as there. */
export function compiledSnippet(
  code: string,
  doors: Doors,
): (given: Readonly<Record<string, unknown>>) => Promise<Record<string, unknown>> {
  const bare = code
    .replace(/^import type .*$/gm, '')
    .replace(/^import \{([^}]*)\} from '([^']*)';$/gm, (_, names: string, door: string) => {
      if (!(door in doors)) throw new Error(`no door ${door}`);
      return `const {${names}} = doors['${door}'];`;
    });
  const declared = [...bare.matchAll(/^const (?:\{([^}]*)\}|(\w+))/gm)].flatMap(([line, several, one]) => {
    if (line.includes('doors[')) return [];
    return (several ?? one ?? '').split(',').map((name) => name.trim());
  });
  const body = `return (async () => { ${stripTypeScriptTypes(bare)}; return { ${declared.join(', ')} }; })()`;
  return (given) => {
    const all = { ...given, doors };
    return new Function(...Object.keys(all), body)(...Object.values(all)) as Promise<Record<string, unknown>>;
  };
}
