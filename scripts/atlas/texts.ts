/**
 * The text knowledge base: one short encyclopedia-like passage for each of about 8,000 notable noun synsets of WordNet, written
 * from its gloss, synonyms and relations. What the tables say is left out here (capitals, symbols and numbers of the elements,
 * which country uses a currency or speaks a language), so that each fact stands in one knowledge base.
 */
import type { TextDocument } from '../../src/tools/document.ts';
import type { CountryEntities } from './countries.ts';
import { byText, type Entity, type FactStore, listInProse, slug, withArticle } from './facts.ts';
import type { Synset, Topic, WordNet } from './sources/wordnet.ts';

/** How many passages of each topic, most notable first, beside those that other sources refer to. */
const QUOTA: Partial<Record<Topic, number>> = {
  animal: 1250,
  plant: 950,
  person: 1750,
  location: 850,
  object: 520,
  artifact: 900,
  food: 560,
  substance: 240,
  communication: 260,
  body: 130,
  phenomenon: 80,
  act: 160,
  group: 140,
  event: 90,
  state: 60,
};

export interface Passage {
  synset: Synset;
  entity: Entity;
  id: string;
  document: TextDocument;
  /** Years of a person's life. */
  life: { birth: number; death: number } | undefined;
  /** The gloss' first clause(s), fit to describe the thing in a question. */
  description: string | undefined;
}

export interface TextWorld {
  documents: TextDocument[];
  passages: Passage[];
  bySynset: Map<string, Passage>;
  countries: Map<string, Passage>;
}

const SCIENTIFIC = /^[A-Z][a-z]+ [a-z]+(?: [a-z]+)?$/;
const LIFE = /\s*\((\d{4})-(\d{4})\)/;
const TAXON = /^(genus|family|order|class|phylum|subfamily|suborder|superfamily|division) /;

export interface TextOptions {
  wordNet: WordNet;
  countries: CountryEntities;
  /** Synsets that must have a passage: things drawn in pictures, elements, currencies, languages. */
  required: readonly string[];
  /** Synsets of elements, currencies and languages, whose table facts are taken out of the text. */
  elements: ReadonlySet<string>;
  currencies: ReadonlySet<string>;
  facts: FactStore;
}

export function textWorld({ wordNet, countries, required, elements, currencies, facts }: TextOptions): TextWorld {
  const { synsets } = wordNet;
  const countrySynsets = findCountries(wordNet, countries);
  const countryOfSynset = new Map([...countrySynsets].map(([code, offset]) => [offset, code]));
  const capitals = new Set(
    [...synsets.values()]
      .filter((synset) => synset.instanceOf.some((up) => synsets.get(up)?.lemmas[0] === 'national capital'))
      .map(({ offset }) => offset),
  );
  const chosen = choose(wordNet, [...required, ...countrySynsets.values()], capitals);
  const titles = titlesOf(chosen, synsets);

  const nameOf = (offset: string): string => {
    const code = countryOfSynset.get(offset);
    if (code !== undefined) return countries.byCode(code)!.name;
    const synset = synsets.get(offset);
    return synset === undefined ? '' : displayName(synset);
  };
  const prose = (offset: string) => {
    const code = countryOfSynset.get(offset);
    return code !== undefined ? countries.byCode(code)!.prose : properProse(nameOf(offset));
  };

  const passages: Passage[] = chosen.map((synset) => {
    const name = nameOf(synset.offset);
    const code = countryOfSynset.get(synset.offset);
    const located =
      synset.topic === 'location' || synset.topic === 'object'
        ? synset.partOf.map((up) => countryOfSynset.get(up))
        : [];
    const home = located.find((at) => at !== undefined);
    const entity: Entity =
      code !== undefined
        ? countries.byCode(code)!
        : {
            key: `synset:${synset.offset}`,
            name,
            prose: proseOf(synset, name),
            otherNames: synset.lemmas.filter((lemma) => lemma !== name && !/^atomic number/.test(lemma)),
            cluster: home === undefined ? `synset:${synset.offset}` : `country:${home}`,
          };
    const life = synset.topic === 'person' ? lifeOf(synset) : undefined;
    const id = `wordnet/${slug(titles.get(synset.offset)!)}-${synset.offset}`;
    const text = passageText({
      synset,
      name,
      life,
      nameOf,
      prose,
      synsets,
      plain: elements.has(synset.offset) || currencies.has(synset.offset),
    });
    return {
      synset,
      entity,
      id,
      document: { id, title: titles.get(synset.offset)!, text },
      life,
      description: descriptionOf(synset, name),
    };
  });
  const bySynset = new Map(passages.map((passage) => [passage.synset.offset, passage]));
  addFacts({ passages, bySynset, wordNet, countries, countryOfSynset, currencies, facts });
  return {
    documents: passages.map(({ document }) => document),
    passages,
    bySynset,
    countries: new Map(
      [...countrySynsets].flatMap(([code, offset]) => (bySynset.has(offset) ? [[code, bySynset.get(offset)!]] : [])),
    ),
  };
}

