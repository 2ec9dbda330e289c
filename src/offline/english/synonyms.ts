/**
 * Everyday English for the same property, so that `how many people live in` finds the column `Population` and `speak` finds
 * `language`. A small thesaurus of common words, not of any data set; stems are compared.
 */
import { stem } from './stem.ts';

const GROUPS: readonly string[] = [
  'population people inhabitants residents inhabit live populous citizens',
  'area size surface extent large big small land territory cover',
  'height tall elevation altitude high',
  'length long',
  'mass weight weigh heavy',
  'depth deep',
  'speed fast velocity',
  'currency money monetary',
  'language speak spoken tongue languages',
  'border neighbour neighbor neighbouring neighboring adjacent adjoin next',
  'call dial dialling dialing phone telephone',
  'domain tld internet web',
  'symbol abbreviation abbreviated sign notation',
  'locate located location situated lie country place position found find where',
  'profession occupation job work career living vocation',
  'kind type sort category class',
  'called known named alias synonym name term',
  'born birth birthday birthdate birthplace bear',
  'die died death dead pass perish',
  'direct directed director filmmaker',
  'write wrote written author writer',
  'found founded founder establish established',
  'marry spouse wife husband married',
  'release released publish published',
  'win won winner champion victory',
  'play player team club',
  'date year day time when',
  'nationality demonym citizens people inhabitants nationals',
  'belong member part include',
  'share percentage percent abundance proportion fraction',
  'abundant common abundance',
  'capital seat',
  'region part continent subregion',
  'home native habitat origin originate',
  'country nation land republic kingdom',
  'score result points',
  'role character',
  'series season',
  'crowd attendance spectators',
  'venue stadium ground location',
  'number count amount total',
  'code abbreviation abbreviated abbreviate letters symbol prefix suffix',
  'largest biggest greatest maximum',
  'smallest least minimum tiniest',
  'weight mass weigh',
  'proton atomic',
  'divide subdivide split consist compose comprise make subunit contain constitute',
  'scientific latin binomial taxonomic botanical zoological',
  'independence independent freedom liberty sovereignty',
];

const table = new Map<string, Set<string>>();
for (const group of GROUPS) {
  const stems = [...new Set(group.split(' ').map(stem))];
  for (const item of stems) {
    const known = table.get(item) ?? new Set<string>();
    for (const other of stems) known.add(other);
    table.set(item, known);
  }
}

/** 1 for the same stem, less for a related word, 0 for none. */
export function relatedness(left: string, right: string): number {
  if (left === right) return 1;
  if (table.get(left)?.has(right)) return 0.6;
  // Different endings of one long word: `independence` and `independent`, `alphabet` and `alphabetical`.
  const shared = Math.min(left.length, right.length);
  return shared >= 6 && left.slice(0, shared - 1) === right.slice(0, shared - 1) ? 0.8 : 0;
}

/** How well each of `wanted` is met by `given`, averaged over `wanted`; in [0, 1]. */
export function coverage(wanted: readonly string[], given: readonly string[]): number {
  if (wanted.length === 0) return 0;
  let sum = 0;
  for (const item of wanted) {
    let best = 0;
    for (const other of given) {
      const score = relatedness(item, other);
      if (score > best) best = score;
    }
    sum += best;
  }
  return sum / wanted.length;
}
