/**
 * Composes questions from facts, templates and wordings. Every hop of a question is a fact, so the gold step knows its knowledge
 * base, its documents and its answer; no bridge is named in the question.
 */
import { keyedRandom } from '../../src/common/random.ts';
import { chainStarts, leaks, type Start, splitOfAll, stepOf, unique } from './chains.ts';
import { composeChecks } from './checks.ts';
import { composeComparison } from './comparisons.ts';
import { type ComposeOptions, type Draft, quotaOf } from './draft.ts';
import { type Fact, slug } from './facts.ts';
import { isAttribute, SPLITS, type Split } from './split.ts';
import { CHAINS } from './templates/chains.ts';
import { COMPARISON_TEMPLATES } from './templates/comparisons.ts';
import type { ChainTemplate } from './templates/types.ts';
import { CLUMSY, fill, Worder, wordingOf } from './worder.ts';
import { RELATIONS } from './wording/wording.ts';

/** How often one subject may serve a template and relation. */
const ROUNDS = 3;

/** Clusters a question is about: those on the way, and the answer's unless it is a mere attribute. */
function clustersOf(start: Start, final: Fact | undefined): string[] {
  const object = final?.object?.cluster;
  return unique([...start.clusters, ...(object === undefined || isAttribute(object) ? [] : [object])]);
}

/** Another name for the ice bear is no news where the picture was of a polar bear. */
const isCircular = (start: Start, final: Fact | undefined) =>
  final?.answers.some((answer) => slug(answer) === slug(start.entity.name)) === true;

/** One of each cluster in turn, so that a country with a hundred known places does not take every question. */
function interleave<T>(items: readonly T[], clusterOf: (item: T) => string): T[] {
  const turns = new Map<string, number>();
  return items
    .map((item, position) => {
      const turn = turns.get(clusterOf(item)) ?? 0;
      turns.set(clusterOf(item), turn + 1);
      return { item, turn, position };
    })
    .sort((a, b) => a.turn - b.turn || a.position - b.position)
    .map(({ item }) => item);
}

function composeChain(template: ChainTemplate, split: Split, options: ComposeOptions): Draft[] {
  const { seed, facts, splitOf, nouns } = options;
  const quota = quotaOf(template, split);
  const drafts: Draft[] = [];
  if (quota === 0) return drafts;
  const finals = template.finals.filter((relation) => split === 'test' || RELATIONS[relation]?.heldOut !== true);
  const relations = template.finals.length === 0 ? [undefined] : finals;
  const pools = relations.map((relation) => {
    const found = chainStarts(template, relation ?? '', options, template.subjects)
      .map((start) => ({ start, final: relation === undefined ? undefined : facts.find(relation, start.entity) }))
      .filter(({ final }) => relation === undefined || final !== undefined)
      .filter(
        ({ start, final }) => splitOfAll(clustersOf(start, final), splitOf) === split && !isCircular(start, final),
      );
    const shuffled = keyedRandom(seed, 'starts', template.id, relation ?? '', split).shuffle(found);
    return { relation, found: interleave(shuffled, ({ start }) => start.clusters.at(-1)!) };
  });
  const seen = new Set<string>();
  // Round robin over the final relations, so that a rare one is not drowned by a common one.
  for (let round = 0; drafts.length < quota; round++) {
    const live = pools.filter(({ found }) => round < found.length * ROUNDS);
    if (live.length === 0) break;
    for (const { relation, found } of live) {
      if (drafts.length >= quota) break;
      const { start, final } = found[round % found.length]!;
      const random = keyedRandom(seed, 'question', template.id, split, relation ?? '', round);
      const worder = new Worder({ seed, split, random });
      const hops = final === undefined ? start.hops : [...start.hops, final];
      const last = hops.at(-1)!;
      const x = final === undefined ? last.subject.prose : start.phrase(worder);
      const ask = worder.choose(`ask:${last.relation}`, wordingOf(last.relation).asks);
      const question = worder.framed(fill(ask, { x, noun: start.noun ?? 'thing' }));
      const key = question + (start.pictured ?? '');
      if (seen.has(key) || leaks(question, hops) || CLUMSY.test(question)) continue;
      seen.add(key);
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
        clusters: clustersOf(start, final),
        sources: unique(hops.map((hop) => hop.source)),
        split,
      });
    }
  }
  return drafts;
}

export function composeAll(options: ComposeOptions): Draft[] {
  return SPLITS.flatMap((split) => [
    ...CHAINS.flatMap((template) => composeChain(template, split, options)),
    ...COMPARISON_TEMPLATES.flatMap((template) => composeComparison(template, split, options)),
    ...composeChecks(split, options),
  ]);
}
