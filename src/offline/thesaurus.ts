/**
 * Words of like meaning: made from WordNet (`scripts/thesaurus`), read the first time it is asked. It widens a search and helps
 * to find the sentence that says the same in other words; no answer is ever read from it.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { distance } from 'fastest-levenshtein';
import { packageFile } from '../common/package-files.ts';
import { remembered } from '../common/remembered.ts';
import { languageTools } from '../tools/encoders/language.ts';

/** How near a related word is: of one meaning, made from the word, one step wider or narrower. */
const NEARNESS = [0.7, 0.7, 0.4] as const;

let table: Map<string, string> | undefined;

function load(): Map<string, string> {
  const file = packageFile('data', 'thesaurus', 'english.txt.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return new Map(
    lines.filter(Boolean).map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]),
  );
}

/** Related words with their nearness in (0, 1). Two words of one meaning are one key: `set_up`. */
export function relatedWords(stem: string): ReadonlyMap<string, number> {
  table ??= load();
  const found = new Map<string, number>();
  const lists = table.get(stem)?.split('\t') ?? [];
  lists.forEach((list, kind) => {
    for (const word of list.split(' '))
      if (word !== '') found.set(word, Math.max(found.get(word) ?? 0, NEARNESS[kind] ?? 0));
  });
  return found;
}

/** Words of the thesaurus that a word it does not have may be meant for: one letter amiss, two in a long word. */
export function nearestWords(stem: string): string[] {
  table ??= load();
  if (stem.length < 5 || /[^\p{L}]/u.test(stem) || table.has(stem)) return [];
  const most = stem.length >= 8 ? 2 : 1;
  const near = [...table.keys()].filter(
    (key) => Math.abs(key.length - stem.length) <= most && key[0] === stem[0] && distance(key, stem) <= most,
  );
  return near.sort((left, right) => distance(left, stem) - distance(right, stem)).slice(0, MOST_NEAR);
}
const MOST_NEAR = 2;

/** The same as stems. */
export const relatedStems: (stem: string) => ReadonlyMap<string, number> = remembered(
  (stem) => new Map([...relatedWords(stem)].map(([word, nearness]) => [stemOf(word), nearness])),
  5000,
);

function stemOf(word: string): string {
  const [first = '', second] = word.split('_');
  const { stem } = languageTools('english');
  return second === undefined ? stem(first) : `${stem(first)}_${second}`;
}
