/** Writes the passage of one synset, and the description by which a question may refer to it. */
import { listInProse, withArticle } from './facts.ts';
import { displayName, isCountable, rankOf, scientificNames } from './naming.ts';
import type { Synset } from './sources/wordnet.ts';

export interface Life {
  birth: number;
  death: number;
}

const LIFE = /\s*\((\d{4})-(\d{4})\)/;

export function lifeOf(synset: Synset): Life | undefined {
  const years = LIFE.exec(synset.clauses.join('; '));
  if (synset.topic !== 'person' || synset.instanceOf.length === 0 || years === null) return undefined;
  return { birth: Number(years[1]), death: Number(years[2]) };
}

/** Takes out of a gloss what the tables are to say. `plain` passages are of elements and currencies. */
function withoutTableFacts(synset: Synset, plain: boolean): string[] {
  return synset.clauses
    .map((clause) => clause.replace(/\b(the|an|one of the) official languages? (?:of|in) [A-Z][^;,]*/, '$1 language'))
    .map((clause) => (plain ? clause.replace(/unit of money (in|of) [^;]*/, 'unit of money') : clause))
    .filter((clause) => !/ (is|are) the official languages?\b|\bits capital\b|\bthe capital is\b/.test(clause))
    .filter((clause) => !plain || !/\b(symbol|atomic number)\b/i.test(clause));
}

export interface PassageOptions {
  synset: Synset;
  name: string;
  /** The name inside a sentence. */
  subject: string;
  nameOf: (offset: string) => string;
  prose: (offset: string) => string;
  synsets: Map<string, Synset>;
  genera: ReadonlySet<string>;
  plain: boolean;
}

export function passageText(options: PassageOptions): string {
  const { synset, name, subject, nameOf, prose, synsets, genera, plain } = options;
  const capitalised = subject[0]!.toUpperCase() + subject.slice(1);
  const rank = rankOf(synset);
  const isLiving = synset.topic === 'animal' || synset.topic === 'plant';
  const isPlace = synset.topic === 'location' || synset.topic === 'object';
  const isInstance = synset.instanceOf.length > 0;
  const scientific = scientificNames(synset, genera).filter((lemma) => lemma !== name);
  const aside = new Set([name, ...scientific]);
  const synonyms = synset.lemmas.filter(
    (lemma) =>
      !aside.has(lemma) &&
      !/^(atomic number|element) \d|^capital of/.test(lemma) &&
      !(plain && /^[A-Z][a-z]?$/.test(lemma)) &&
      !(rank !== undefined && lemma === `${rank} ${name}`),
  );
  const sentences = [`${capitalised}: ${withoutTableFacts(synset, plain).join('; ') || synset.clauses[0]}.`];
  if (synonyms.length > 0) sentences.push(`Also called ${listInProse(synonyms)}.`);
  const life = lifeOf(synset);
  if (life !== undefined) sentences.push(`${name} was born in ${life.birth} and died in ${life.death}.`);
  const kinds = (isInstance ? synset.instanceOf : synset.hypernyms).map(nameOf);
  if (kinds.length > 0 && !plain && rank === undefined) {
    if (isInstance && synset.topic === 'person')
      sentences.push(`${name} is known as ${listInProse(kinds.map(withArticle))}.`);
    else if (isInstance) sentences.push(`${capitalised} is ${listInProse(kinds.map(withArticle))}.`);
    else {
      const one = isCountable(synset) && !/^[A-Z]/.test(name) ? withArticle(name) : name;
      sentences.push(`${one[0]!.toUpperCase()}${one.slice(1)} is a kind of ${listInProse(kinds)}.`);
    }
  }
  if (scientific.length > 0) sentences.push(`Its scientific name is ${scientific.join(' or ')}.`);
  const group = synsets.get(synset.memberOf[0] ?? '');
  if (isLiving && group !== undefined) {
    sentences.push(`${capitalised} belongs to the ${rankOf(group) ?? 'group'} ${displayName(group)}.`);
  }
  const members = rank !== undefined || synset.topic === 'group' ? synset.members.map(prose).slice(0, 10) : [];
  if (members.length > 0) sentences.push(`Its members include ${listInProse(members)}.`);
  if (synset.partOf.length > 0) {
    const wholes = listInProse(synset.partOf.map(prose));
    sentences.push(isPlace ? `${capitalised} is located in ${wholes}.` : `It is part of ${wholes}.`);
  }
  const parts = synset.parts.map(nameOf).slice(0, 8);
  if (parts.length > 0 && (synset.topic === 'artifact' || synset.topic === 'body' || isLiving))
    sentences.push(`Its parts include ${listInProse(parts)}.`);
  if (parts.length > 0 && synset.topic === 'quantity')
    sentences.push(`${capitalised} is divided into a smaller unit, the ${listInProse(parts)}.`);
  const below = synset.hyponyms.filter((down) => synsets.get(down)!.instanceOf.length === 0).map(nameOf);
  if (below.length > 0) sentences.push(`Kinds of it include ${listInProse(below.slice(0, 6))}.`);
  for (const example of synset.examples.slice(0, 2)) sentences.push(`Example: “${example}”`);
  return sentences
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/([.!?])\./g, '$1');
}

/** The gloss' first clauses where they tell one thing from all others without naming it. */
export function descriptionOf(synset: Synset, name: string): string | undefined {
  const text = withoutTableFacts(synset, false)
    .slice(0, 2)
    .join('; ')
    .replace(LIFE, '')
    .replace(/\s*\((born|died|formerly|also|usually|often)[^)]*\)/g, '')
    .replace(/^(a|an|the|any of (?:various|several|numerous)) /i, '')
    .trim();
  const words = text.split(/\s+/);
  if (words.length < (synset.topic === 'substance' ? 6 : 9) || words.length > 30 || /[()"]/.test(text))
    return undefined;
  const forbidden = [...synset.lemmas, name]
    .flatMap((lemma) => lemma.toLowerCase().split(/[^a-z0-9]+/))
    .filter((word) => word.length > 3);
  const lower = text.toLowerCase();
  return forbidden.some((word) => lower.includes(word)) ? undefined : text;
}
