/**
 * Composes questions from facts, templates and wordings. Every hop of a question is a fact, so the gold step knows its knowledge
 * base, its documents and its answer; no bridge is named in the question.
 */
import { keyedRandom, type Random } from '../../src/common/random.ts';
import type { GoldStep } from '../../src/eval/datasets/question.ts';
import { byText, type Entity, type Fact, type FactStore, type Source } from './facts.ts';
import type { Split, SplitOf } from './split.ts';
import { type Base, CHAINS, type ChainTemplate, COMPARISON_TEMPLATES, type ComparisonTemplate } from './templates.ts';
import { COMPARISONS, FRAMES, heldOutWordings, RELATIONS } from './wording.ts';

export interface Draft {
  template: string;
  /** The wordings used, each `list/index`. */
  wordings: string[];
  relations: string[];
  question: string;
  /** The image document whose subject the query image shows. */
  pictured?: string;
  answers: string[];
  answerable: boolean;
  route: string | undefined;
  steps: GoldStep[];
  clusters: string[];
  sources: Source[];
  split: Split;
  /** The answer follows from the steps but stands in no document: yes, no, or one of two named things. */
  derived: boolean;
}

export interface ComposeOptions {
  seed: number;
  facts: FactStore;
  splitOf: SplitOf;
  /** `animal`, `instrument`, ... of each drawing. */
  nouns: Map<string, string>;
}

/** A chain with its subject known, up to the entity the final relation is asked of. */
interface Start {
  /** Whatever identifies the start for counting how often it was used. */
  key: string;
  hops: Fact[];
  entity: Entity;
  pictured?: string;
  noun?: string;
  clusters: string[];
  /** Renders the noun phrase of the chain so far. */
  phrase(random: Random, worder: Worder): string;
}

const BASE_RELATION: Record<Exclude<Base, 'name'>, string> = {
  flag: 'flag-of',
  picture: 'depicts',
  place: 'located-in',
  person: 'description-of-person',
  animal: 'description-of-animal',
  plant: 'description-of-plant',
  element: 'description-of-substance',
  symbol: 'element-by-symbol',
  number: 'element-by-number',
  scientific: 'taxon-by-scientific-name',
  domain: 'country-by-domain',
};

/** Picks wordings a split may use, and remembers which. */
class Worder {
  readonly used: string[] = [];
  readonly #seed: number;
  readonly #split: Split;
  readonly #random: Random;

  constructor(options: { seed: number; split: Split; random: Random }) {
    this.#seed = options.seed;
    this.#split = options.split;
    this.#random = options.random;
  }