function findCountries(wordNet: WordNet, countries: CountryEntities): Map<string, string> {
  const kinds =
    /country|nation|island|kingdom|republic|principality|monarchy|sultanate|colony|dependen|territory|commonwealth/i;
  const found = new Map<string, string>();
  const taken = new Set<string>();
  for (const { code, entity } of countries.all) {
    for (const name of [entity.name, entity.name.normalize('NFKD').replace(/\p{Mark}/gu, ''), ...entity.otherNames]) {
      const offset = wordNet.senses(name).find((sense) => {
        const synset = wordNet.synsets.get(sense)!;
        const up = synset.instanceOf.map((kind) => wordNet.synsets.get(kind)!.lemmas[0]!).join(' ');
        return (
          synset.topic === 'location' &&
          !taken.has(sense) &&
          kinds.test(`${up} ${synset.clauses[0]}`) &&
          !/^(a )?former/.test(synset.clauses[0] ?? '') &&
          !/island group/.test(up)
        );
      });
      if (offset === undefined) continue;
      found.set(code, offset);
      taken.add(offset);
      break;
    }
  }
  return found;
}

function choose(wordNet: WordNet, required: readonly string[], excluded: ReadonlySet<string>): Synset[] {
  const chosen = new Set(required.filter((offset) => !excluded.has(offset)));
  // A drawn animal's genus and family are the next hops of a question about it.
  for (const offset of [...chosen]) {
    for (const group of wordNet.synsets.get(offset)?.memberOf ?? []) {
      if (wordNet.synsets.get(group)?.topic !== 'animal' && wordNet.synsets.get(group)?.topic !== 'plant') continue;
      chosen.add(group);
      for (const above of wordNet.synsets.get(group)?.memberOf ?? []) chosen.add(above);
    }
  }
  const score = (synset: Synset): number => {
    const isInstance = synset.instanceOf.length > 0;
    const gloss = synset.clauses.join('; ');
    let points =
      Math.log(1 + synset.count) + 0.7 * Math.log(1 + synset.hyponyms.length) + Math.min(gloss.length, 160) / 60;
    if (synset.topic === 'person') points += isInstance && LIFE.test(gloss) ? 3 : isInstance ? 1 : -3;
    if (synset.topic === 'location') points += isInstance ? 1.5 : -2;
    if (synset.topic === 'object') points += isInstance ? 2 : 0;
    if (synset.topic === 'animal' || synset.topic === 'plant') {
      points += synset.lemmas.some((lemma) => SCIENTIFIC.test(lemma)) && !SCIENTIFIC.test(synset.lemmas[0]!) ? 1.5 : 0;
      points += synset.memberOf.length > 0 ? 0.8 : 0;
    }
    if (synset.partOf.length > 0) points += 0.7;
    if (gloss.length < 25) points -= 2;
    return points;
  };
  for (const [topic, quota] of Object.entries(QUOTA)) {
    const ranked = [...wordNet.synsets.values()]
      .filter((synset) => synset.topic === topic && !excluded.has(synset.offset) && !isUnfit(synset))
      .map((synset) => ({ synset, points: score(synset) }))
      .sort((a, b) => b.points - a.points || byText(a.synset.offset, b.synset.offset));
    for (const { synset } of ranked.slice(0, quota)) chosen.add(synset.offset);
  }
  return [...chosen].sort(byText).map((offset) => wordNet.synsets.get(offset)!);
}

