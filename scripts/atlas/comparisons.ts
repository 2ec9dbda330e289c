/** Questions that set two chains against each other: which of two is larger or older, or whether one is. */
import { keyedRandom } from '../../src/common/random.ts';
import { chainStarts, leaks, type Start, splitOfAll, stepOf, unique } from './chains.ts';
import { type ComposeOptions, type Draft, quotaOf } from './draft.ts';
import type { Fact } from './facts.ts';
import type { Split } from './split.ts';
import type { ComparisonTemplate } from './templates/types.ts';
import { CLUMSY, fill, Worder } from './worder.ts';
import { COMPARISONS } from './wording/comparisons.ts';

/** A fair pair: far enough apart that old figures order them alike, near enough that one has to look. */
function isFair(a: Fact, b: Fact): boolean {
  const small = Math.min(a.value!, b.value!);
  const large = Math.max(a.value!, b.value!);
  if (small === large) return false;
  switch (a.relation) {
    case 'population':
      return small >= 100_000 && large >= 1.25 * small && large <= 25 * small;
    case 'area':
      return small >= 100 && large >= 1.05 * small && large <= 40 * small;
    case 'birth-year':
    case 'death-year':
      return large - small <= 150;
    default:
      return true;
  }
}

/** A country with a hundred known places is drawn no more often than one with two. */
const byCluster = (starts: readonly Start[]) => [...Map.groupBy(starts, (start) => start.clusters.at(-1)!).values()];

export function composeComparison(template: ComparisonTemplate, split: Split, options: ComposeOptions): Draft[] {
  const { seed, facts, splitOf, nouns } = options;
  const quota = quotaOf(template, split);
  const drafts: Draft[] = [];
  const relations = template.relations.filter(
    (relation) => split === 'test' || COMPARISONS[relation]?.heldOut !== true,
  );
  if (quota === 0 || relations.length === 0) return drafts;
  const pool = (chain: ComparisonTemplate['left'], relation: string) =>
    chainStarts(chain, relation, options).filter(
      (start) =>
        splitOfAll(start.clusters, splitOf) === split && facts.find(relation, start.entity)?.value !== undefined,
    );
  const pools = relations.map((relation) => ({
    relation,
    lefts: byCluster(pool(template.left, relation)),
    rights: byCluster(pool(template.right, relation)),
  }));
  const seen = new Set<string>();
  for (let round = 0; round < quota * 40 && drafts.length < quota; round++) {
    const { relation, lefts, rights } = pools[drafts.length % pools.length]!;
    if (lefts.length === 0 || rights.length === 0) break;
    const random = keyedRandom(seed, 'comparison', template.id, split, round);
    const [left, right] = [random.pick(random.pick(lefts)), random.pick(random.pick(rights))];
    const [a, b] = [facts.find(relation, left.entity)!, facts.find(relation, right.entity)!];
    if (left.entity.key === right.entity.key || !isFair(a, b)) continue;
    const wording = COMPARISONS[relation]!;
    const leftWins = wording.smaller === true ? a.value! < b.value! : a.value! > b.value!;
    // Either answer half of the time, by turns within each relation.
    if (leftWins !== (Math.floor(drafts.length / pools.length) % 2 === 0)) continue;
    const worder = new Worder({ seed, split, random });
    const which = template.form === 'which';
    const [first, second] = which && random.below(2) === 0 ? [right, left] : [left, right];
    const ask = worder.choose(`${template.form}:${relation}`, which ? wording.which : wording.yesNo);
    const question = worder.framed(fill(ask, { x: first.phrase(worder), y: second.phrase(worder) }));
    const key = question + (left.pictured ?? '');
    if (seen.has(key) || leaks(question, [...left.hops, ...right.hops]) || CLUMSY.test(question)) continue;
    seen.add(key);
    const hops = [...left.hops, a, ...right.hops, b];
    const winner = leftWins ? left.entity : right.entity;
    drafts.push({
      template: template.id,
      wordings: worder.used,
      relations: unique([...hops.map((hop) => hop.relation), `compare-${relation}`]),
      question,
      ...(left.pictured === undefined ? {} : { pictured: left.pictured }),
      answers: which ? unique([winner.name, winner.prose, ...winner.otherNames]) : [leftWins ? 'yes' : 'no'],
      answerable: true,
      route: hops.map((hop) => hop.knowledgeBase).join('>'),
      steps: hops.map((hop) => stepOf(hop, nouns.get(hop.subject.key))),
      clusters: unique([...left.clusters, ...right.clusters]),
      sources: unique(hops.map((hop) => hop.source)),
      split,
    });
  }
  return drafts;
}
