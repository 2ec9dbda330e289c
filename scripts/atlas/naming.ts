/** How WordNet's synsets are called: the lemma people know a thing by, its article in a sentence, its scientific name. */
import type { Synset, Topic } from './sources/wordnet.ts';

const TAXON =
  /^(genus|family|order|class|phylum|subfamily|suborder|superfamily|division|superorder|subclass) (?=[A-Z])/;
const BINOMIAL = /^([A-Z][a-z]+) [a-z]+(?: [a-z]+)?$/;

/** `genus`, `family`, ... of a synset that names a group of living things. */
export function rankOf(synset: Synset): string | undefined {
  for (const lemma of synset.lemmas) {
    const rank = TAXON.exec(lemma)?.[1];
    if (rank !== undefined) return rank;
  }
  return undefined;
}

/** All genera WordNet knows, to tell `Panthera tigris` from `California dandelion`. */
export function generaOf(synsets: Iterable<Synset>): Set<string> {
  const genera = new Set<string>();
  for (const { lemmas } of synsets) {
    for (const lemma of lemmas) if (lemma.startsWith('genus ')) genera.add(lemma.slice('genus '.length));
  }
  return genera;
}

export function scientificNames(synset: Synset, genera: ReadonlySet<string>): string[] {
  if (synset.topic !== 'animal' && synset.topic !== 'plant') return [];
  if (rankOf(synset) !== undefined) return [];
  return synset.lemmas.filter((lemma) => genera.has(BINOMIAL.exec(lemma)?.[1] ?? ''));
}

/** A person's full name, `Nile River` rather than `Nile`, the common name of a species, `Panthera` of `genus Panthera`. */
export function displayName(synset: Synset): string {
  const first = synset.lemmas[0]!;
  if (rankOf(synset) !== undefined)
    return synset.lemmas.find((lemma) => !TAXON.test(lemma)) ?? first.replace(TAXON, '');
  if (synset.instanceOf.length === 0) return synset.lemmas.find((lemma) => !BINOMIAL.test(lemma)) ?? first;
  if (synset.topic === 'person') {
    const surname = first.toLowerCase();
    return synset.lemmas.find((lemma) => lemma.includes(' ') && lemma.toLowerCase().endsWith(surname)) ?? first;
  }
  if (synset.topic !== 'object') return first;
  const suffixed = synset.lemmas.find((lemma) => lemma.startsWith(first) && LANDFORM.test(lemma));
  return suffixed ?? synset.lemmas.find((lemma) => /^(Mount|Lake) /.test(lemma)) ?? first;
}

const LANDFORM = /. (River|Falls|Mountains|Sea|Lake|Desert|Islands|Ocean|Glacier)$/;
const WITH_ARTICLE =
  /(River|Sea|Ocean|Desert|Canal|Mountains|Islands|Range|Gulf|Strait|Channel|Peninsula|Valley|Plateau|Basin|Delta|Current|Stream|Alps|Andes|Himalayas|Rockies|Archipelago|Isles|Hills|Tower|Reef|Moluccas|Adirondacks|Dolomites|Pyrenees|Cape|Republic|Empire|Territory|Steppes?|Lowlands|Highlands|Bosporus|Dardanelles|Bay of .*|Gulf of .*|Strait of .*|Statue of .*|Sea of .*|Isthmus of .*|Straits of .*)$/;
const RIVERS = new Set([
  'river',
  'range',
  'mountain range',
  'reef',
  'barrier reef',
  'strait',
  'channel',
  'canal',
  'desert',
  'plain',
  'stream',
]);

/** A proper name in a sentence: `the Nile River`, `Paris`. `kinds` are the lemmas of what it is an instance of. */
export function properProse(name: string, kinds: readonly string[] = []): string {
  if (!/^[A-Z]/.test(name) || /^(The|Mount|Mt\.|Lake|Cape) /.test(name)) return name;
  const isRiver = kinds.some((kind) => RIVERS.has(kind)) && !/ (Falls|Island|Canyon|Bay|Point|Park)$/.test(name);
  return WITH_ARTICLE.test(name) || isRiver ? `the ${name}` : name;
}

const COUNTABLE = new Set<Topic | 'other'>(['animal', 'plant', 'artifact', 'body']);

export const isCountable = (synset: Synset) =>
  COUNTABLE.has(synset.topic) && synset.instanceOf.length === 0 && rankOf(synset) === undefined;

/** The name as the subject or object of a sentence. */
export function proseOf(synset: Synset, name: string, kinds: readonly string[]): string {
  const rank = rankOf(synset);
  if (rank !== undefined) return `the ${rank} ${name}`;
  if (synset.instanceOf.length > 0) return properProse(name, kinds);
  return isCountable(synset) ? `the ${name}` : name;
}
