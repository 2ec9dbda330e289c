/** Every question that README, the pages and the help print for the atlas is answered, as they promise. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openRouter } from '../../src/config/open-router.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const files = [
  'README.md',
  'src/cli/ask.ts',
  'src/cli/demo.ts',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
];

/** Questions with a picture, a store or a model of their own are not for the atlas alone. */
const printed = files
  .filter((file) => /\.(md|ts)$/.test(file))
  .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').split('\n'))
  .flatMap((line) => [...line.matchAll(/r1-router ask "([^"$]+\?)"(.*)/g)])
  .filter(([, , rest = '']) => !/--(?:image|store|model|config|kb)\b/.test(rest))
  .map(([, question = '']) => question);

it('answers every question that is printed', async () => {
  const router = await openRouter({ store: undefined }, { config: {}, directory: ROOT });
  try {
    const graph = await router.graph();
    const unanswered: string[] = [];
    for (const question of new Set(printed)) {
      const { answer } = await graph.invoke({ question }, { context: router.context });
      if (answer === null) unanswered.push(question);
    }
    expect(printed.length).toBeGreaterThan(2);
    expect(unanswered).toEqual([]);
  } finally {
    await router.close();
  }
});
