/**
 * The table knowledge base: countries by part of the world (world-countries), cities by country and capitals by letter
 * (GeoNames), and the elements by period, group, block and series. Each fact is written once by subject, so a capital and its
 * population stand in two tables and a question for both needs two look-ups.
 */
import type { TableDocument } from '../../src/tools/document.ts';
import type { CountryEntities } from './countries.ts';
import { byText, type Entity, type FactStore, numberAnswers, slug, withCommas } from './facts.ts';
import type { Country } from './sources/countries.ts';
import type { ChemicalElement } from './sources/elements.ts';
import type { City } from './sources/geonames.ts';

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups].sort((a, b) => byText(a[0], b[0]));
}

/** A table of named columns, one subject a row. */
function table<T>(options: {
  id: string;
  title: string;
  caption: string;
  section?: string;
  items: readonly T[];
  columns: Record<string, (item: T, index: number) => string>;
}): TableDocument {
  const { id, title, caption, section, items, columns } = options;
  const cells = Object.values(columns);
  return {
    id,
    title,
    ...(section === undefined ? {} : { section }),
    caption,
    header: Object.keys(columns),
    rows: items.map((item, index) => cells.map((cell) => cell(item, index))),
  };
}

const AREA_UNIT = { short: 'km²', long: 'square kilometres' };
const orDash = (text: string | undefined) => (text === undefined || text === '' ? '-' : text);

export function countryTables(
  countries: readonly Country[],
  entities: CountryEntities,
  facts: FactStore,
): TableDocument[] {
  const nameOf = (country: Country) => entities.byCode(country.code)?.name ?? '';
  const byAlpha3 = new Map(countries.map((country) => [country.alpha3, country]));
  const neighbours = (country: Country) =>
    country.borders
      .map((code) => byAlpha3.get(code))
      .filter((neighbour) => neighbour !== undefined)
      .sort((a, b) => byText(nameOf(a), nameOf(b)));
  const largestNeighbour = (country: Country) => neighbours(country).toSorted((a, b) => b.area - a.area)[0];
  const tables: TableDocument[] = [];
  for (const [part, members] of groupBy(countries, (country) => country.subregion)) {
    const items = members.filter((country) => nameOf(country) !== '').sort((a, b) => byText(nameOf(a), nameOf(b)));
    const id = (topic: string) => `countries/${slug(part)}/${topic}`;
    const section = items[0]!.region;
    const add = (topic: string, title: string, caption: string, columns: Record<string, (item: Country) => string>) =>
      tables.push(
        table({
          id: id(topic),
          title: `${title} of ${part}`,
          section,
          caption,
          items,
          columns: { Country: nameOf, ...columns },
        }),
      );
    add(
      'area',
      'Countries and territories',
      `Land area and access to the sea of each country and territory of ${part}.`,
      {
        'Area (km²)': (country) => withCommas(country.area),
        'Part of the world': () => part,
        Landlocked: (country) => (country.landlocked ? 'yes' : 'no'),
      },
    );
    add('currency', 'Currencies', `The currency of each country and territory of ${part}.`, {
      Currency: (country) => orDash(country.currencies.map(({ name }) => name).join('; ')),
      'Currency code': (country) => orDash(country.currencies.map(({ code }) => code).join('; ')),
    });
    add(
      'language',
      'Languages and demonyms',
      `Official languages and the name of the people of each country of ${part}.`,
      {
        'Official languages': (country) => orDash(country.languages.join('; ')),
        Demonym: (country) => orDash(country.demonym),
      },
    );
    add(
      'code',
      'Calling codes and internet domains',
      `Telephone calling code, internet domain and ISO code of each country of ${part}.`,
      {
        'Calling code': (country) => orDash(country.callingCodes.join('; ')),
        'Internet domain': (country) => orDash(country.domains.join('; ')),
        'ISO code': (country) => country.alpha3,
      },
    );
    add('border', 'Land borders', `The land neighbours of each country and territory of ${part}.`, {
      'Land neighbours': (country) => orDash(neighbours(country).map(nameOf).join('; ')),
      'Number of neighbours': (country) => String(neighbours(country).length),
      'Largest neighbour': (country) => {
        const largest = largestNeighbour(country);
        return largest === undefined ? '-' : nameOf(largest);
      },
    });
    for (const country of items.filter(({ member }) => member)) {
      const subject = entities.byCode(country.code)!;
      const fact = (
        relation: string,
        topic: string,
        answers: string[],
        rest: { object?: Entity; value?: number } = {},
      ) =>
        facts.add({
          relation,
          subject,
          answers,
          documents: [id(topic)],
          knowledgeBase: 'table',
          source: 'world-countries',
          ...rest,
        });
      fact('area', 'area', numberAnswers(country.area, AREA_UNIT), { value: country.area });
      fact('part-of-world', 'area', [part]);
      if (country.currencies.length === 1) {
        const { name, code } = country.currencies[0]!;
        const object = {
          key: `currency:${code}`,
          name,
          prose: `the ${name}`,
          otherNames: [code],
          cluster: subject.cluster,
        };
        fact('currency', 'currency', [name, `the ${name}`], { object });
        fact('currency-code', 'currency', [code]);
      }
      if (country.languages.length === 1) {
        const name = country.languages[0]!;
        fact('language', 'language', [name], {
          object: { key: `language:${name}`, name, prose: name, otherNames: [], cluster: `language:${name}` },
        });
      }
      if (country.demonym !== undefined) fact('demonym', 'language', [country.demonym]);
      if (country.callingCodes.length === 1) {
        const code = country.callingCodes[0]!;
        fact('calling-code', 'code', [code, code.replace('+', '')]);
      }
      if (country.domains.length === 1) fact('internet-domain', 'code', [country.domains[0]!]);
      fact('iso-code', 'code', [country.alpha3]);
      const count = neighbours(country).length;
      fact('neighbour-count', 'border', [String(count)], { value: count });
      const largest = largestNeighbour(country);
      if (count > 1 && largest?.member === true) {
        const object = entities.byCode(largest.code)!;
        fact('largest-neighbour', 'border', [object.name, ...object.otherNames], { object });
      }
    }
  }
  return tables;
}

