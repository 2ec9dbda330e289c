/**
 * The shapes of questions. A chain starts from a name, a picture, a place or a description, goes through bridge relations, and
 * ends in a final relation; a comparison sets two chains against each other. Held-out shapes occur in the test split only.
 */

/** Where a chain starts: `name` costs no look-up, all others are a first hop in the knowledge base that knows them. */
export type Base =
  | 'name'
  | 'flag'
  | 'picture'
  | 'place'
  | 'person'
  | 'animal'
  | 'plant'
  | 'element'
  | 'symbol'
  | 'number'
  | 'scientific'
  | 'domain'
  | 'food'
  | 'iso'
  | 'capital-city';

export interface ChainTemplate {
  id: string;
  base: Base;
  bridges?: string[];
  /** Final relations; empty: the question asks for the base itself. */
  finals: string[];
  heldOut?: boolean;
  /** Questions in train and in test; validation gets a sixth of train. */
  quota: { train: number; test: number };
  /** Prefix of the keys of the subjects, to keep one kind: `country:`, `synset:`. */
  subjects?: string;
}

export interface ComparisonTemplate {
  id: string;
  left: { base: Base; bridges?: string[] };
  right: { base: Base; bridges?: string[] };
  relations: string[];
  form: 'which' | 'yes-no';
  heldOut?: boolean;
  quota: { train: number; test: number };
}

const COUNTRY = [
  'capital',
  'area',
  'currency',
  'language',
  'part-of-world',
  'largest-city',
  'iso-code',
  'neighbour-count',
  'currency-code',
  'demonym',
  'calling-code',
  'internet-domain',
  'second-city',
  'northernmost-city',
];
const COUNTRY_WITHOUT_BRIDGE = COUNTRY.filter((relation) => relation !== 'capital');
const ELEMENT = [
  'symbol',
  'atomic-number',
  'atomic-mass',
  'period',
  'series',
  'group',
  'block',
  'most-abundant-isotope',
];
const SPECIES = ['scientific-name', 'genus', 'kind-of', 'family'];

