/** Puts the world together in memory: documents of the three knowledge bases, the facts they state, and the questions. */
import type { TableDocument, TextDocument } from '../../src/tools/document.ts';
import { composeAll } from './compose.ts';
import { countryEntities } from './countries.ts';
import type { Draft } from './draft.ts';
import { composeExtras } from './extras.ts';
import { FactStore } from './facts.ts';
import { chooseDrawings, drawingImages, flagImages, type StoredImage, senseOf } from './images.ts';
import { linkFacts } from './links.ts';
import { readCountries, readCountryNames } from './sources/countries.ts';
import { readElements } from './sources/elements.ts';
import { readCities } from './sources/geonames.ts';
import { readEmoji } from './sources/openmoji.ts';
import { readWordNet } from './sources/wordnet.ts';
import { splitter } from './split.ts';
import { cityTables } from './tables/cities.ts';
import { countryTables } from './tables/countries.ts';
import { elementTables } from './tables/elements.ts';
import { textWorld } from './texts.ts';

export interface World {
  texts: TextDocument[];
  tables: { countries: TableDocument[]; cities: TableDocument[]; elements: TableDocument[] };
  flags: StoredImage[];
  drawings: StoredImage[];
  facts: FactStore;
  drafts: Draft[];
}

export async function buildWorld(seed: number): Promise<World> {
  const facts = new FactStore();
  const names = readCountryNames();
  const entities = countryEntities(names);
  const countries = readCountries();
  const asked = new Set(countries.filter(({ member }) => member).map(({ code }) => code));
  const elements = readElements();
  const tables = {
    countries: countryTables(countries, entities, facts),
    cities: cityTables({ cities: readCities(), entities, asked, facts }),
    elements: elementTables(elements, facts),
  };
  const wordNet = readWordNet();
  const elementSynsets = new Map(
    elements.flatMap((element): [string, string][] => {
      const offset = wordNet.senses(`atomic number ${element.number}`)[0];
      return offset === undefined ? [] : [[element.symbol, offset]];
    }),
  );
  const currencies = new Set(
    [...wordNet.synsets.values()]
      .filter(({ topic, clauses }) => topic === 'quantity' && /unit of money in/.test(clauses[0] ?? ''))
      .map(({ offset }) => offset),
  );
  const languages = facts.of('language').flatMap(({ answers }) => {
    const sense = wordNet.senses(answers[0]!).find((offset) => wordNet.synsets.get(offset)!.topic === 'communication');
    return sense === undefined ? [] : [sense];
  });
  const emoji = chooseDrawings(readEmoji(), wordNet);
  const drawn = emoji.flatMap((one) => senseOf(one, wordNet) ?? []);
  const texts = textWorld({
    wordNet,
    countries: entities,
    required: [...elementSynsets.values(), ...currencies, ...languages, ...drawn],
    elements: new Set(elementSynsets.values()),
    currencies,
    facts,
  });
  const flags = await flagImages({ names, countries: entities, asked, facts });
  const { images: drawings, nouns } = await drawingImages({ drawings: emoji, wordNet, texts, facts });
  linkFacts({ facts, texts, wordNet, elementSynsets });
  const options = { seed, facts, nouns, splitOf: splitter(seed, facts) };
  const everything = texts.documents.map(({ text }) => text.toLowerCase()).join('\n');
  const drafts = [...composeAll(options), ...composeExtras(options, (word) => everything.includes(word.toLowerCase()))];
  return { texts: texts.documents, tables, flags, drawings, facts, drafts };
}
