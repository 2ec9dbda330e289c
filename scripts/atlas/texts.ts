/**
 * The text knowledge base: one short encyclopedia-like passage for each of about 8,000 notable noun synsets of WordNet, written
 * from its gloss, synonyms and relations. What the tables say is left out here (capitals, symbols and numbers of the elements,
 * which country uses a currency or speaks a language), so that each fact stands in one knowledge base.
 */
import type { TextDocument } from '../../src/tools/document.ts';
import type { CountryEntities } from './countries.ts';
import { byText, type Entity, type FactStore, slug } from './facts.ts';
import { displayName, generaOf, properProse, proseOf, rankOf, scientificNames } from './naming.ts';
import { descriptionOf, type Life, lifeOf, passageText } from './passage.ts';
import type { Synset, Topic, WordNet } from './sources/wordnet.ts';
import { addTextFacts } from './text-facts.ts';

/** How many passages of each topic, most notable first, beside those that other sources refer to. */
const QUOTA: Partial<Record<Topic, number>> = {
  animal: 1250,
  plant: 900,
  person: 1650,
  location: 850,
  object: 520,
  artifact: 850,
  food: 540,
  substance: 220,
  communication: 180,
  body: 120,
  phenomenon: 70,
  act: 120,
  group: 130,
  event: 80,
  state: 40,
};

export interface Passage {
  synset: Synset;
  entity: Entity;
  id: string;
  document: TextDocument;
  /** Years of a person's life. */
  life: Life | undefined;
  /** The gloss' first clauses, fit to describe the thing in a question. */
  description: string | undefined;
}

export interface TextWorld {
  documents: TextDocument[];
  passages: Passage[];
  bySynset: Map<string, Passage>;
}

export interface TextOptions {
  wordNet: WordNet;
  countries: CountryEntities;
  /** Synsets that must have a passage: things drawn in pictures, elements, currencies, languages. */
  required: readonly string[];
  elements: ReadonlySet<string>;
  currencies: ReadonlySet<string>;
  facts: FactStore;
}

export function textWorld({ wordNet, countries, required, elements, currencies, facts }: TextOptions): TextWorld {
  const { synsets } = wordNet;
  const genera = generaOf(synsets.values());
  const countrySynsets = findCountries(wordNet, countries);
  const countryOfSynset = new Map([...countrySynsets].map(([code, offset]) => [offset, code]));
  const capitals = findCapitals(wordNet, facts);
  const chosen = choose({ wordNet, genera, required: [...required, ...countrySynsets.values()], excluded: capitals });
  const titles = titlesOf(chosen, synsets);
  const countryAt = (offset: string) => countries.byCode(countryOfSynset.get(offset) ?? '');
  const kindsOf = (synset: Synset) => synset.instanceOf.flatMap((up) => synsets.get(up)!.lemmas);
  const nameOf = (offset: string) => countryAt(offset)?.name ?? displayName(synsets.get(offset)!);
  const prose = (offset: string) =>
    countryAt(offset)?.prose ?? properProse(nameOf(offset), kindsOf(synsets.get(offset)!));

  const passages = chosen.map((synset): Passage => {
    const { offset } = synset;
    const name = nameOf(offset);
    const title = titles.get(offset)!;
    const id = `wordnet/${slug(title)}-${offset}`;
    const subject =
      countryAt(offset)?.prose ??
      (rankOf(synset) === undefined ? properProse(name, kindsOf(synset)) : proseOf(synset, name, []));
    const plain = elements.has(offset) || currencies.has(offset);
    const home = synset.partOf.map((up) => countryOfSynset.get(up)).find((code) => code !== undefined);
    const entity: Entity = countryAt(offset) ?? {
      key: `synset:${offset}`,
      name,
      prose: proseOf(synset, name, kindsOf(synset)),
      otherNames: synset.lemmas.filter((lemma) => lemma !== name && !/^atomic number/.test(lemma)),
      cluster:
        home !== undefined ? `country:${home}` : rankOf(synset) === undefined ? `synset:${offset}` : `taxon:${offset}`,
    };
    const text = passageText({ synset, name, subject, nameOf, prose, synsets, genera, plain });
    return {
      synset,
      entity,
      id,
      document: { id, title, text },
      life: lifeOf(synset),
      description: descriptionOf(synset, name),
    };
  });
  const bySynset = new Map(passages.map((passage) => [passage.synset.offset, passage]));
  addTextFacts({ passages, bySynset, wordNet, countries, countryOfSynset, currencies, genera, facts });
  return { documents: passages.map(({ document }) => document), passages, bySynset };
}

const COUNTRY_KIND =
  /country|nation|island|kingdom|republic|principality|monarchy|sultanate|colony|dependen|territory|commonwealth/i;

/** Where the short name's first sense is the island or region. */
const FULL_NAMES: Record<string, string[]> = {
  FM: ['Federated States of Micronesia', 'TT'],
  IE: ['Republic of Ireland', 'Eire'],
  IL: ['State of Israel'],
};

