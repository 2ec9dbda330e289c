/**
 * Tables of cities from GeoNames: the most populous of each country, and the capitals by letter. A capital and its population
 * stand in two tables, so that a question for both needs two look-ups.
 */
import type { TableDocument } from '../../../src/tools/document.ts';
import type { CountryEntities } from '../countries.ts';
import { byText, type Entity, type FactStore, numberAnswers, slug, withCommas } from '../facts.ts';
import type { City } from '../sources/geonames.ts';
import { groupBy, table } from './table.ts';

const CITIES_A_TABLE = 20;
const LARGE_CITY = 30_000;
/** Smaller places are listed but not asked about. */
const ASKED_CITY = 150_000;

export interface CityTableOptions {
  cities: readonly City[];
  entities: CountryEntities;
  /** Codes of the countries that questions may be about; territories are listed only. */
  asked: ReadonlySet<string>;
  facts: FactStore;
}

export function cityTables({ cities, entities, asked, facts }: CityTableOptions): TableDocument[] {
  const tables: TableDocument[] = [];
  const countryOf = (city: City) => entities.byCode(city.country)?.name;
  const known = cities.filter((city) => countryOf(city) !== undefined && city.population > 0);
  const namesakes = new Map<string, number>();
  for (const city of known) {
    if (city.population >= 1000)
      namesakes.set(
        slug(city.name),
        (namesakes.get(slug(city.name)) ?? 0) + Number(city.population >= LARGE_CITY || city.capital),
      );
  }
  for (const [code, inCountry] of groupBy(known, (city) => city.country)) {
    const distinct = inCountry.filter(
      (city, index) => inCountry.findIndex((other) => other.name === city.name) === index,
    );
    const shown = distinct.filter((city, index) => index < CITIES_A_TABLE || city.capital);
    if (shown.length < 2) continue;
    const country = entities.byCode(code)!;
    const id = `cities/${slug(country.name)}`;
    tables.push(
      table({
        id,
        title: `Cities of ${country.prose}`,
        caption: `The most populous cities of ${country.prose}, with population and position.`,
        items: shown,
        columns: {
          Rank: (_, index) => String(index + 1),
          City: (city) => city.name,
          Population: (city) => withCommas(city.population),
          Latitude: (city) => city.latitude.toFixed(2),
          Longitude: (city) => city.longitude.toFixed(2),
        },
      }),
    );
    const entries = shown.map((city) => ({ city, entity: cityEntity(city, country) }));
    const common = { documents: [id], knowledgeBase: 'table' as const, source: 'geonames' as const };
    for (const { city, entity } of entries) {
      const isKnown = (city.capital && asked.has(code)) || city.population >= ASKED_CITY;
      if (!isKnown || ((namesakes.get(slug(city.name)) ?? 0) > 1 && !city.capital)) continue;
      facts.add({
        relation: 'population',
        subject: entity,
        answers: numberAnswers(city.population),
        value: city.population,
        ...common,
      });
      facts.add({
        relation: 'latitude',
        subject: entity,
        answers: [city.latitude.toFixed(2)],
        value: city.latitude,
        ...common,
      });
    }
    for (const [index, relation] of ['largest-city', 'second-city'].entries()) {
      const entry = entries[index];
      if (entry === undefined || entries.length < 5 || !asked.has(code)) continue;
      facts.add({
        relation,
        subject: country,
        answers: [entry.entity.name, ...entry.entity.otherNames],
        object: entry.entity,
        ...common,
      });
    }
    const northernmost = entries.toSorted((a, b) => b.city.latitude - a.city.latitude)[0]!;
    if (entries.length >= 10 && asked.has(code)) {
      facts.add({
        relation: 'northernmost-city',
        subject: country,
        answers: [northernmost.entity.name, ...northernmost.entity.otherNames],
        ...common,
      });
    }
  }
  const capitals = cities.filter((city) => city.capital && countryOf(city) !== undefined);
  for (const [letter, members] of groupBy(capitals, (city) => slug(countryOf(city)!)[0]!.toUpperCase())) {
    const id = `capitals/${letter.toLowerCase()}`;
    const items = members.sort((a, b) => byText(countryOf(a)!, countryOf(b)!));
    tables.push(
      table({
        id,
        title: `Capitals of the world: ${letter}`,
        caption: `Capital city of each country and territory whose name starts with ${letter}.`,
        items,
        columns: {
          Country: (city) => countryOf(city)!,
          Capital: (city) => city.name,
          Longitude: (city) => city.longitude.toFixed(2),
        },
      }),
    );
    for (const city of items) {
      const country = entities.byCode(city.country)!;
      if (!asked.has(city.country) || items.filter((other) => other.country === city.country).length > 1) continue;
      const object = cityEntity(city, country);
      const answers = [object.name, ...object.otherNames];
      facts.add({
        relation: 'capital',
        subject: country,
        answers,
        documents: [id],
        knowledgeBase: 'table',
        source: 'geonames',
        object,
      });
    }
  }
  return tables;
}

function cityEntity(city: City, country: Entity): Entity {
  const plain = city.name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[‘’]/g, "'");
  return {
    key: `city:${city.id}`,
    name: city.name,
    prose: city.name,
    otherNames: plain === city.name ? [] : [plain],
    cluster: country.cluster,
  };
}
