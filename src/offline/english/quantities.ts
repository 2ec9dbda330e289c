/**
 * Adjectives that put things in an order, and what they measure: `heavier` asks for a mass or weight, upwards. Used to take a
 * comparison apart, to find the column a superlative sorts by, and to understand `how tall`.
 */
import { wordTable } from '../../common/word-table.ts';

export interface Gradable {
  /** Nouns the adjective measures, the likeliest first. */
  attributes: readonly string[];
  /** 1: more of the attribute; -1: less of it. */
  direction: 1 | -1;
}

/** Nouns that are numbers themselves, so that `the population of X` can be compared directly. */
export const QUANTITIES = new Set(
  'population area size height elevation altitude length mass weight density number amount depth width speed price cost gdp income age date year temperature distance latitude longitude rank score total point count radius diameter volume share percentage rate life level code protons electrons neutrons'.split(
    ' ',
  ),
);

const SCALES: readonly [attributes: string, more: string, less: string][] = [
  ['area size population', 'large big great huge vast extensive', 'small little tiny compact'],
  ['height elevation altitude', 'tall high', 'low'],
  ['length duration', 'long lengthy', 'short brief'],
  ['mass weight', 'heavy massive', 'light'],
  ['population', 'populous populated crowded inhabited peopled', ''],
  ['density', 'dense', 'sparse'],
  ['date year age', 'late recent new young modern', 'early old ancient'],
  ['temperature', 'hot warm', 'cold cool'],
  ['depth', 'deep', 'shallow'],
  ['width', 'wide broad', 'narrow thin'],
  ['speed', 'fast quick rapid', 'slow'],
  ['price cost', 'expensive costly', 'cheap'],
  ['wealth income gdp', 'rich wealthy prosperous', 'poor'],
  ['distance', 'far distant', 'near close'],
  ['latitude', 'northern', 'southern'],
  ['longitude', 'eastern', 'western'],
  ['abundance share percentage frequency', 'common abundant frequent widespread', 'rare scarce'],
  ['rank score', 'good', 'bad'],
  ['hardness', 'hard', 'soft'],
  ['strength', 'strong powerful', 'weak'],
];

const IRREGULAR = wordTable<readonly [comparative: string, superlative: string]>({
  good: ['better', 'best'],
  bad: ['worse', 'worst'],
  far: ['farther', 'farthest'],
  northern: ['norther', 'northernmost'],
  southern: ['souther', 'southernmost'],
  eastern: ['easter', 'easternmost'],
  western: ['wester', 'westernmost'],
  little: ['littler', 'littlest'],
});

const positive = new Map<string, Gradable>();
const comparative = new Map<string, Gradable>();
const superlative = new Map<string, Gradable>();

function graded(adjective: string): readonly [string, string] {
  const irregular = IRREGULAR[adjective];
  if (irregular) return irregular;
  if (adjective.endsWith('e')) return [`${adjective}r`, `${adjective}st`];
  if (adjective.endsWith('y')) return [`${adjective.slice(0, -1)}ier`, `${adjective.slice(0, -1)}iest`];
  if (adjective.length <= 4 && /[^aeiou][aeiou][bdgnt]$/.test(adjective)) {
    const doubled = adjective + adjective.at(-1);
    return [`${doubled}er`, `${doubled}est`];
  }
  return [`${adjective}er`, `${adjective}est`];
}

for (const [attributes, more, less] of SCALES) {
  const names = attributes.split(' ');
  for (const [words, direction] of [
    [more, 1],
    [less, -1],
  ] as const) {
    for (const adjective of words.split(' ').filter(Boolean)) {
      const gradable: Gradable = { attributes: names, direction };
      positive.set(adjective, gradable);
      const [er, est] = graded(adjective);
      comparative.set(er, gradable);
      superlative.set(est, gradable);
    }
  }
}
const DATE_UP: Gradable = { attributes: ['date', 'year', 'age'], direction: 1 };
const DATE_DOWN: Gradable = { attributes: ['date', 'year', 'age'], direction: -1 };
comparative.set('elder', DATE_DOWN).set('later', DATE_UP).set('earlier', DATE_DOWN).set('sooner', DATE_DOWN);
superlative
  .set('eldest', DATE_DOWN)
  .set('latest', DATE_UP)
  .set('earliest', DATE_DOWN)
  .set('highest', { attributes: ['height', 'elevation', 'altitude'], direction: 1 });