function findCountries(wordNet: WordNet, countries: CountryEntities): Map<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const isCountry = (offset: string) => {
    const synset = wordNet.synsets.get(offset)!;
    const kinds = synset.instanceOf.map((kind) => wordNet.synsets.get(kind)!.lemmas[0]!).join(' ');
    const gloss = synset.clauses[0] ?? '';
    return (
      synset.topic === 'location' &&
      !taken.has(offset) &&
      COUNTRY_KIND.test(`${kinds} ${gloss}`) &&
      !/^(a )?former/.test(gloss) &&
      !/island group/.test(kinds)
    );
  };
  for (const { code, entity } of countries.all) {
    const ascii = entity.name.normalize('NFKD').replace(/\p{Mark}/gu, '');
    const offset = [...(FULL_NAMES[code] ?? []), entity.name, ascii, ...entity.otherNames]
      .flatMap((name) => wordNet.senses(name))
      .find(isCountry);
    if (offset === undefined) continue;
    found.set(code, offset);
    taken.add(offset);
  }
  return found;
}

/** Passages of the capitals would say what the table of capitals says. */
function findCapitals(wordNet: WordNet, facts: FactStore): Set<string> {
  const names = new Set(facts.of('capital').flatMap(({ answers }) => answers.map(slug)));
  const isCapital = (synset: Synset) =>
    synset.instanceOf.some((up) => wordNet.synsets.get(up)?.lemmas[0] === 'national capital') ||
    (synset.topic === 'location' &&
      /\bcapital\b/.test(synset.clauses.join(' ')) &&
      synset.lemmas.some((lemma) => names.has(slug(lemma))));
  return new Set([...wordNet.synsets.values()].filter(isCapital).map(({ offset }) => offset));
}

/** Slurs and obscenities, which WordNet marks in its glosses, have no place here. */
const COARSE =
  /offensive|disparaging|derogat|obscene|vulgar|slang|sexual|genital|prostitut|ethnic slur|insult|excrement|penis|vagina|\bsex\b/i;

interface ChooseOptions {
  wordNet: WordNet;
  genera: ReadonlySet<string>;
  required: readonly string[];
  excluded: ReadonlySet<string>;
}

function choose({ wordNet, genera, required, excluded }: ChooseOptions): Synset[] {
  const { synsets } = wordNet;
  const chosen = new Set(required.filter((offset) => !excluded.has(offset)));
  for (const [topic, quota] of Object.entries(QUOTA)) {
    const ranked = [...synsets.values()]
      .filter(
        (synset) =>
          synset.topic === topic &&
          !excluded.has(synset.offset) &&
          !COARSE.test([...synset.clauses, ...synset.lemmas].join(' ')),
      )
      .map((synset) => ({ synset, points: notability(synset, genera) }))
      .sort((a, b) => b.points - a.points || byText(a.synset.offset, b.synset.offset));
    for (const { synset } of ranked.slice(0, quota)) chosen.add(synset.offset);
  }
  // The genus of a chosen animal, and its family, are the next hops of a question about it.
  for (const offset of [...chosen]) {
    const synset = synsets.get(offset)!;
    if (synset.topic !== 'animal' || (synset.count < 2 && !required.includes(offset))) continue;
    for (const genus of synset.memberOf) {
      chosen.add(genus);
      for (const family of synsets.get(genus)?.memberOf ?? []) chosen.add(family);
    }
  }
  return [...chosen].sort(byText).map((offset) => synsets.get(offset)!);
}

/** No measure of fame exists in WordNet; counts, relations and the length of the gloss stand in for it. */
function notability(synset: Synset, genera: ReadonlySet<string>): number {
  const gloss = synset.clauses.join('; ');
  const isInstance = synset.instanceOf.length > 0;
  let points =
    Math.log(1 + synset.count) + 0.7 * Math.log(1 + synset.hyponyms.length) + Math.min(gloss.length, 160) / 60;
  if (synset.topic === 'person') points += lifeOf(synset) !== undefined ? 3 : isInstance ? 1 : -3;
  if (synset.topic === 'location') points += isInstance ? 1.5 : -2;
  if (synset.topic === 'object') points += isInstance ? 2 : 0;
  if (scientificNames(synset, genera).length > 0 && displayName(synset) !== scientificNames(synset, genera)[0])
    points += 1.5;
  if (synset.memberOf.length > 0) points += 0.8;
  if (synset.partOf.length > 0) points += 0.7;
  return gloss.length < 25 ? points - 2 : points;
}

/** Titles tell namesakes apart by what they are: `Turkey (domestic fowl)`. */
function titlesOf(chosen: readonly Synset[], synsets: Map<string, Synset>): Map<string, string> {
  const count = new Map<string, number>();
  for (const synset of chosen) count.set(slug(displayName(synset)), (count.get(slug(displayName(synset))) ?? 0) + 1);
  return new Map(
    chosen.map((synset) => {
      const name = displayName(synset);
      const kind = rankOf(synset) ?? synsets.get(synset.instanceOf[0] ?? synset.hypernyms[0] ?? '')?.lemmas[0];
      const title = name[0]!.toUpperCase() + name.slice(1);
      return [synset.offset, count.get(slug(name))! > 1 && kind !== undefined ? `${title} (${kind})` : title];
    }),
  );
}
