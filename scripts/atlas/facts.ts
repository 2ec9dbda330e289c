/**
 * What the builder knows about its own world: entities, and facts that stand in exactly one knowledge base. Questions are
 * composed from facts alone, so that each gold step names the documents its answer was written into.
 */

export type KnowledgeBaseName = 'text' | 'image' | 'table';

/** A data source of the world; each has a file, a licence and an attribution of its own. */
export type Source = 'wordnet' | 'geonames' | 'world-countries' | 'chemical-elements' | 'flags' | 'openmoji';

export interface Entity {
  key: string;
  name: string;
  /** The name as it stands inside a sentence: `the Netherlands`, `the giraffe`. */
  prose: string;
  /** Other accepted answers for this entity. */
  otherNames: string[];
  /** Entities of one cluster always fall into the same split: a country with its capital, its cities and its flag. */
  cluster: string;
}

export interface Fact {
  relation: string;
  subject: Entity;
  /** Accepted answers, the canonical one first; it occurs literally in every document listed. */
  answers: string[];
  documents: string[];
  knowledgeBase: KnowledgeBaseName;
  source: Source;
  /** The answer as an entity, where a further hop can start from it. */
  object?: Entity;
  /** The answer as a number, where it can be compared. */
  value?: number;
}

export class FactStore {
  readonly #facts = new Map<string, Map<string, Fact>>();

  /** Adds a fact, or one more document to a fact that several documents state. */
  add(fact: Fact): void {
    const bySubject = this.#facts.get(fact.relation) ?? new Map<string, Fact>();
    this.#facts.set(fact.relation, bySubject);
    const known = bySubject.get(fact.subject.key);
    if (known === undefined) bySubject.set(fact.subject.key, { ...fact, documents: [...fact.documents] });
    else if (known.answers[0] === fact.answers[0]) known.documents.push(...fact.documents);
    else
      throw new Error(
        `atlas: ${fact.relation} of ${fact.subject.key} is both ${known.answers[0]} and ${fact.answers[0]}`,
      );
  }

  /** The fact, told of the subject under the name it has here (a polar bear is also an ice bear). */
  find(relation: string, subject: Entity): Fact | undefined {
    const fact = this.#facts.get(relation)?.get(subject.key);
    return fact === undefined ? undefined : { ...fact, subject };
  }

  /** All facts of a relation, in the order they were added. */
  of(relation: string): Fact[] {
    return [...(this.#facts.get(relation)?.values() ?? [])];
  }

  relations(): string[] {
    return [...this.#facts.keys()];
  }
}

/** `1234567` -> `1,234,567`. */
export function withCommas(value: number): string {
  const [whole, fraction] = String(value).split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The spellings of a number that count as the same answer. */
export function numberAnswers(value: number, unit?: { short: string; long: string }): string[] {
  const spellings = [...new Set([withCommas(value), String(value)])];
  const first = spellings[0]!;
  return unit === undefined ? spellings : [...spellings, `${first} ${unit.short}`, `${first} ${unit.long}`];
}

/** Lower case, no accents, hyphens for all else: part of an id. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Ascending by code units: the same order on every machine, unlike localeCompare. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function listInProse(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** With the indefinite article: `an owl`, `a unicorn`. */
export function withArticle(noun: string): string {
  return /^(?:[aeio]|u(?!ni(?!n)|se|ti|r[aeiou])|hono|heir|hour)/i.test(noun) && !/^(?:one|eu|ew)/i.test(noun)
    ? `an ${noun}`
    : `a ${noun}`;
}
