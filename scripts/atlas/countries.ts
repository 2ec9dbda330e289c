/** The country entities, shared by every source that speaks of a country. */
import type { Entity } from './facts.ts';
import { type CountryName, inProse } from './sources/countries.ts';

export interface CountryEntities {
  byCode(code: string): Entity | undefined;
  all: { code: string; entity: Entity }[];
}

/** Codes of the flag package that are no country today, or a part of one. */
const NOT_A_COUNTRY = new Set(['AN', 'EU', 'GB-ENG', 'GB-NIR', 'GB-SCT', 'GB-WLS']);

export function countryEntities(names: readonly CountryName[]): CountryEntities {
  const all = names
    .filter(({ code }) => !NOT_A_COUNTRY.has(code))
    .map(({ code, name, otherNames }) => ({
      code,
      entity: {
        key: `country:${code}`,
        name,
        prose: inProse(name),
        otherNames: [...(inProse(name) === name ? [] : [inProse(name)]), ...otherNames],
        cluster: `country:${code}`,
      },
    }));
  const index = new Map(all.map(({ code, entity }) => [code, entity]));
  return { all, byCode: (code) => index.get(code) };
}
