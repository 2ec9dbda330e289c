/** Reads off each passage the facts a question may ask: only of names no other passage bears, so that the question has one answer. */
import type { CountryEntities } from './countries.ts';
import { type Entity, type FactStore, slug } from './facts.ts';
import { displayName, rankOf, scientificNames } from './naming.ts';
import { inProse } from './sources/countries.ts';
import type { Synset, WordNet } from './sources/wordnet.ts';
import type { Passage } from './texts.ts';

/** Places whose country is disputed, or which WordNet files under a country of its time. */
const DISPUTED =
  /^(Gaza|West Bank|Golan|Jerusalem|East Jerusalem|Crimea|Sevastopol|Yalta|Kashmir|Tibet|Lhasa|Bethlehem|Jericho|Hebron|Nablus|Donetsk|Donetske|Chechnya|Grozny|Kuril|Taiwan|East|West|North|South|Northeast|Southeast|Northwest|Southwest|Midwest|Mid-Atlantic|Sunbelt|Confederacy|Macedon|Sumer|Babylon)/;

/** Topics of concrete things, of which it makes sense to ask what kind they are. */
const CONCRETE = new Set(['animal', 'plant', 'artifact', 'food']);

export interface TextFactOptions {
  passages: readonly Passage[];
  bySynset: Map<string, Passage>;
  wordNet: WordNet;
  countries: CountryEntities;
  countryOfSynset: Map<string, string>;
  currencies: ReadonlySet<string>;
  genera: ReadonlySet<string>;
  facts: FactStore;
}

const identity = ({ synset, entity }: Passage) =>
  (rankOf(synset) === undefined ? entity.name : entity.prose).toLowerCase();

function countBearers(passages: readonly Passage[]): Map<string, number> {
  const bearers = new Map<string, number>();
  for (const passage of passages) {
    const names = rankOf(passage.synset) === undefined ? passage.synset.lemmas.map((lemma) => lemma.toLowerCase()) : [];
    for (const name of new Set([...names, identity(passage)])) bearers.set(name, (bearers.get(name) ?? 0) + 1);
  }
  return bearers;
}

export function addTextFacts(options: TextFactOptions): void {
  const { passages, countryOfSynset, currencies } = options;
  const bearers = countBearers(passages);
  const glosses = new Map<string, number>();
  for (const { description } of passages)
    if (description !== undefined) glosses.set(description, (glosses.get(description) ?? 0) + 1);
  for (const passage of passages) {
    const { synset } = passage;
    const isCountry = countryOfSynset.has(synset.offset);
    const isDescribed =
      passage.description !== undefined &&
      glosses.get(passage.description) === 1 &&
      isSpecific(passage, options.genera);
    if (isDescribed && !isCountry && rankOf(synset) === undefined && !currencies.has(synset.offset))
      addDescription(passage, options.facts);
    if (isCountry) addIndependence(passage, options.facts);
    else if (bearers.get(identity(passage)) !== 1) continue;
    else if (synset.topic === 'person') addLife(passage, options);
    else if (synset.topic === 'location' || synset.topic === 'object') addLocation(passage, options);
    else if (currencies.has(synset.offset)) addSubunit(passage, options);
    else addNature(passage, options, bearers);
  }
}

/** Adds a fact where its answer indeed stands in the passage. */
function add(
  passage: Passage,
  facts: FactStore,
  relation: string,
  answers: readonly string[],
  rest: { object?: Entity; value?: number } = {},
): void {
  const { entity: subject, id, document } = passage;
  const [canonical] = answers;
  if (canonical === undefined || !document.text.includes(canonical)) return;
  facts.add({
    relation,
    subject,
    answers: [...new Set(answers)],
    documents: [id],
    knowledgeBase: 'text',
    source: 'wordnet',
    ...rest,
  });
}

/** Of living things only species, genera and their like: `stalk` and `fish` are too general to be guessed. */
function isSpecific({ synset }: Passage, genera: ReadonlySet<string>): boolean {
  const isLiving = synset.topic === 'animal' || synset.topic === 'plant';
  return !isLiving || scientificNames(synset, genera).length > 0 || synset.memberOf.length > 0;
}

function addDescription({ synset, entity, id, document, description }: Passage, facts: FactStore): void {
  const capitalised = entity.name[0]!.toUpperCase() + entity.name.slice(1);
  const canonical = [entity.name, capitalised].find((name) => document.text.includes(name)) ?? document.title!;
  facts.add({
    relation: `description-of-${synset.topic}`,
    subject: {
      key: `description:${synset.offset}`,
      name: description!,
      prose: description!,
      otherNames: [],
      cluster: entity.cluster,
    },
    answers: [...new Set([canonical, entity.name, ...entity.otherNames])],
    documents: [id],
    knowledgeBase: 'text',
    source: 'wordnet',
    object: entity,
  });
}