/** Slurs and obscenities, which WordNet marks in its glosses, have no place in a demonstration. */
const COARSE =
  /offensive|disparaging|derogat|obscene|vulgar|slang|sexual|genital|prostitut|ethnic slur|insult|excrement|penis|vagina|\bsex\b/i;

function isUnfit(synset: Synset): boolean {
  return COARSE.test([...synset.clauses, ...synset.lemmas].join(' '));
}

/** The lemma people know a thing by: a person's full name, `Nile River` rather than `Nile`, the common name of a species. */
function displayName(synset: Synset): string {
  const first = synset.lemmas[0]!;
  if (synset.instanceOf.length === 0) {
    const common = synset.lemmas.find((lemma) => !SCIENTIFIC.test(lemma) && !TAXON.test(lemma));
    return common ?? first;
  }
  if (synset.topic === 'person') {
    const surname = first.toLowerCase();
    return synset.lemmas.find((lemma) => lemma.includes(' ') && lemma.toLowerCase().endsWith(surname)) ?? first;
  }
  if (synset.topic === 'object')
    return (
      synset.lemmas.find(
        (lemma) =>
          lemma.startsWith(first) &&
          lemma.includes(' ') &&
          /(River|Falls|Mountains|Sea|Lake|Desert|Islands|Ocean|Glacier)$/.test(lemma),
      ) ??
      synset.lemmas.find((lemma) => /^(Mount|Mt\.|Lake) /.test(lemma)) ??
      first
    );
  return first;
}

const PLURAL_OR_BODY =
  /(River|Sea|Ocean|Desert|Canal|Mountains|Islands|Range|Gulf|Strait|Channel|Peninsula|Valley|Plateau|Basin|Delta|Current|Stream|Alps|Andes|Himalayas|Rockies|Archipelago|Isles|Hills|Tower|Isthmus|Bay of .*|Gulf of .*|Strait of .*|Statue of .*|Sea of .*)$/;

function properProse(name: string): string {
  return /^[A-Z]/.test(name) && PLURAL_OR_BODY.test(name) && !/^(The|Mount|Lake) /.test(name) ? `the ${name}` : name;
}

const COUNTABLE = new Set<Topic | 'other'>(['animal', 'plant', 'artifact', 'body']);

function proseOf(synset: Synset, name: string): string {
  if (synset.instanceOf.length > 0 || /^[A-Z]/.test(name)) return properProse(name);
  return COUNTABLE.has(synset.topic) ? `the ${name}` : name;
}

function titlesOf(chosen: readonly Synset[], synsets: Map<string, Synset>): Map<string, string> {
  const capitalised = (text: string) => text[0]!.toUpperCase() + text.slice(1);
  const count = new Map<string, number>();
  for (const synset of chosen) count.set(slug(displayName(synset)), (count.get(slug(displayName(synset))) ?? 0) + 1);
  return new Map(
    chosen.map((synset) => {
      const name = displayName(synset);
      const kind = synsets.get(synset.instanceOf[0] ?? synset.hypernyms[0] ?? '')?.lemmas[0];
      const title = capitalised(name);
      return [synset.offset, count.get(slug(name))! > 1 && kind !== undefined ? `${title} (${kind})` : title];
    }),
  );
}

function lifeOf(synset: Synset): Passage['life'] {
  const years = LIFE.exec(synset.clauses.join('; '));
  if (synset.instanceOf.length === 0 || years === null) return undefined;
  return { birth: Number(years[1]), death: Number(years[2]) };
}

