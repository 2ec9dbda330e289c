/**
 * What a router of people's own files sees of a state, as a scorer's input. Of each candidate and knowledge base: how well the sketch says that its words
 * are known there, and whether it was asked before. For stopping: how much of the question the best sentence that was read accounts for, and what of it
 * another knowledge base knows.
 */
import { askedOnly, type EvidenceStep } from '../../graph/policy.ts';
import { stepsTaken } from '../../graph/step-record.ts';
import { words } from '../../tools/encoders/words.ts';
import { type Unit, unitsOf } from '../../tools/evidence.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import { superlativeAt } from '../english/quantities.ts';
import type { ScorerInput, ScorerInputOptions } from '../policies/scorer/seen.ts';
import { FILES_DENSE_FEATURES, FILES_STOP_FEATURES } from '../policies/scorer/shape.ts';
import { descriptionFeatures, hashFeatures } from '../policies/scorer/text-features.ts';
import { type Asked, askedOf } from './asked.ts';
import { isOfKind } from './kinds.ts';
import { KNOWS_NOTHING, type Knows, type Sketch } from './sketch.ts';

/** The rule stops where one sentence accounts for so much of the question. */
const ENOUGH = 0.75;

const QUANTITIES: ReadonlySet<Asked['kind']> = new Set([
  'count',
  'money',
  'measure',
  'number',
  'time-span',
  'date',
  'value',
]);

/** What of a state does not depend on candidate or knowledge base. */
interface Sight {
  asked: Asked;
  extreme: boolean;
  looks: boolean;
  read: Read;
  /** Words of the question that nothing that was read holds. */
  left: string;
  rule: number | 'stop';
}

export function filesInput(options: ScorerInputOptions, sketch: Sketch | undefined): ScorerInput {
  const { state, candidates, knowledgeBases, shape } = options;
  const sight = sightOf(options, sketch);
  // What a question asks for and not its words: by those of the templates a few wordings would be learnt by heart, and lost on what people type.
  const { asked, extreme, looks } = sight;
  const bag = hashFeatures(
    new Map([
      [`x image:${state.hasImage}`, 0.5],
      [`k ${asked.kind}`, 1],
      [`e ${extreme}`, 0.5],
      [`l ${looks}`, 0.5],
      [`p ${asked.plural}`, 0.5],
    ]),
    shape.questionBuckets,
  );
  const width = FILES_DENSE_FEATURES.length;
  const dense = new Float32Array(candidates.length * knowledgeBases.length * width);
  candidates.forEach((_, s) => {
    denseFeatures(options, s, sight, sketch).forEach((features, k) => {
      dense.set(features.map(Number), (s * knowledgeBases.length + k) * width);
    });
  });
  return {
    question: bag,
    subQuestions: candidates.map(() => bag),
    descriptions: knowledgeBases.map(({ description, modality }) =>
      hashFeatures(descriptionFeatures(description, modality), shape.descriptionBuckets),
    ),
    dense,
    stop: Float32Array.from(stopFeatures(options, sight, sketch), Number),
  };
}

function sightOf({ state, candidates, knowledgeBases }: ScorerInputOptions, sketch: Sketch | undefined): Sight {
  const { question, steps } = state;
  const asked = askedOf(question);
  const said = words(question);
  const read = readOf(question, steps, asked, sketch);
  const answered = state.answered !== undefined && state.answered !== 'not';
  const extreme = said.some((word, place) => superlativeAt(word, said[place + 1]) !== undefined);
  const looks = /\b(?:picture|photo|image|look|looks|shown?|see|seen|colou?r|logo|sign)\b/i.test(question);
  return { asked, extreme, looks, read, left: read.left, rule: ruleOf({ answered, read }) };

  /** Ask where most of the words are known, until a sentence says most of the question, or everybody was asked. */
  function ruleOf({ answered, read }: { answered: boolean; read: Read }): number | 'stop' {
    if (answered || read.best >= ENOUGH || candidates.length === 0) return 'stop';
    const knows = sketch?.knows(question);
    let best: { place: number; score: number } | undefined;
    for (const [place, card] of knowledgeBases.entries()) {
      if (steps.some((step) => askedOnly(step, card.name))) continue;
      const score = state.hasImage && card.modality === 'text-image' ? 2 : scoreOf(knows?.get(card.name));
      // Equal ones by description: neither order nor names decide.
      if (
        !best ||
        score > best.score ||
        (score === best.score && card.description < knowledgeBases[best.place]!.description)
      )
        best = { place, score };
    }
    return best?.place ?? 'stop';
  }
}

