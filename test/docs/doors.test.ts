/**
 * The public doors of the package: what package.json exports, where the sources of each lie, how tests and the compiler find them,
 * and which names the root door has at run time.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as root from '../../src/index.ts';
import vitestConfig from '../../vitest.config.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, string | { default: string }> };
const { compilerOptions } = JSON.parse(read('tsconfig.json')) as {
  compilerOptions: { paths: Record<string, [string]> };
};

const DOORS = Object.entries(exports).flatMap(([path, target]) =>
  typeof target === 'string'
    ? []
    : [
        {
          name: `r1-router${path.slice(1)}`,
          source: join(ROOT, target.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')),
        },
      ],
);

/** As vitest does: the first alias that matches replaces what it matched. */
function byAlias(name: string): string | undefined {
  const aliases = vitestConfig.resolve?.alias as { find: RegExp; replacement: string }[];
  const alias = aliases.find(({ find }) => find.test(name));
  return alias && name.replace(alias.find, alias.replacement);
}

/** As the compiler does: an exact path before a pattern. */
function byPaths(name: string): string | undefined {
  const { paths } = compilerOptions;
  const found = paths[name]?.[0] ?? paths['r1-router/*']?.[0].replace('*', name.slice('r1-router/'.length));
  return found && resolve(ROOT, found);
}

describe.each(DOORS)('$name', ({ name, source }) => {
  test('is where package.json, vitest and the compiler say', () => {
    expect(existsSync(source)).toBe(true);
    expect(byAlias(name)).toBe(source);
    expect(byPaths(name)).toBe(source);
  });

  test('names what it exports', () => {
    expect(readFileSync(source, 'utf8')).not.toMatch(/^export \*/m);
  });
});

test('the root door has these names at run time; change the list where that is meant', async () => {
  await expect(`${Object.keys(root).sort().join('\n')}\n`).toMatchFileSnapshot('root-door.txt');
});
