/**
 * Tables of countries by part of the world, from world-countries: area, currency, language, codes and borders. The capital is
 * left to the tables of cities, so that a question for it need not derive from this data set.
 */
import type { TableDocument } from '../../../src/tools/document.ts';
import type { CountryEntities } from '../countries.ts';
import { byText, type Entity, type FactStore, numberAnswers, slug, withCommas } from '../facts.ts';
import type { Country } from '../sources/countries.ts';
import { groupBy, table } from './table.ts';

const AREA_UNIT = { short: 'km²', long: 'square kilometres' };
const orDash = (text: string | undefined) => (text === undefined || text === '' ? '-' : text);

const largestOf = (countries: readonly Country[]) => countries.toSorted((a, b) => b.area - a.area)[0];

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
        const largest = largestOf(neighbours(country));
        return largest === undefined ? '-' : nameOf(largest);
      },
    });
    addSuperlatives({ part, items, id: id('area'), entities, facts });
    for (const country of items.filter(({ member }) => member)) {
      addFacts({ country, part, neighbours: neighbours(country), id, entities, facts });
    }
  }
  return tables;
}

/** What a country's rows say, as facts that questions are made of. */
function addFacts({
  country,
  part,
  neighbours,
  id,
  entities,
  facts,
}: {
  country: Country;
  part: string;
  neighbours: readonly Country[];
  id: (topic: string) => string;
  entities: CountryEntities;
  facts: FactStore;
}): void {
  const subject = entities.byCode(country.code)!;
  const fact = (relation: string, topic: string, answers: string[], rest: { object?: Entity; value?: number } = {}) =>
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
    fact('currency', 'currency', [name, `the ${name}`, ...shortCurrency(name)], { object });
    fact('currency-code', 'currency', [code]);
  }
  if (country.languages.length === 1) {
    const name = country.languages[0]!;
    fact('language', 'language', [name], {
      object: { key: `language:${name}`, name, prose: name, otherNames: [], cluster: `language:${name}` },
    });
  }
  if (country.demonym !== undefined) fact('demonym', 'language', [country.demonym, `${country.demonym}s`]);
  if (country.callingCodes.length === 1) {
    const code = country.callingCodes[0]!;
    fact('calling-code', 'code', [code, code.replace('+', '')]);
  }
  if (country.domains.length === 1) fact('internet-domain', 'code', [country.domains[0]!]);
  fact('iso-code', 'code', [country.alpha3]);
  const count = neighbours.length;
  fact('neighbour-count', 'border', [String(count)], { value: count });
  const largest = largestOf(neighbours);
  if (count > 1 && largest?.member === true) {
    const object = entities.byCode(largest.code)!;
    fact('largest-neighbour', 'border', [object.name, ...object.otherNames], { object });
  }
}

/** `Thai baht` is also a baht; a dollar alone would be any of twenty. */
function shortCurrency(name: string): string[] {
  const word = name.split(' ').at(-1)!;
  const isShared =
    /^(dollar|franc|pound|peso|rupee|dinar|shilling|krone|krona|króna|rial|riyal|real|ruble|lira|leu|mark|dirham|manat|som)$/i;
  return word === name || isShared.test(word) ? [] : [word];
}

/** The largest and the smallest country of a part of the world, where no territory is in the way. */
function addSuperlatives(options: {
  part: string;
  items: readonly Country[];
  id: string;
  entities: CountryEntities;
  facts: FactStore;
}): void {
  const { part, items, id, entities, facts } = options;
  const bySize = items.toSorted((a, b) => b.area - a.area);
  const prose = /^(Caribbean)$/.test(part) ? `the ${part}` : part;
  const subject = { key: `region:${part}`, name: part, prose, otherNames: [] };
  for (const [relation, country] of [
    ['largest-of-region', bySize[0]],
    ['smallest-of-region', bySize.at(-1)],
  ] as const) {
    if (items.length < 4 || country?.member !== true) continue;
    const object = entities.byCode(country.code)!;
    facts.add({
      relation,
      subject: { ...subject, cluster: object.cluster },
      answers: [object.name, ...object.otherNames],
      documents: [id],
      knowledgeBase: 'table',
      source: 'world-countries',
      object,
    });
  }
}