const scoreOf = ({ words: known, pairs }: Knows = KNOWS_NOTHING): number => known + 0.5 * pairs;

/** How much of the question was found, by the weight of its words. */
interface Read {
  /** In [0, 1], of the best sentence, row or caption, with its title. */
  best: number;
  isOfTheKind: boolean;
  isTable: boolean;
  /** Of the best passage, and of all that was read together. */
  passage: number;
  all: number;
  left: string;
  byKnowledgeBase: ReadonlyMap<string, number>;
}

const NOTHING_READ: Omit<Read, 'left'> = {
  best: 0,
  isOfTheKind: false,
  isTable: false,
  passage: 0,
  all: 0,
  byKnowledgeBase: new Map(),
};

const TITLE_SHARE = 0.6;

function readOf(question: string, steps: readonly EvidenceStep[], asked: Asked, sketch: Sketch | undefined): Read {
  const passages = new Map(
    steps.flatMap((step) => step.passages.map((one) => [`${one.knowledgeBase}\n${one.id}`, one])),
  );
  if (!sketch || passages.size === 0) return { ...NOTHING_READ, left: question };
  const terms = [...new Set(sketch.termsOf(question))];
  const weights = terms.map((term) => sketch.weightOf(term));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const covered = (worth: (term: string) => number): number =>
    terms.reduce((sum, term, place) => sum + weights[place]! * worth(term), 0) / total;
  let best: { unit: Unit; score: number } | undefined;
  let bestPassage = 0;
  const everything = new Set<string>();
  const byKnowledgeBase = new Map<string, number>();
  for (const passage of passages.values()) {
    const units = unitsRead(passage, sketch);
    const here = new Set(units.flatMap((unit) => [...unit.terms, ...unit.context]));
    for (const term of here) everything.add(term);
    bestPassage = Math.max(
      bestPassage,
      covered((term) => Number(here.has(term))),
    );
    for (const unit of units) {
      const score = covered((term) => (unit.terms.has(term) ? 1 : unit.context.has(term) ? TITLE_SHARE : 0));
      if (!best || score > best.score) best = { unit, score };
      byKnowledgeBase.set(passage.knowledgeBase, Math.max(score, byKnowledgeBase.get(passage.knowledgeBase) ?? 0));
    }
  }
  return {
    best: best?.score ?? 0,
    isOfTheKind: best !== undefined && isOfKind(best.unit.text, asked, best.unit.passage.table !== undefined),
    isTable: best?.unit.passage.table !== undefined,
    passage: bestPassage,
    all: covered((term) => Number(everything.has(term))),
    left: question
      .split(/\s+/)
      .filter((word) => !sketch.termsOf(word).some((term) => everything.has(term)))
      .join(' '),
    byKnowledgeBase,
  };
}

/** A passage is read by every state after it. */
const unitsKnown = new WeakMap<Passage, Unit[]>();

function unitsRead(passage: Passage, sketch: Sketch): Unit[] {
  const known = unitsKnown.get(passage) ?? unitsOf(passage, sketch.termsOf);
  unitsKnown.set(passage, known);
  return known;
}