export const CHAINS: ChainTemplate[] = [
  // One hop.
  {
    id: 'country-fact',
    base: 'name',
    finals: [...COUNTRY, 'independence-year', 'independence-from'],
    subjects: 'country:',
    quota: { train: 190, test: 70 },
  },
  {
    id: 'city-fact',
    base: 'name',
    finals: ['population', 'latitude'],
    subjects: 'city:',
    quota: { train: 60, test: 24 },
  },
  { id: 'element-fact', base: 'name', finals: ELEMENT, subjects: 'element:', quota: { train: 90, test: 40 } },
  { id: 'species-fact', base: 'name', finals: SPECIES, subjects: 'synset:', quota: { train: 110, test: 40 } },
  {
    id: 'thing-fact',
    base: 'name',
    finals: ['also-called', 'kind-of'],
    subjects: 'synset:',
    quota: { train: 50, test: 20 },
  },
  {
    id: 'person-fact',
    base: 'name',
    finals: ['birth-year', 'death-year', 'profession'],
    subjects: 'synset:',
    quota: { train: 90, test: 40 },
  },
  {
    id: 'place-fact',
    base: 'name',
    finals: ['located-in', 'place-kind'],
    subjects: 'synset:',
    quota: { train: 60, test: 24 },
  },
  {
    id: 'currency-fact',
    base: 'name',
    finals: ['subunit'],
    subjects: 'currency:',
    heldOut: true,
    quota: { train: 0, test: 10 },
  },
  {
    id: 'language-fact',
    base: 'name',
    finals: ['language-family'],
    subjects: 'language:',
    heldOut: true,
    quota: { train: 0, test: 14 },
  },
  { id: 'flag-name', base: 'flag', finals: [], quota: { train: 70, test: 30 } },
  { id: 'picture-name', base: 'picture', finals: [], quota: { train: 80, test: 34 } },
  { id: 'person-name', base: 'person', finals: [], quota: { train: 80, test: 30 } },
  { id: 'animal-name', base: 'animal', finals: [], quota: { train: 50, test: 18 } },
  { id: 'plant-name', base: 'plant', finals: [], heldOut: true, quota: { train: 0, test: 20 } },
  { id: 'symbol-name', base: 'symbol', finals: [], quota: { train: 30, test: 14 } },
  { id: 'number-name', base: 'number', finals: [], heldOut: true, quota: { train: 0, test: 12 } },
  { id: 'scientific-name', base: 'scientific', finals: [], quota: { train: 40, test: 16 } },
  { id: 'domain-name', base: 'domain', finals: [], heldOut: true, quota: { train: 0, test: 14 } },
  { id: 'food-name', base: 'food', finals: [], heldOut: true, quota: { train: 0, test: 16 } },
  { id: 'iso-name', base: 'iso', finals: [], quota: { train: 30, test: 12 } },
  { id: 'capital-country', base: 'capital-city', finals: [], quota: { train: 40, test: 14 } },
  {
    id: 'region-superlative',
    base: 'name',
    finals: ['largest-of-region', 'smallest-of-region'],
    subjects: 'region:',
    quota: { train: 20, test: 10 },
  },
  // Two hops.
  {
    id: 'iso-fact',
    base: 'iso',
    finals: ['area', 'capital', 'currency', 'largest-city', 'part-of-world'],
    quota: { train: 60, test: 20 },
  },
  {
    id: 'iso-independence',
    base: 'iso',
    finals: ['independence-year', 'independence-from'],
    quota: { train: 50, test: 20 },
  },
  {
    id: 'capital-country-fact',
    base: 'capital-city',
    finals: ['area', 'currency', 'part-of-world', 'language', 'neighbour-count', 'calling-code', 'demonym'],
    quota: { train: 80, test: 30 },
  },
  {
    id: 'capital-country-independence',
    base: 'capital-city',
    finals: ['independence-year', 'independence-from'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  { id: 'flag-fact', base: 'flag', finals: COUNTRY, quota: { train: 260, test: 90 } },
  {
    id: 'flag-independence',
    base: 'flag',
    finals: ['independence-year', 'independence-from'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'picture-fact',
    base: 'picture',
    finals: ['scientific-name', 'genus', 'kind-of', 'also-called', 'family'],
    quota: { train: 170, test: 60 },
  },
  { id: 'place-country-fact', base: 'place', finals: COUNTRY, quota: { train: 170, test: 60 } },
  {
    id: 'place-country-independence',
    base: 'place',
    finals: ['independence-year', 'independence-from'],
    heldOut: true,
    quota: { train: 0, test: 16 },
  },
  {
    id: 'person-description-fact',
    base: 'person',
    finals: ['birth-year', 'death-year'],
    quota: { train: 60, test: 20 },
  },
  { id: 'element-description-fact', base: 'element', finals: ELEMENT, quota: { train: 60, test: 30 } },
  {
    id: 'animal-description-fact',
    base: 'animal',
    finals: ['scientific-name', 'genus'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'symbol-fact',
    base: 'symbol',
    finals: ['atomic-mass', 'period', 'series', 'group', 'block', 'most-abundant-isotope'],
    quota: { train: 60, test: 30 },
  },
  {
    id: 'number-fact',
    base: 'number',
    finals: ['atomic-mass', 'period', 'series', 'group', 'block'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'domain-fact',
    base: 'domain',
    finals: ['capital', 'area', 'currency', 'language', 'largest-city'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'scientific-fact',
    base: 'scientific',
    finals: ['kind-of', 'also-called'],
    heldOut: true,
    quota: { train: 0, test: 14 },
  },
  {
    id: 'capital-fact',
    base: 'name',
    bridges: ['capital'],
    finals: ['population', 'latitude'],
    quota: { train: 90, test: 34 },
  },
  {
    id: 'neighbour-fact',
    base: 'name',
    bridges: ['largest-neighbour'],
    finals: COUNTRY_WITHOUT_BRIDGE,
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  { id: 'currency-subunit', base: 'name', bridges: ['currency'], finals: ['subunit'], quota: { train: 20, test: 10 } },
  {
    id: 'language-family',
    base: 'name',
    bridges: ['language'],
    finals: ['language-family'],
    heldOut: true,
    quota: { train: 0, test: 14 },
  },
  {
    id: 'genus-family',
    base: 'name',
    bridges: ['genus'],
    finals: ['family'],
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  // Three hops and more.
  {
    id: 'iso-capital-fact',
    base: 'iso',
    bridges: ['capital'],
    finals: ['population', 'latitude'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'capital-country-subunit',
    base: 'capital-city',
    bridges: ['currency'],
    finals: ['subunit'],
    quota: { train: 30, test: 14 },
  },
  {
    id: 'flag-neighbour-independence',
    base: 'flag',
    bridges: ['largest-neighbour'],
    finals: ['independence-year', 'independence-from'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'flag-capital-fact',
    base: 'flag',
    bridges: ['capital'],
    finals: ['population', 'latitude'],
    quota: { train: 130, test: 44 },
  },
  {
    id: 'flag-currency-subunit',
    base: 'flag',
    bridges: ['currency'],
    finals: ['subunit'],
    quota: { train: 40, test: 16 },
  },
  {
    id: 'flag-language-family',
    base: 'flag',
    bridges: ['language'],
    finals: ['language-family'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'flag-neighbour-fact',
    base: 'flag',
    bridges: ['largest-neighbour'],
    finals: COUNTRY,
    heldOut: true,
    quota: { train: 0, test: 30 },
  },
  {
    id: 'flag-neighbour-capital-fact',
    base: 'flag',
    bridges: ['largest-neighbour', 'capital'],
    finals: ['population'],
    heldOut: true,
    quota: { train: 0, test: 14 },
  },
  {
    id: 'picture-genus-family',
    base: 'picture',
    bridges: ['genus'],
    finals: ['family'],
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'place-capital-fact',
    base: 'place',
    bridges: ['capital'],
    finals: ['population', 'latitude'],
    quota: { train: 110, test: 40 },
  },
  {
    id: 'place-currency-subunit',
    base: 'place',
    bridges: ['currency'],
    finals: ['subunit'],
    heldOut: true,
    quota: { train: 0, test: 10 },
  },
  {
    id: 'place-language-family',
    base: 'place',
    bridges: ['language'],
    finals: ['language-family'],
    heldOut: true,
    quota: { train: 0, test: 14 },
  },
  {
    id: 'place-neighbour-fact',
    base: 'place',
    bridges: ['largest-neighbour'],
    finals: COUNTRY,
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'neighbour-capital-fact',
    base: 'name',
    bridges: ['largest-neighbour', 'capital'],
    finals: ['population'],
    heldOut: true,
    quota: { train: 0, test: 16 },
  },
];

export const COMPARISON_TEMPLATES: ComparisonTemplate[] = [
  {
    id: 'compare-countries',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['area', 'neighbour-count'],
    form: 'which',
    quota: { train: 80, test: 30 },
  },
  {
    id: 'compare-cities',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['population'],
    form: 'which',
    quota: { train: 60, test: 20 },
  },
  {
    id: 'compare-people',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['birth-year', 'death-year'],
    form: 'which',
    quota: { train: 70, test: 26 },
  },
  {
    id: 'compare-elements',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['atomic-number', 'atomic-mass'],
    form: 'which',
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  {
    id: 'is-country-larger',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['area', 'neighbour-count'],
    form: 'yes-no',
    quota: { train: 70, test: 26 },
  },
  {
    id: 'is-city-larger',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['population'],
    form: 'yes-no',
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'is-person-older',
    left: { base: 'name' },
    right: { base: 'name' },
    relations: ['birth-year', 'death-year'],
    form: 'yes-no',
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'is-element-heavier',
    left: { base: 'symbol' },
    right: { base: 'name' },
    relations: ['atomic-mass'],
    form: 'yes-no',
    heldOut: true,
    quota: { train: 0, test: 14 },
  },
  {
    id: 'flag-compare',
    left: { base: 'flag' },
    right: { base: 'name' },
    relations: ['area', 'neighbour-count'],
    form: 'which',
    quota: { train: 90, test: 30 },
  },
  {
    id: 'is-flag-larger',
    left: { base: 'flag' },
    right: { base: 'name' },
    relations: ['area', 'neighbour-count'],
    form: 'yes-no',
    heldOut: true,
    quota: { train: 0, test: 30 },
  },
  {
    id: 'place-compare',
    left: { base: 'place' },
    right: { base: 'name' },
    relations: ['area'],
    form: 'which',
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  {
    id: 'places-compare',
    left: { base: 'place' },
    right: { base: 'place' },
    relations: ['area'],
    form: 'which',
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  {
    id: 'capitals-compare',
    left: { base: 'name', bridges: ['capital'] },
    right: { base: 'name', bridges: ['capital'] },
    relations: ['population'],
    form: 'which',
    quota: { train: 90, test: 30 },
  },
  {
    id: 'is-capital-larger',
    left: { base: 'name', bridges: ['capital'] },
    right: { base: 'name' },
    relations: ['population'],
    form: 'yes-no',
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  {
    id: 'flag-capital-compare',
    left: { base: 'flag', bridges: ['capital'] },
    right: { base: 'name' },
    relations: ['population'],
    form: 'which',
    heldOut: true,
    quota: { train: 0, test: 24 },
  },
  {
    id: 'flag-place-compare',
    left: { base: 'flag' },
    right: { base: 'place' },
    relations: ['area'],
    form: 'yes-no',
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
  {
    id: 'people-description-compare',
    left: { base: 'person' },
    right: { base: 'name' },
    relations: ['birth-year'],
    form: 'which',
    heldOut: true,
    quota: { train: 0, test: 20 },
  },
];
