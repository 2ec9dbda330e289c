/** Every question that README, the pages and the help print for the atlas is answered, as they promise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allPages, codeBlocks, ROOT } from '../../scripts/docs/pages.ts';
import { openRouter } from '../../src/config/open-router.ts';

const sources = ['src/cli/ask.ts', 'src/cli/demo.ts'].map((file) => readFileSync(join(ROOT, file), 'utf8'));
/** The tutorial asks the files that it ingests, and so does a block that fills a knowledge base first. */
const blocks = allPages()
  .filter(({ name }) => name !== 'docs/tutorial.md')
  .flatMap(({ text }) => codeBlocks(text).filter((code) => !code.includes('r1-router ingest')));

/** Questions with a picture, a store or a model of their own are not for the atlas alone. */
const printed = [...sources, ...blocks]
  .flatMap((text) => text.split('\n'))
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
