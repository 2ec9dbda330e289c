/**
 * Words of like meaning, as stems: made from WordNet (`scripts/thesaurus`), read the first time it is asked. It widens a search and helps
 * to find the sentence that says the same in other words; no answer is ever read from it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** How near a related word is: of one meaning, made from the word, one step wider or narrower. */
const NEARNESS = [0.7, 0.7, 0.4] as const;

let table: Map<string, string> | undefined;

function load(): Map<string, string> {
  const file = fileURLToPath(new URL('../../data/thesaurus/english.txt.gz', import.meta.url));
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  return new Map(
    lines.filter(Boolean).map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]),
  );
}

/** Related stems with their nearness in (0, 1). `set_up` is a key of its own. */
export function relatedStems(stem: string): ReadonlyMap<string, number> {
  table ??= load();
  const found = new Map<string, number>();
  const lists = table.get(stem)?.split('\t') ?? [];
  lists.forEach((list, kind) => {
    for (const other of list.split(' '))
      if (other !== '') found.set(other, Math.max(found.get(other) ?? 0, NEARNESS[kind] ?? 0));
  });
  return found;
}
