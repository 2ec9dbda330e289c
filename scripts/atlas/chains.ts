/**
 * References and bridges. A start is an entity reached through no, one or several hops, together with the noun phrase that
 * refers to it without naming it; each hop is a fact and so a gold step.
 */
import type { GoldStep } from '../../src/eval/datasets/question.ts';
import type { ComposeOptions } from './draft.ts';
import { byText, type Entity, type Fact, type FactStore } from './facts.ts';
import type { Split, SplitOf } from './split.ts';
import type { Base } from './templates/types.ts';
import { fill, sentence, type Worder, wordingOf } from './worder.ts';

export interface Start {
  key: string;
  hops: Fact[];
  entity: Entity;
  pictured?: string;
  noun?: string;
  clusters: string[];
  phrase(worder: Worder): string;
}

const BASE_RELATION: Record<Exclude<Base, 'name'>, string> = {
  flag: 'flag-of',
  picture: 'depicts',
  place: 'located-in',
  person: 'description-of-person',
  animal: 'description-of-animal',
  plant: 'description-of-plant',
  food: 'description-of-food',
  thing: 'description-of-artifact',
  element: 'description-of-substance',
  symbol: 'element-by-symbol',
  number: 'element-by-number',
  scientific: 'taxon-by-scientific-name',
  domain: 'country-by-domain',
  iso: 'country-by-iso-code',
  'capital-city': 'country-by-capital',
};

export const unique = <T>(items: readonly T[]) => [...new Set(items)];

/** The canonical sub-question of a hop, asked of the entity by name. */
export function stepOf(fact: Fact, noun?: string): GoldStep {
  const slots = { x: fact.subject.prose, noun: noun ?? 'thing' };
  return {
    subQuestion: sentence(fill(wordingOf(fact.relation).asks[0]!, slots)),
    knowledgeBase: fact.knowledgeBase,
    documents: unique(fact.documents).sort(byText),
    answer: fact.answers[0]!,
  };
}

function openings(base: Base, relation: string, options: ComposeOptions, subjects: string): Start[] {
  const { facts, nouns } = options;
  if (base === 'name') {
    return facts
      .of(relation)
      .map(({ subject }) => subject)
      .filter(({ key }) => key.startsWith(subjects))
      .map((entity) => ({ key: entity.key, hops: [], entity, clusters: [entity.cluster], phrase: () => entity.prose }));
  }
  const baseRelation = BASE_RELATION[base];
  const references = wordingOf(baseRelation).of ?? [];
  return facts.of(baseRelation).flatMap((fact) => {
    if (fact.object === undefined) return [];
    const noun = nouns.get(fact.subject.key);
    const slots = { x: fact.subject.prose, noun: noun ?? 'thing' };
    return {
      key: fact.subject.key,
      hops: [fact],
      entity: fact.object,
      ...(fact.knowledgeBase === 'image' ? { pictured: fact.documents[0]! } : {}),
      ...(noun === undefined ? {} : { noun }),
      clusters: unique([fact.subject.cluster, fact.object.cluster]),
      phrase: (worder: Worder) => fill(worder.choose(`of:${baseRelation}`, references), slots),
    };
  });
}

/** Goes one relation further; undefined where the world has no such fact. */
function extend(start: Start, relation: string, facts: FactStore): Start | undefined {
  const fact = facts.find(relation, start.entity);
  if (fact?.object === undefined) return undefined;
  const references = wordingOf(relation).of ?? [];
  return {
    ...start,
    hops: [...start.hops, fact],
    entity: fact.object,
    clusters: unique([...start.clusters, fact.object.cluster]),
    phrase: (worder) => fill(worder.choose(`of:${relation}`, references), { x: start.phrase(worder) }),
  };
}

/** Every way into a chain; `first` is the relation asked of a plain name, `subjects` the prefix of the keys it may have. */
export function chainStarts(
  chain: { base: Base; bridges?: string[] },
  first: string,
  options: ComposeOptions,
  subjects = '',
): Start[] {
  const bridges = chain.bridges ?? [];
  return openings(chain.base, bridges[0] ?? first, options, subjects).flatMap((start) => {
    let extended: Start | undefined = start;
    for (const relation of bridges) {
      extended = extended === undefined ? undefined : extend(extended, relation, options.facts);
    }
    return extended === undefined ? [] : [extended];
  });
}

const plain = (text: string) =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}.]+/gu, ' ')
    .trim()} `;

/** Whether a bridge's answer stands in the question, which would make its hop needless. */
export function leaks(question: string, hops: readonly Fact[]): boolean {
  const text = plain(question);
  return hops.some((fact) => fact.answers.some((answer) => text.includes(plain(answer))));
}

/** The one split of all these clusters; undefined where they fall into several. */
export function splitOfAll(clusters: readonly string[], splitOf: SplitOf): Split | undefined {
  const found = unique(clusters.map(splitOf));
  return found.length === 1 ? found[0] : undefined;
}