const COUNT: readonly string[] = [];
const MORE: Gradable = { attributes: COUNT, direction: 1 };
const LESS: Gradable = { attributes: COUNT, direction: -1 };

/** `further north`, `farthest east`. */
const COMPASS = wordTable<Gradable>({
  north: { attributes: ['latitude'], direction: 1 },
  south: { attributes: ['latitude'], direction: -1 },
  east: { attributes: ['longitude'], direction: 1 },
  west: { attributes: ['longitude'], direction: -1 },
});
const FURTHER = new Set(['further', 'farther', 'more']);
const FURTHEST = new Set(['furthest', 'farthest', 'most']);

/** `large` -> area, upwards. Undefined for words that put nothing in an order. */
export const gradableAdjective = (word: string): Gradable | undefined => positive.get(word);

/**
 * `larger`; `more` and `fewer` (of the noun that follows, attributes empty); with `next`, `more populous`.
 */
export function comparativeAt(word: string, next?: string): (Gradable & { words: 1 | 2 }) | undefined {
  const heading = FURTHER.has(word) && next !== undefined ? COMPASS[next] : undefined;
  if (heading) return { ...heading, words: 2 };
  if ((word === 'more' || word === 'less') && next !== undefined) {
    const adjective = positive.get(next);
    if (adjective) {
      return {
        attributes: adjective.attributes,
        direction: word === 'more' ? adjective.direction : flip(adjective.direction),
        words: 2,
      };
    }
  }
  if (word === 'further') return { attributes: ['distance'], direction: 1, words: 1 };
  if (word === 'more' || word === 'greater') return { ...MORE, words: 1 };
  if (word === 'less' || word === 'fewer' || word === 'lesser') return { ...LESS, words: 1 };
  const gradable = comparative.get(word);
  return gradable && { ...gradable, words: 1 };
}

/** `largest`; `most`, `fewest`; with `next`, `most populous`. */
export function superlativeAt(word: string, next?: string): (Gradable & { words: 1 | 2 }) | undefined {
  const heading = FURTHEST.has(word) && next !== undefined ? COMPASS[next] : undefined;
  if (heading) return { ...heading, words: 2 };
  if ((word === 'most' || word === 'least') && next !== undefined) {
    const adjective = positive.get(next);
    if (adjective) {
      return {
        attributes: adjective.attributes,
        direction: word === 'most' ? adjective.direction : flip(adjective.direction),
        words: 2,
      };
    }
  }
  if (word === 'most' || word === 'greatest' || word === 'maximum') return { ...MORE, words: 1 };
  if (word === 'least' || word === 'fewest' || word === 'lowest' || word === 'minimum') return { ...LESS, words: 1 };
  const gradable = superlative.get(word);
  return gradable && { ...gradable, words: 1 };
}

const flip = (direction: 1 | -1): 1 | -1 => (direction === 1 ? -1 : 1);

export interface Superlative {
  /** `heaviest`, `most expensive`. */
  text: string;
  direction: 1 | -1;
}

/** The superlatives that measure a noun, e.g. of `weight` the heaviest and the lightest. */
export function superlativesOf(noun: string): Superlative[] {
  return SCALES.filter(([attributes]) => attributes.split(' ').includes(noun)).flatMap(([, more, less]) => {
    const first = (words: string, direction: 1 | -1): Superlative[] => {
      const [adjective] = words.split(' ').filter(Boolean);
      if (adjective === undefined) return [];
      const short = adjective.length <= 6 || adjective.endsWith('y');
      return [{ text: short ? graded(adjective)[1] : `most ${adjective}`, direction }];
    };
    return [...first(more, 1), ...first(less, -1)];
  });
}