/** Takes out of a gloss what the tables are to say. */
function withoutTableFacts(clauses: readonly string[], plain: boolean): string[] {
  return clauses
    .map((clause) =>
      clause.replace(/\b(the|an|one of the) official languages? (?:of|in) [A-Z][^;,]*?(?=;|,|$)/, '$1 language'),
    )
    .map((clause) =>
      plain
        ? clause.replace(
            /(basic|former|official)( monetary)? unit of (money|currency) (in|of) [^;]*/,
            '$1$2 unit of $3',
          )
        : clause,
    )
    .filter(
      (clause) =>
        !/\b(capital|official language|symbol|atomic number|basic unit of money in)\b/i.test(clause) ||
        !(plain || /official language|capital (is|city)|capital and/.test(clause)),
    );
}

function passageText(options: {
  synset: Synset;
  name: string;
  life: Passage['life'];
  nameOf: (offset: string) => string;
  prose: (offset: string) => string;
  synsets: Map<string, Synset>;
  plain: boolean;
}): string {
  const { synset, name, life, nameOf, prose, synsets, plain } = options;
  const subject = properProse(name);
  const Subject = subject[0]!.toUpperCase() + subject.slice(1);
  const isTaxon = synset.lemmas.some((lemma) => TAXON.test(lemma));
  const scientific = isTaxon
    ? undefined
    : synset.lemmas.find(
        (lemma) => SCIENTIFIC.test(lemma) && lemma !== name && (synset.topic === 'animal' || synset.topic === 'plant'),
      );
  const synonyms = synset.lemmas.filter(
    (lemma) =>
      lemma !== name &&
      lemma !== scientific &&
      !/^(atomic number|element) \d/.test(lemma) &&
      !/^capital of/.test(lemma) &&
      !(plain && /^[A-Z][a-z]?$/.test(lemma)),
  );
  const sentences: string[] = [];
  const clauses = withoutTableFacts(synset.clauses, plain);
  sentences.push(`${Subject}: ${clauses.join('; ') || 'no description'}.`);
  if (synonyms.length > 0) sentences.push(`Also called ${listInProse(synonyms)}.`);
  if (life !== undefined) sentences.push(`${name} was born in ${life.birth} and died in ${life.death}.`);
  const isInstance = synset.instanceOf.length > 0;
  const kinds = (isInstance ? synset.instanceOf : synset.hypernyms).map(nameOf);
  if (kinds.length > 0 && !plain) {
    if (isInstance && synset.topic === 'person') sentences.push(`Known as ${listInProse(kinds.map(withArticle))}.`);
    else if (isInstance) sentences.push(`${Subject} is ${listInProse(kinds.map(withArticle))}.`);
    else if (!isTaxon) sentences.push(`It is a kind of ${listInProse(kinds)}.`);
  }
  if (scientific !== undefined) sentences.push(`Its scientific name is ${scientific}.`);
  const groups = synset.memberOf.map((up) => synsets.get(up)).filter((group) => group !== undefined);
  if (isTaxon || synset.topic === 'animal' || synset.topic === 'plant') {
    for (const group of groups.slice(0, 1)) {
      const rank = group.lemmas.find((lemma) => TAXON.test(lemma))?.split(' ')[0] ?? 'group';
      sentences.push(`It belongs to the ${rank} ${displayName(group)}.`);
    }
    const members = synset.members.map(nameOf).slice(0, 8);
    if (isTaxon && members.length > 0) sentences.push(`Its members include ${listInProse(members)}.`);
  } else if (synset.members.length > 0 && synset.members.length <= 40 && synset.topic === 'group') {
    sentences.push(`Its members include ${listInProse(synset.members.map(prose).slice(0, 12))}.`);
  }
  if (synset.partOf.length > 0) {
    const wholes = listInProse(synset.partOf.map(prose));
    sentences.push(
      synset.topic === 'location' || synset.topic === 'object'
        ? `${Subject} is located in ${wholes}.`
        : `It is part of ${wholes}.`,
    );
  }
  if (
    synset.parts.length > 0 &&
    (synset.topic === 'artifact' || synset.topic === 'animal' || synset.topic === 'body' || plain)
  ) {
    sentences.push(
      `${plain ? 'It is divided into' : 'Its parts include'} ${listInProse(synset.parts.map(nameOf).slice(0, 8))}.`,
    );
  }
  const kindsOf = synset.hyponyms.filter((down) => synsets.get(down)!.instanceOf.length === 0).map(nameOf);
  if (kindsOf.length > 0) sentences.push(`Kinds of it include ${listInProse(kindsOf.slice(0, 6))}.`);
  for (const example of synset.examples.slice(0, 2)) sentences.push(`Example: “${example}”`);
  return sentences
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/([.!?])([.!?])/g, '$1');
}