export interface CityWorld {
  tables: TableDocument[];
  /** The cities of each country's table, most populous first. */
  listed: Map<string, { city: City; entity: Entity }[]>;
}

const CITIES_A_TABLE = 20;
const LARGE_CITY = 30_000;

export function cityTables(cities: readonly City[], entities: CountryEntities, facts: FactStore): CityWorld {
  const tables: TableDocument[] = [];
  const listed = new Map<string, { city: City; entity: Entity }[]>();
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
    listed.set(code, entries);
    const common = { documents: [id], knowledgeBase: 'table' as const, source: 'geonames' as const };
    for (const { city, entity } of entries) {
      if ((namesakes.get(slug(city.name)) ?? 0) > 1 && !city.capital) continue;
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
      if (entry === undefined || entries.length < 5) continue;
      facts.add({
        relation,
        subject: country,
        answers: [entry.entity.name, ...entry.entity.otherNames],
        object: entry.entity,
        ...common,
      });
    }
    const northernmost = entries.toSorted((a, b) => b.city.latitude - a.city.latitude)[0]!;
    if (entries.length >= 10) {
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
      if (items.filter((other) => other.country === city.country).length > 1) continue;
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
  return { tables, listed };
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

const ROMAN_BLOCKS = ['s', 'p', 'd', 'f'] as const;

export function elementTables(elements: readonly ChemicalElement[], facts: FactStore): TableDocument[] {
  const tables: TableDocument[] = [];
  const massOf = (element: ChemicalElement) => (element.mass === undefined ? '-' : element.mass.toFixed(3));
  const documents = {
    position: new Map<string, string[]>(),
    mass: new Map<string, string[]>(),
    series: new Map<string, string[]>(),
    symbol: new Map<string, string[]>(),
  };
  const note = (map: Map<string, string[]>, items: readonly ChemicalElement[], id: string) => {
    for (const { symbol } of items) map.set(symbol, [...(map.get(symbol) ?? []), id]);
  };
  const symbols = {
    Element: (element: ChemicalElement) => element.name,
    Symbol: (element: ChemicalElement) => element.symbol,
    'Atomic number': (element: ChemicalElement) => String(element.number),
  };
  const add = (
    id: string,
    title: string,
    caption: string,
    items: readonly ChemicalElement[],
    columns: Record<string, (element: ChemicalElement) => string>,
  ) => tables.push(table({ id, title, caption, items, columns }));

  for (const [letter, items] of groupBy(elements, (element) => element.name[0])) {
    const id = `elements/letter-${letter.toLowerCase()}`;
    add(
      id,
      `Chemical elements: ${letter}`,
      `Symbol and atomic number of the elements whose name starts with ${letter}.`,
      items,
      symbols,
    );
    note(documents.symbol, items, id);
  }
  for (let period = 1; period <= 7; period++) {
    const items = elements.filter((element) => element.period === period);
    const id = `elements/period-${period}`;
    add(
      id,
      `Elements of period ${period}`,
      `The elements of period ${period} of the periodic table, with their group and block.`,
      items,
      {
        Element: symbols.Element,
        Period: (element) => String(element.period),
        Group: (element) => (element.group === undefined ? '-' : String(element.group)),
        Block: (element) => `${element.block}-block`,
      },
    );
    note(documents.position, items, id);
  }
  for (const block of ROMAN_BLOCKS) {
    const items = elements.filter((element) => element.block === block);
    const id = `elements/${block}-block`;
    add(
      id,
      `Atomic masses of the ${block}-block`,
      `Standard atomic mass of the elements of the ${block}-block, in daltons.`,
      items,
      {
        Element: symbols.Element,
        'Atomic mass (Da)': massOf,
      },
    );
    note(documents.mass, items, id);
  }
  for (const [series, items] of groupBy(elements, (element) => element.series)) {
    const id = `elements/${slug(series)}`;
    add(
      id,
      `${series[0]!.toUpperCase()}${series.slice(1)}s`,
      `The ${series}s with their atomic mass in daltons.`,
      items,
      {
        Element: symbols.Element,
        Series: () => series,
        'Atomic mass (Da)': massOf,
      },
    );
    note(documents.series, items, id);
    note(documents.mass, items, id);
  }
  for (const element of elements) {
    const subject = elementEntity(element);
    const common = { subject, knowledgeBase: 'table', source: 'chemical-elements' } as const;
    const of = (map: Map<string, string[]>) => map.get(element.symbol) ?? [];
    facts.add({ relation: 'symbol', answers: [element.symbol], documents: of(documents.symbol), ...common });
    facts.add({
      relation: 'atomic-number',
      answers: [String(element.number)],
      value: element.number,
      documents: of(documents.symbol),
      ...common,
    });
    facts.add({
      relation: 'period',
      answers: [String(element.period), `period ${element.period}`],
      documents: of(documents.position),
      ...common,
    });
    facts.add({
      relation: 'block',
      answers: [`${element.block}-block`, element.block],
      documents: of(documents.position),
      ...common,
    });
    if (element.group !== undefined) {
      facts.add({
        relation: 'group',
        answers: [String(element.group), `group ${element.group}`],
        documents: of(documents.position),
        ...common,
      });
    }
    if (element.mass !== undefined) {
      const mass = massOf(element);
      facts.add({
        relation: 'atomic-mass',
        answers: [mass, `${mass} Da`, `${mass} daltons`],
        value: element.mass,
        documents: of(documents.mass),
        ...common,
      });
    }
    facts.add({
      relation: 'series',
      answers: [element.series, `${element.series}s`, `a ${element.series}`],
      documents: of(documents.series),
      ...common,
    });
    if (element.isotopes.length < 2) continue;
    const id = `isotopes/${slug(element.name)}`;
    const named = (nominal: number) => `${element.name}-${nominal}`;
    tables.push(
      table({
        id,
        title: `Natural isotopes of ${element.name.toLowerCase()}`,
        caption: `The isotopes of ${element.name.toLowerCase()} found in nature and their shares.`,
        items: element.isotopes,
        columns: {
          Isotope: ({ nominal }) => named(nominal),
          'Mass (Da)': ({ mass }) => mass.toFixed(4),
          'Abundance (%)': ({ percent }) => percent.toFixed(3),
        },
      }),
    );
    const best = element.isotopes[0]!;
    facts.add({
      relation: 'most-abundant-isotope',
      answers: [named(best.nominal), `${element.symbol}-${best.nominal}`, String(best.nominal)],
      documents: [id],
      ...common,
    });
  }
  return tables;
}

export function elementEntity(element: ChemicalElement): Entity {
  const name = element.name.toLowerCase();
  return { key: `element:${element.symbol}`, name, prose: name, otherNames: [], cluster: `element:${element.symbol}` };
}