  choose(name: string, wordings: readonly string[]): string {
    const held = heldOutWordings(this.#seed, name, wordings.length);
    const indices = wordings.map((_, index) => index);
    const open = indices.filter((index) => !held.has(index));
    // In test, every other choice is a wording that training never saw.
    const allowed =
      this.#split === 'test' && held.size > 0 && this.#random.below(2) === 0 ? [...held].sort((a, b) => a - b) : open;
    const index = this.#random.pick(allowed);
    this.used.push(`${name}/${index}`);
    return wordings[index]!;
  }
}

const fill = (wording: string, slots: Record<string, string>) =>
  wording.replace(/\{(\w+)\}/g, (_, slot: string) => slots[slot] ?? '');
const sentence = (text: string) => text[0]!.toUpperCase() + text.slice(1);
const unique = <T>(items: readonly T[]) => [...new Set(items)];

function wordingOf(relation: string) {
  const wording = RELATIONS[relation];
  if (wording === undefined) throw new Error(`atlas: relation ${relation} has no wording`);
  return wording;
}

/** The canonical sub-question of a hop. */
function subQuestionOf(fact: Fact, noun?: string): string {
  return sentence(fill(wordingOf(fact.relation).asks[0]!, { x: fact.subject.prose, noun: noun ?? 'thing' }));
}

function stepOf(fact: Fact, noun?: string): GoldStep {
  return {
    subQuestion: subQuestionOf(fact, noun),
    knowledgeBase: fact.knowledgeBase,
    documents: unique(fact.documents).sort(byText),
    answer: fact.answers[0]!,
  };
}

function starts(base: Base, relation: string, options: ComposeOptions, subjects = ''): Start[] {
  const { facts, nouns } = options;
  if (base === 'name') {
    return facts
      .of(relation)
      .filter((fact) => fact.subject.key.startsWith(subjects))
      .map(({ subject }) => ({
        key: subject.key,
        hops: [],
        entity: subject,
        clusters: [subject.cluster],
        phrase: () => subject.prose,
      }));
  }
  const baseRelation = BASE_RELATION[base];
  return facts
    .of(baseRelation)
    .filter((fact) => fact.object !== undefined)
    .map((fact) => {
      const noun = nouns.get(fact.subject.key);
      return {
        key: fact.subject.key,
        hops: [fact],
        entity: fact.object!,
        ...(fact.knowledgeBase === 'image' ? { pictured: fact.documents[0]! } : {}),
        ...(noun === undefined ? {} : { noun }),
        clusters: unique([fact.subject.cluster, fact.object!.cluster]),
        phrase: (_random: Random, worder: Worder) =>
          fill(worder.choose(`of:${baseRelation}`, wordingOf(baseRelation).of ?? []), {
            x: fact.subject.prose,
            noun: noun ?? 'thing',
          }),
      };
    });
}

/** Goes one relation further; undefined where the world has no such fact. */
function extend(start: Start, relation: string, facts: FactStore): Start | undefined {
  const fact = facts.find(relation, start.entity);
  if (fact?.object === undefined) return undefined;
  const { object } = fact;
  return {
    ...start,
    hops: [...start.hops, fact],
    entity: object,
    clusters: unique([...start.clusters, object.cluster]),
    phrase: (random, worder) =>
      fill(worder.choose(`of:${relation}`, wordingOf(relation).of ?? []), { x: start.phrase(random, worder) }),
  };
}

function chainStarts(
  chain: { base: Base; bridges?: string[] },
  first: string,
  options: ComposeOptions,
  subjects?: string,
): Start[] {
  const bridges = chain.bridges ?? [];
  const opening = starts(chain.base, bridges[0] ?? first, options, subjects);
  return opening.flatMap((start) => {
    let extended: Start | undefined = start;
    for (const relation of bridges)
      extended = extended === undefined ? undefined : extend(extended, relation, options.facts);
    return extended === undefined ? [] : [extended];
  });
}

const isHeldOut = (relation: string) => RELATIONS[relation]?.heldOut === true;

/** Whether a bridge answer stands in the question, which would make its hop needless. */
function leaks(question: string, hops: readonly Fact[]): boolean {
  const text = ` ${question.toLowerCase().replace(/[^\p{Letter}\p{Number}.]+/gu, ' ')} `;
  return hops.some((fact) =>
    fact.answers.some((answer) =>
      text.includes(
        ` ${answer
          .toLowerCase()
          .replace(/[^\p{Letter}\p{Number}.]+/gu, ' ')
          .trim()} `,
      ),
    ),
  );
}

const splitOfAll = (clusters: readonly string[], splitOf: SplitOf): Split | undefined => {
  const found = unique(clusters.map(splitOf));
  return found.length === 1 ? found[0] : undefined;
};

function quotaOf(template: { heldOut?: boolean; quota: { train: number; test: number } }, split: Split): number {
  if (split === 'test') return template.quota.test;
  return template.heldOut === true ? 0 : split === 'train' ? template.quota.train : Math.ceil(template.quota.train / 6);
}

function finish(options: { question: string; hops: Fact[]; worder: Worder; random: Random }): string {
  return `${options.worder.choose('frame', FRAMES)}${sentence(options.question)}`;
}

export function composeChain(template: ChainTemplate, split: Split, options: ComposeOptions): Draft[] {
  const { seed, facts, splitOf, nouns } = options;
  const quota = quotaOf(template, split);
  const finals = template.finals.filter((relation) => split === 'test' || !isHeldOut(relation));
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  if (quota === 0) return drafts;
  const pools: { relation: string | undefined; starts: Start[] }[] =
    template.finals.length === 0
      ? [{ relation: undefined, starts: chainStarts(template, '', options) }]
      : finals.map((relation) => ({ relation, starts: chainStarts(template, relation, options, template.subjects) }));
  for (const pool of pools) {
    const allowed = pool.starts.filter(
      (start) =>
        splitOfAll(start.clusters, splitOf) === split &&
        (pool.relation === undefined || facts.find(pool.relation, start.entity) !== undefined),
    );
    pool.starts = keyedRandom(seed, 'starts', template.id, pool.relation ?? '', split).shuffle(allowed);
  }
  // Round robin over the final relations, so that a rare one is not drowned by a common one.
  for (let round = 0; drafts.length < quota; round++) {
    const live = pools.filter((pool) => round < pool.starts.length * 2);
    if (live.length === 0) break;
    for (const pool of live) {
      if (drafts.length >= quota) break;
      const start = pool.starts[round % pool.starts.length]!;
      const random = keyedRandom(seed, 'question', template.id, split, pool.relation ?? '', round);
      const worder = new Worder({ seed, split, random });
      const final = pool.relation === undefined ? undefined : facts.find(pool.relation, start.entity)!;
      const hops = final === undefined ? start.hops : [...start.hops, final];
      const last = hops.at(-1)!;
      const asks = wordingOf(last.relation).asks;
      const x = final === undefined ? last.subject.prose : start.phrase(random, worder);
      const ask = fill(worder.choose(`ask:${last.relation}`, asks), { x, noun: start.noun ?? 'thing' });
      const question = finish({ question: ask, hops, worder, random });
      if (seen.has(question + (start.pictured ?? '')) || leaks(question, hops)) continue;
      seen.add(question + (start.pictured ?? ''));
      drafts.push({
        template: template.id,
        wordings: worder.used,
        relations: hops.map((hop) => hop.relation),
        question,
        ...(start.pictured === undefined ? {} : { pictured: start.pictured }),
        answers: unique(last.answers),
        answerable: true,
        route: hops.map((hop) => hop.knowledgeBase).join('>'),
        steps: hops.map((hop) => stepOf(hop, nouns.get(hop.subject.key))),
        clusters: start.clusters,
        sources: unique(hops.map((hop) => hop.source)),
        split,
        derived: false,
      });
    }
  }
  return drafts;
}

/** Two values so close that old figures may well order them otherwise. */
function tooClose(a: Fact, b: Fact): boolean {
  const [x, y] = [a.value!, b.value!];
  return (
    x === y ||
    (a.relation === 'population' && Math.max(x, y) < 1.25 * Math.min(x, y)) ||
    (a.relation === 'area' && Math.max(x, y) < 1.05 * Math.min(x, y))
  );
}

export function composeComparison(template: ComparisonTemplate, split: Split, options: ComposeOptions): Draft[] {
  const { seed, facts, splitOf, nouns } = options;
  const quota = quotaOf(template, split);
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  const relations = template.relations.filter(
    (relation) => split === 'test' || !(COMPARISONS[relation]?.heldOut ?? false),
  );
  if (quota === 0 || relations.length === 0) return drafts;
  const pool = (chain: ComparisonTemplate['left'], relation: string) =>
    chainStarts(chain, relation, options).filter(
      (start) =>
        splitOfAll(start.clusters, splitOf) === split && facts.find(relation, start.entity)?.value !== undefined,
    );
  const pools = new Map(
    relations.map((relation) => [
      relation,
      { left: pool(template.left, relation), right: pool(template.right, relation) },
    ]),
  );
  for (let round = 0; round < quota * 12 && drafts.length < quota; round++) {
    const relation = relations[round % relations.length]!;
    const random = keyedRandom(seed, 'comparison', template.id, split, round);
    const { left: lefts, right: rights } = pools.get(relation)!;
    if (lefts.length === 0 || rights.length === 0) continue;
    const [left, right] = [random.pick(lefts), random.pick(rights)];
    const [a, b] = [facts.find(relation, left.entity)!, facts.find(relation, right.entity)!];
    if (left.entity.key === right.entity.key || tooClose(a, b) || sameReach(relation, a, b) === false) continue;
    const worder = new Worder({ seed, split, random });
    const wording = COMPARISONS[relation]!;
    // Where the left one costs a look-up, it may stand second in a question of which.
    const swapped = template.form === 'which' && random.below(2) === 0;
    const [first, second] = swapped ? [right, left] : [left, right];
    const list = template.form === 'which' ? wording.which : wording.yesNo;
    const ask = fill(worder.choose(`${template.form}:${relation}`, list), {
      x: first.phrase(random, worder),
      y: second.phrase(random, worder),
    });
    const hops = [...left.hops, a, ...right.hops, b];
    const question = finish({ question: ask, hops, worder, random });
    const key = [question, left.pictured, right.pictured].join();
    const bridges = [...left.hops, ...right.hops];
    if (seen.has(key) || leaks(question, bridges)) continue;
    seen.add(key);
    const leftWins = wording.smaller === true ? a.value! < b.value! : a.value! > b.value!;
    const winner = leftWins ? left.entity : right.entity;
    const answers =
      template.form === 'which'
        ? unique([winner.name, winner.prose, ...shortNames(winner)])
        : [leftWins ? 'yes' : 'no'];
    drafts.push({
      template: template.id,
      wordings: worder.used,
      relations: unique([...hops.map((hop) => hop.relation), `compare-${relation}`]),
      question,
      ...(left.pictured === undefined ? {} : { pictured: left.pictured }),
      answers,
      answerable: true,
      route: hops.map((hop) => hop.knowledgeBase).join('>'),
      steps: hops.map((hop) => stepOf(hop, nouns.get(hop.subject.key))),
      clusters: unique([...left.clusters, ...right.clusters]),
      sources: unique(hops.map((hop) => hop.source)),
      split,
      derived: true,
    });
  }
  return drafts;
}

/** Of a person any name will do; of a thing the names WordNet gives. */
const shortNames = (entity: Entity) => entity.otherNames;

/** Comparing Russia with Monaco is no question: sizes must be within two orders of magnitude, years within 150. */
function sameReach(relation: string, a: Fact, b: Fact): boolean {
  const [x, y] = [Math.abs(a.value!), Math.abs(b.value!)];
  if (relation.endsWith('-year')) return Math.abs(x - y) <= 150;
  return relation === 'neighbour-count' || Math.max(x, y) <= 100 * Math.max(1, Math.min(x, y));
}

export function composeAll(options: ComposeOptions): Draft[] {
  return (['train', 'validation', 'test'] as const).flatMap((split) => [
    ...CHAINS.flatMap((template) => composeChain(template, split, options)),
    ...COMPARISON_TEMPLATES.flatMap((template) => composeComparison(template, split, options)),
  ]);
}