/** Words too common to make a description tell one thing from another. */
function descriptionOf(synset: Synset, name: string): string | undefined {
  const text = withoutTableFacts(synset.clauses, false)
    .slice(0, 2)
    .join('; ')
    .replace(LIFE, '')
    .replace(/\s*\((born|died|formerly|also|usually|often)[^)]*\)/g, '')
    .replace(/^(a|an|the|any of (?:various|several|numerous)) /i, '')
    .trim();
  const words = text.split(/\s+/);
  if (words.length < 6 || words.length > 30 || /[()"]/.test(text)) return undefined;
  const forbidden = [...synset.lemmas, name]
    .flatMap((lemma) => lemma.toLowerCase().split(/[^a-z0-9]+/))
    .filter((word) => word.length > 3);
  const lower = text.toLowerCase();
  return forbidden.some((word) => lower.includes(word)) ? undefined : text;
}

function addFacts(options: {
  passages: readonly Passage[];
  bySynset: Map<string, Passage>;
  wordNet: WordNet;
  countries: CountryEntities;
  countryOfSynset: Map<string, string>;
  currencies: ReadonlySet<string>;
  facts: FactStore;
}): void {
  const { passages, bySynset, wordNet, countries, countryOfSynset, currencies, facts } = options;
  const bearers = new Map<string, number>();
  for (const { synset, entity } of passages) {
    for (const lemma of new Set([...synset.lemmas, entity.name].map((text) => text.toLowerCase())))
      bearers.set(lemma, (bearers.get(lemma) ?? 0) + 1);
  }
  const glosses = new Map<string, number>();
  for (const { description } of passages)
    if (description !== undefined) glosses.set(description, (glosses.get(description) ?? 0) + 1);

  for (const passage of passages) {
    const { synset, entity, id, life, description } = passage;
    const add = (relation: string, answers: string[], rest: { object?: Entity; value?: number } = {}) => {
      if (!passage.document.text.includes(answers[0]!) && passage.document.title !== answers[0]) return;
      facts.add({
        relation,
        subject: entity,
        answers,
        documents: [id],
        knowledgeBase: 'text',
        source: 'wordnet',
        ...rest,
      });
    };
    const isCountry = countryOfSynset.has(synset.offset);
    const isTaxon = synset.lemmas.some((lemma) => TAXON.test(lemma));
    if (
      description !== undefined &&
      glosses.get(description) === 1 &&
      !isCountry &&
      !isTaxon &&
      !currencies.has(synset.offset)
    ) {
      facts.add({
        relation: `description-of-${synset.topic}`,
        subject: {
          key: `description:${synset.offset}`,
          name: description,
          prose: description,
          otherNames: [],
          cluster: entity.cluster,
        },
        answers: [
          passage.document.text.includes(entity.name) ? entity.name : passage.document.title!,
          ...entity.otherNames,
        ],
        documents: [id],
        knowledgeBase: 'text',
        source: 'wordnet',
        object: entity,
      });
    }
    if (bearers.get(entity.name.toLowerCase())! > 1 && !isCountry) continue;
    if (life !== undefined) {
      add('birth-year', [String(life.birth)], { value: life.birth });
      add('death-year', [String(life.death)], { value: life.death });
      const kinds = synset.instanceOf.map((up) => wordNet.synsets.get(up)!);
      add(
        'profession',
        kinds.flatMap((kind) => kind.lemmas).filter((lemma, index, all) => all.indexOf(lemma) === index),
      );
    }
    if (isCountry) {
      const gloss = synset.clauses.join('; ');
      const year = /(?:independence|independent)[^;]*? in (\d{4})/.exec(gloss);
      if (year !== null && (gloss.match(/\d{4}/g) ?? []).length === 1) add('independence-year', [year[1]!]);
      const from = /(?:independence|independent) (?:from|of) (?:the )?([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*)/.exec(gloss);
      if (from !== null)
        add('independence-from', [
          from[1]!,
          ...(from[1] === 'United Kingdom' ? ['the United Kingdom', 'Britain', 'UK'] : []),
        ]);
      continue;
    }
    if (synset.topic === 'location' || synset.topic === 'object') {
      const homes = synset.partOf.map((up) => countryOfSynset.get(up)).filter((code) => code !== undefined);
      const gloss = synset.clauses.join(' ');
      if (homes.length === 1 && synset.instanceOf.length > 0 && !/ancient|former/.test(gloss)) {
        const home = countries.byCode(homes[0]!)!;
        const nestled = entity.name.toLowerCase().includes(home.name.toLowerCase());
        if (!nestled) add('located-in', [home.name, ...home.otherNames], { object: home });
      }
      if (synset.instanceOf.length > 0)
        add(
          'place-kind',
          synset.instanceOf.flatMap((up) => wordNet.synsets.get(up)!.lemmas),
        );
      continue;
    }
    if (currencies.has(synset.offset)) {
      const subunit = synset.parts.map((down) => wordNet.synsets.get(down)!.lemmas[0]!)[0];
      if (subunit !== undefined) add('subunit', [subunit, `${subunit}s`]);
      continue;
    }
    if (synset.topic === 'animal' || synset.topic === 'plant') {
      const scientific = synset.lemmas.find((lemma) => SCIENTIFIC.test(lemma));
      if (scientific !== undefined && scientific !== entity.name && !isTaxon) add('scientific-name', [scientific]);
      const above = synset.memberOf[0] === undefined ? undefined : wordNet.synsets.get(synset.memberOf[0]);
      const rank = above?.lemmas.find((lemma) => TAXON.test(lemma))?.split(' ')[0];
      if (above !== undefined && (rank === 'genus' || rank === 'family') && synset.memberOf.length === 1) {
        const name = displayName(above);
        const object = bySynset.get(above.offset)?.entity;
        const unique = object !== undefined && bearers.get(name.toLowerCase()) === 1;
        add(rank, [name, `${rank} ${name}`], unique ? { object } : {});
      }
    }
    if (isTaxon || synset.topic === 'person') continue;
    const kind = synset.hypernyms.length === 1 ? wordNet.synsets.get(synset.hypernyms[0]!) : undefined;
    const words = (text: string) =>
      text
        .toLowerCase()
        .split(/[^a-z]+/)
        .filter((word) => word.length > 3);
    if (kind !== undefined && !words(displayName(kind)).some((word) => words(entity.name).includes(word))) {
      if (synset.topic === 'communication')
        add(
          'language-family',
          kind.lemmas.flatMap((lemma) => [lemma, `${lemma} languages`]),
        );
      else add('kind-of', [displayName(kind), ...kind.lemmas.filter((lemma) => lemma !== displayName(kind))]);
    }
    const synonyms = synset.lemmas.filter((lemma) => lemma !== entity.name && !SCIENTIFIC.test(lemma));
    if (
      synonyms.length > 0 &&
      synonyms.every((lemma) => slug(lemma) !== slug(entity.name)) &&
      (synset.topic === 'artifact' || synset.topic === 'food' || synset.topic === 'animal')
    ) {
      add('also-called', synonyms);
    }
  }
}