function addLife(passage: Passage, { wordNet, facts }: TextFactOptions): void {
  const { life, synset } = passage;
  if (life === undefined) return;
  add(passage, facts, 'birth-year', [String(life.birth)], { value: life.birth });
  add(passage, facts, 'death-year', [String(life.death)], { value: life.death });
  const kinds = synset.instanceOf.flatMap((up) => wordNet.synsets.get(up)!.lemmas);
  add(passage, facts, 'profession', [displayName(wordNet.synsets.get(synset.instanceOf[0]!)!), ...kinds]);
}

function addIndependence(passage: Passage, facts: FactStore): void {
  const gloss = passage.synset.clauses.join('; ');
  const year = /(?:independence|independent)[^;]*? in (\d{4})/.exec(gloss);
  if (year !== null && (gloss.match(/\d{4}/g) ?? []).length === 1) add(passage, facts, 'independence-year', [year[1]!]);
  const from = /(?:independence|independent) (?:from|of) (?:the )?([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*)/.exec(
    gloss,
  )?.[1];
  if (from === undefined) return;
  const britain = from === 'United Kingdom' ? ['Britain', 'Great Britain', 'UK'] : [];
  add(passage, facts, 'independence-from', [from, ...(inProse(from) === from ? [] : [inProse(from)]), ...britain]);
}

function addLocation(passage: Passage, { wordNet, countries, countryOfSynset, facts }: TextFactOptions): void {
  const { synset, entity } = passage;
  // `The Moluccas` would need a plural verb in every wording.
  if (synset.instanceOf.length === 0 || /^the .*s$/.test(entity.prose)) return;
  const kind = wordNet.synsets.get(synset.instanceOf[0]!)!;
  const repeats = kind.lemmas.some((lemma) => entity.name.toLowerCase().includes(lemma.toLowerCase()));
  if (!repeats)
    add(passage, facts, 'place-kind', [
      displayName(kind),
      ...synset.instanceOf.flatMap((up) => wordNet.synsets.get(up)!.lemmas),
    ]);
  const codes = new Set(synset.partOf.flatMap((up) => [...countriesAbove(up, wordNet, countryOfSynset)]));
  const stated = synset.partOf.some((up) => countryOfSynset.has(up));
  if (
    codes.size !== 1 ||
    !stated ||
    DISPUTED.test(entity.name) ||
    /ancient|former|disputed/.test(synset.clauses.join(' '))
  )
    return;
  const home = countries.byCode([...codes][0]!)!;
  const [here, there] = [entity.name.toLowerCase(), home.name.toLowerCase()];
  if (here.includes(there) || there.includes(here)) return;
  add(passage, facts, 'located-in', [home.name, ...home.otherNames], { object: home });
}

/** The countries a place lies in, directly or through what it is part of. */
function countriesAbove(offset: string, wordNet: WordNet, countryOfSynset: Map<string, string>): Set<string> {
  const code = countryOfSynset.get(offset);
  if (code !== undefined) return new Set([code]);
  const above = wordNet.synsets.get(offset)?.partOf ?? [];
  return new Set(above.flatMap((up) => [...countriesAbove(up, wordNet, countryOfSynset)]));
}

function addSubunit(passage: Passage, { wordNet, facts }: TextFactOptions): void {
  const subunits = passage.synset.parts.map((down) => wordNet.synsets.get(down)!.lemmas[0]!);
  if (subunits.length === 1) add(passage, facts, 'subunit', [subunits[0]!, `${subunits[0]}s`]);
}

const longWords = (text: string) =>
  text
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 3);

/** Consonants only: spellings of one word (grey and gray, oasthouse and oast-house) have the same. */
const skeleton = (text: string) => slug(text).replace(/[aeiouy-]/g, '');

function addNature(
  passage: Passage,
  { wordNet, bySynset, genera, facts }: TextFactOptions,
  bearers: Map<string, number>,
): void {
  const { synset, entity } = passage;
  const scientific = scientificNames(synset, genera);
  if (scientific[0] !== undefined && scientific[0] !== entity.name) add(passage, facts, 'scientific-name', scientific);
  const group: Synset | undefined = wordNet.synsets.get(synset.memberOf[0] ?? '');
  const rank = group === undefined ? undefined : rankOf(group);
  if (group !== undefined && (rank === 'genus' || rank === 'family') && synset.memberOf.length === 1) {
    const above = bySynset.get(group.offset);
    const isKnown = above !== undefined && bearers.get(identity(above)) === 1;
    add(
      passage,
      facts,
      rank,
      [displayName(group), `${rank} ${displayName(group)}`],
      isKnown ? { object: above.entity } : {},
    );
  }
  if (rankOf(synset) !== undefined || !CONCRETE.has(synset.topic)) return;
  const kind = synset.hypernyms.length === 1 ? wordNet.synsets.get(synset.hypernyms[0]!)! : undefined;
  if (kind !== undefined && !longWords(displayName(kind)).some((word) => longWords(entity.name).includes(word))) {
    add(passage, facts, 'kind-of', [displayName(kind), ...kind.lemmas]);
  }
  const synonyms = synset.lemmas.filter(
    (lemma) => skeleton(lemma) !== skeleton(entity.name) && !scientific.includes(lemma),
  );
  if (synset.topic !== 'plant') add(passage, facts, 'also-called', synonyms);
}
