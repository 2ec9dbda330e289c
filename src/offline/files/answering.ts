/**
 * How well what was read seems to answer, for the decision to stop. A sentence that only names what a question is about shares the rare word with it; one that
 * answers says what is asked as well, in whatever words, or holds something of the form that is asked for, or a row with the column.
 */
import { remembered } from '../../common/remembered.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import { words } from '../../tools/encoders/words.ts';
import type { Unit } from '../../tools/evidence.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import { comparativeAt, gradableAdjective, superlativeAt } from '../english/quantities.ts';
import { relatedStems } from '../thesaurus.ts';
import type { Asked } from './asked.ts';
import { isOfKind } from './kinds.ts';
import { propertyNames } from './read-table.ts';
import type { Sketch } from './sketch.ts';
import { stem } from './words.ts';

/** Shares of the question by the weight of its words, in [0, 1]. */
export interface Answering {
  /** Of the words that say more than what kind of answer is asked for, in the best sentence or row, words of like meaning among them. */
  content: number;
  /** The same of the best one that holds something of the form asked for; 0 for questions that ask for no form. */
  ofKind: number;
  /** The same of the best row with a column that the question asks for. */
  column: number;
  /** Whether the best one, or its title, has the rarest word that any knowledge base knows. */
  rarest: boolean;
  /** By how much the best one leads those of other passages. */
  margin: number;
  /** By how much the first passage of the search that found it leads the second, as a share. */
  lead: number;
  /** What the best one lacks and a knowledge base that was not asked knows. */
  lackingElsewhere: number;
}

export const NO_ANSWERING: Answering = {
  content: 0,
  ofKind: 0,
  column: 0,
  rarest: false,
  margin: 0,
  lead: 0,
  lackingElsewhere: 0,
};

const TITLE_SHARE = 0.6;
const BESIDE_SHARE = 0.35;

/** What may stand for each term of a question, and what a column that it asks for may be called. */
interface Wanted {
  others: ReadonlyMap<string, ReadonlyMap<string, number>>;
  columns: ReadonlySet<string>;
}

const wantedOf = remembered((question: string): Wanted => {
  const said = words(question);
  const measured = said.flatMap((word, place) => {
    const gradable =
      superlativeAt(word, said[place + 1]) ?? comparativeAt(word, said[place + 1]) ?? gradableAdjective(word);
    return gradable ? [[stem(word), gradable.attributes.map(stem)] as const] : [];
  });
  const others = new Map(said.map((word) => [stem(word), relatedStems(stem(word))]));
  for (const [term, attributes] of measured) {
    const known = new Map(others.get(term));
    for (const attribute of attributes) known.set(attribute, 0.9);
    others.set(term, known);
  }
  const columns = [...propertyNames(question).map(stem), ...measured.flatMap(([, attributes]) => attributes)];
  return { others, columns: new Set(columns) };
}, 5000);

export function answeringOf(
  question: string,
  {
    units,
    asked,
    steps,
    sketch,
    open,
  }: {
    units: readonly Unit[];
    asked: Asked;
    steps: readonly EvidenceStep[];
    sketch: Sketch;
    /** Knowledge bases that were not asked. */
    open: readonly Pick<KnowledgeBaseCard, 'name'>[];
  },
): Answering {
  if (units.length === 0) return NO_ANSWERING;
  const { others, columns } = wantedOf(question);
  const all = [...new Set(sketch.termsOf(question))];
  const telling = all.filter((term) => !asked.frame.has(term));
  const terms = telling.length > 0 ? telling : all;
  const weights = new Map(terms.map((term) => [term, sketch.weightOf(term)]));
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0) || 1;
  const shareOf = (worth: (term: string) => number): number =>
    terms.reduce((sum, term) => sum + weights.get(term)! * worth(term), 0) / total;

  let best: { unit: Unit; share: number } | undefined;
  let second = 0;
  let ofKind = 0;
  let column = 0;
  for (const unit of units) {
    const share = shareOf((term) => worthIn(unit, term, others.get(term)));
    if (!best || share > best.share) {
      if (best && best.unit.passage !== unit.passage) second = Math.max(second, best.share);
      best = { unit, share };
    } else if (unit.passage !== best.unit.passage) second = Math.max(second, share);
    if (share > ofKind && isOfKind(unit.text, asked, unit.passage.table !== undefined)) ofKind = share;
    if (unit.passage.table && share > column && hasColumn(unit, all, { columns, others, sketch })) column = share;
  }
  const { unit, share } = best!;
  const rarest = terms.filter((term) => sketch.isKnown(term)).sort((a, b) => weights.get(b)! - weights.get(a)!)[0];
  const lacking = terms.filter((term) => worthIn(unit, term, others.get(term)) < 0.5).join(' ');
  const knows = lacking === '' ? undefined : sketch.knows(lacking);
  const lackingShare = 1 - shareOf((term) => Number(worthIn(unit, term, others.get(term)) >= 0.5));
  return {
    content: share,
    ofKind,
    column,
    rarest: rarest !== undefined && worthIn(unit, rarest, undefined) >= TITLE_SHARE,
    margin: share - second,
    lead: leadOf(unit, steps),
    lackingElsewhere: lackingShare * Math.max(0, ...open.map(({ name }) => knows?.get(name)?.related ?? 0)),
  };
}

/** 1 in the unit itself, less in its title or beside it, or by a word of like meaning. */
function worthIn(unit: Unit, term: string, others: ReadonlyMap<string, number> | undefined): number {
  let worth = placeOf(unit, term);
  if (worth === 1 || !others) return worth;
  for (const [other, nearness] of others) {
    if (nearness > worth) worth = Math.max(worth, nearness * placeOf(unit, other));
  }
  return worth;
}

function placeOf({ terms, context, beside }: Unit, term: string): number {
  if (terms.has(term)) return 1;
  if (context.has(term)) return TITLE_SHARE;
  return beside.some((near) => near.has(term)) ? BESIDE_SHARE : 0;
}

/** Whether the table has a column that a word of the question names or means, with something in it. */
function hasColumn(
  { passage, place }: Unit,
  asked: readonly string[],
  { columns, others, sketch }: Pick<Wanted, 'columns' | 'others'> & { sketch: Sketch },
): boolean {
  const { header, rows } = passage.table!;
  const cells = rows[place] ?? [];
  return header.some((name, column) => {
    if ((cells[column] ?? '').trim() === '') return false;
    const own = sketch.termsOf(name);
    return own.some(
      (term) =>
        columns.has(term) || asked.some((word) => word === term || (others.get(word)?.get(term) ?? 0) >= BESIDE_SHARE),
    );
  });
}

function leadOf({ passage }: Unit, steps: readonly EvidenceStep[]): number {
  const from = steps.find(({ passages }) => passages.some(({ id }) => id === passage.id));
  const [first, second] = from?.passages ?? [];
  if (!first || first.id !== passage.id || first.score <= 0) return 0;
  return second ? Math.max(0, 1 - second.score / first.score) : 1;
}