/** The features of one candidate with each knowledge base, in the order of FILES_DENSE_FEATURES. */
function denseFeatures(
  { state, candidates, knowledgeBases }: ScorerInputOptions,
  s: number,
  { asked, extreme, looks, read, left, rule }: Sight,
  sketch: Sketch | undefined,
): (number | boolean)[][] {
  const { steps, maxSteps, hasImage, question } = state;
  const { subQuestion, kind } = candidates[s]!;
  const names = knowledgeBases.map(({ name }) => name);
  const of = (text: string, pick: (knows: Knows) => number): number[] => {
    const knows = sketch && text.trim() !== '' ? sketch.knows(text) : undefined;
    return names.map((name) => pick(knows?.get(name) ?? KNOWS_NOTHING));
  };
  const known = of(question, (knows) => knows.words);
  const pairs = of(question, (knows) => knows.pairs);
  const related = of(question, (knows) => knows.related);
  const rarest = of(question, (knows) => Number(knows.rarest));
  const leftKnown = of(left, (knows) => knows.related);
  const added = of(subQuestion.replace(question, ''), (knows) => knows.words);
  const highestCost = Math.max(1, ...knowledgeBases.map(({ cost }) => cost));
  const before = steps.filter((step) => step.subQuestion === subQuestion);
  const isAsked = names.map((name) => steps.some((step) => step.knowledgeBases.includes(name)));
  const top = Math.max(...known.map((value, k) => value + 0.5 * pairs[k]!));
  return knowledgeBases.map((card, k) => [
    hasImage,
    hasImage && card.modality === 'text-image',
    card.modality === 'text',
    card.modality === 'table',
    card.modality === 'text-image',
    kind === 'whole',
    kind === 'wider',
    kind === 'names',
    kind === 'row',
    kind === 'proposed',
    stepsTaken(steps) / Math.max(1, maxSteps),
    before.length > 0,
    before.some((step) => askedOnly(step, card.name)),
    isAsked[k]!,
    isAsked.filter(Boolean).length / names.length,
    card.cost / highestCost,
    descriptionFit(card, question, sketch),
    known[k]!,
    above(known, k),
    known[k]! + 0.5 * pairs[k]! >= top - 1e-9,
    pairs[k]!,
    above(pairs, k),
    rarest[k]!,
    related[k]!,
    above(related, k),
    leftKnown[k]!,
    above(leftKnown, k),
    added[k]!,
    read.byKnowledgeBase.get(card.name) ?? 0,
    card.modality === 'table' && extreme,
    card.modality === 'table' && QUANTITIES.has(asked.kind),
    card.modality === 'text-image' && looks,
    card.modality === 'text' && asked.kind === 'other',
    sketch?.holds(card.name, asked.kind) ?? 0,
    above(
      names.map((name) => sketch?.holds(name, asked.kind) ?? 0),
      k,
    ),
    rule === k && kind === 'whole',
  ]);
}

function above(values: readonly number[], place: number): number {
  const others = values.filter((_, other) => other !== place);
  return values[place]! - Math.max(0, ...others);
}

function descriptionFit(
  { description }: Pick<KnowledgeBaseCard, 'description'>,
  question: string,
  sketch: Sketch | undefined,
): number {
  if (!sketch) return 0;
  const terms = [...new Set(sketch.termsOf(question))];
  const own = new Set(sketch.termsOf(description));
  return terms.filter((term) => own.has(term)).length / Math.max(1, terms.length);
}

/** Of a question's words, by weight, those that no knowledge base has. */
function unknownShare(question: string, sketch: Sketch): number {
  const terms = [...new Set(sketch.termsOf(question))];
  const weigh = (list: readonly string[]): number => list.reduce((sum, term) => sum + sketch.weightOf(term), 0);
  return weigh(terms.filter((term) => !sketch.isKnown(term))) / (weigh(terms) || 1);
}

/** In the order of FILES_STOP_FEATURES. */
function stopFeatures(
  { state, knowledgeBases }: ScorerInputOptions,
  { asked, extreme, read, left, rule }: Sight,
  sketch: Sketch | undefined,
): (number | boolean)[] {
  const { steps, maxSteps } = state;
  const done = stepsTaken(steps) / Math.max(1, maxSteps);
  const open = knowledgeBases.filter(({ name }) => !steps.some((step) => step.knowledgeBases.includes(name)));
  const knows = sketch && left.trim() !== '' ? sketch.knows(left) : undefined;
  const all = sketch?.knows(state.question);
  const values: Record<(typeof FILES_STOP_FEATURES)[number], number | boolean> = {
    'steps-done': done,
    'steps-left': 1 - done,
    answered: state.answered !== undefined && state.answered !== 'not',
    image: state.hasImage,
    'best-sentence': read.best,
    'best-sentence-of-the-kind': read.isOfTheKind,
    'best-passage': read.passage,
    'all-read': read.all,
    'left-known-elsewhere': Math.max(0, ...open.map(({ name }) => knows?.get(name)?.related ?? 0)),
    'pairs-known-elsewhere': Math.max(0, ...open.map(({ name }) => all?.get(name)?.pairs ?? 0)),
    'rarest-known-elsewhere': open.some(({ name }) => all?.get(name)?.rarest),
    unknown: sketch ? unknownShare(state.question, sketch) : 0,
    'share-not-asked': open.length / Math.max(1, knowledgeBases.length),
    'best-is-table': read.isTable,
    'nothing-read': steps.every(({ passages }) => passages.length === 0),
    'asks-quantity': QUANTITIES.has(asked.kind),
    'asks-extreme': extreme,
    'asks-long-answer': asked.kind === 'other',
    'rule-stops': rule === 'stop',
  };
  return FILES_STOP_FEATURES.map((name) => values[name]);
}
