/**
 * Short answers from sentences, where it is safe: the sentence accounts for the question, one span in it has the form that is asked
 * for, and no other sentence says otherwise. Else nothing: the evidence is shown as it stands.
 */
import { scoreUnits, termReader, type Unit, unitsOf } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { alternatives } from './alternatives.ts';
import { type Asked, withoutAsking } from './asked.ts';
import { namedNoun, sortOfNoun } from './noun-spans.ts';
import { type Span, spansOf, valueSpans } from './typed-spans.ts';
import { allStems, contentStems, sameText, stem } from './words.ts';

export interface FileAnswer {
  answer: string;
  passage: Passage;
  quote: string;
  /** In [0, 1]. */
  confidence: number;
}

/**
 * Share of the question that the sentence, with its heading and neighbours, must account for; less where it stands alone: people tell
 * more than they ask.
 */
const LEAST_SCORE = 0.3;
const LEAST_OF_THE_BEST = 0.25;
/** Kinds that folders are full of: on questions nobody had looked at, more of them were wrong than right below this score. */
const OFTEN_MISTAKEN: ReadonlySet<Asked['kind']> = new Set(['count', 'date', 'money']);
const SURE = 0.6;
/** No other passage may fit better than this much of it then. */
const ALONE = 0.6;
/** A sentence without such a span may fit the question this much better, no more. */
const BETTER = 1.2;
/** Another sentence that says something else must fit this much worse. */
const RIVAL = 0.8;

export function readText(question: string, asked: Asked, passages: readonly Passage[]): FileAnswer | undefined {
  const termsOf = termReader(stem);
  const units = passages.filter((passage) => !passage.table).flatMap((passage) => unitsOf(passage, termsOf));
  const about = withoutAsking(question);
  const steps = [{ subQuestion: about, passages }];
  const ranked = scoreUnits(units, { question: about, steps, citations: [] }, { expand: alternatives, termsOf });
  const wanted = contentStems(question).filter((item) => !asked.frame.has(item));
  const needed = namesIn(question);
  const found = ranked
    .filter(({ unit, score }) => score >= RIVAL * LEAST_OF_THE_BEST && holdsAll(unit, needed))
    .flatMap(({ unit, score }) => {
      const answer = answerIn(unit, question, asked, wanted);
      return answer === undefined ? [] : [{ unit, score, answer }];
    });
  const [first] = found;
  if (!first || !saysEnough(first.unit, wanted)) return undefined;
  const next = ranked.find(({ unit }) => unit.passage !== first.unit.passage)?.score ?? 0;
  const standsAlone = first.unit === ranked[0]!.unit && next <= ALONE * first.score;
  if (first.score < (standsAlone ? LEAST_OF_THE_BEST : LEAST_SCORE)) return undefined;
  if (OFTEN_MISTAKEN.has(asked.kind) && first.score < SURE) return undefined;
  if (ranked.some(({ unit, score }) => unit.passage !== first.unit.passage && score > BETTER * first.score))
    return undefined;
  if (found.some(({ score, answer }) => score >= RIVAL * first.score && !sameText(answer, first.answer)))
    return undefined;
  return {
    answer: first.answer,
    passage: first.unit.passage,
    quote: first.unit.text,
    confidence: Math.min(1, first.score),
  };
}

/** The sentence or its heading has a word of the question, or words of like meaning for two. */
function saysEnough({ text, passage }: Unit, wanted: readonly string[]): boolean {
  const stems = new Set(allStems(`${passage.title ?? ''} ${text}`));
  const related = wanted.filter((item) => !stems.has(item) && alternatives(item, stems).size > 0);
  return wanted.some((item) => stems.has(item)) || related.length > 1;
}

/** The sentence or its heading has every name and number of the question. */
function holdsAll({ text, passage }: Unit, needed: readonly string[]): boolean {
  const stems = new Set(allStems(`${passage.title ?? ''} ${text}`));
  return needed.every((item) => stems.has(item));
}

/** Names and numbers of the question: they must stand where the answer stands. */
function namesIn(question: string): string[] {
  const inside = question.replace(/^\s*\S+/, '');
  const names = [...inside.matchAll(/(?<![.?!]\s*)\b\p{Lu}[\p{L}\p{N}'’-]*|\b\d[\d.,]*\b/gu)].map(([name]) => name);
  return names.flatMap((name) => (/^I(?:['’]|$)/.test(name) ? [] : allStems(name)));
}

function answerIn(unit: Unit, question: string, asked: Asked, wanted: readonly string[]): string | undefined {
  const stems = new Set(allStems(unit.text));
  const listed = asked.kind === 'count' || asked.kind === 'value' ? ofSeries(unit.text, question, wanted) : undefined;
  if (listed !== undefined) return listed;
  if (asked.kind === 'meaning' || asked.kind === 'value') {
    return (
      definition(unit.text, question, asked) ??
      (asked.kind === 'value' ? oneOf(valueSpans(unit.text), unit, stems, wanted) : undefined)
    );
  }
  if (asked.kind === 'other') return sortOfNoun(unit.text, question) ?? namedNoun(unit.text, question);
  const said = new Set(allStems(question));
  const spans = spansOf(unit.text, asked).filter(({ text }) => {
    const own = allStems(text);
    // What the question says itself is no answer.
    return asked.kind === 'count' ? !/\d/.test(text) || !question.includes(text) : own.some((item) => !said.has(item));
  });
  const usable = spans.filter(({ text, at }) => {
    if (asked.kind === 'person') return !allStems(text).some((item) => said.has(item));
    // Of `18:00 to 23:00` the side is taken already.
    return asked.kind !== 'clock' || unit.text.slice(...at) !== text || !saysOtherSide(unit.text, question);
  });
  const one = oneOf(usable, unit, stems, wanted);
  if (one !== undefined) return one;
  if (asked.kind === 'clock' && asked.end !== undefined) return endingSpan(usable, unit.text, asked.end);
  return asked.kind === 'colour' ? colourOfThing(spans, unit.text, wanted) : undefined;
}

/** `Visitors per year: 310 in 2021, 520 in 2022`: of figures by year the one of the year asked for, where the sentence says what they count. */
function ofSeries(text: string, question: string, wanted: readonly string[]): string | undefined {
  const years = [...question.matchAll(/\b(?:1[0-9]|20)\d\d\b/g)].map(([year]) => year);
  const figures = [...text.matchAll(/(?<![\p{L}\p{N}])(\d[\d.,]*) in ((?:1[0-9]|20)\d\d)\b/gu)];
  if (years.length !== 1 || figures.length < 2) return undefined;
  const before = new Set(allStems(text.slice(0, figures[0]!.index)));
  const counted = wanted.filter((item) => item !== years[0]);
  const isSaid = (item: string) => before.has(item) || alternatives(item, before).size > 0;
  const found = figures.filter(([, , year]) => year === years[0]);
  return found.length === 1 && counted.some(isSaid) ? found[0]![1] : undefined;
}

const AT_THE_END = /\b(?:clos(?:e[sd]?|ing)|shuts?|ends?|finish(?:es)?|until|till|over by|out by)\b/i;
const AT_THE_START = /\b(?:open(?:s|ed|ing)?|starts?|begins?|from)\b/i;

/** `We start at 8:00 but shut at 13:00`: the time in the clause that says the side asked for. */
function endingSpan(spans: readonly Span[], text: string, end: 'first' | 'last'): string | undefined {
  const sides = end === 'last' ? AT_THE_END : AT_THE_START;
  const clauses = clausesOf(text).filter((clause) => sides.test(clause.text));
  const inside = spans.filter(({ at }) => clauses.some(({ from, to }) => at[0] >= from && at[1] <= to));
  return new Set(inside.map((span) => span.text)).size === 1 ? inside[0]!.text : undefined;
}

/** `The bar opens at 18:00` of when it closes. */
function saysOtherSide(text: string, question: string): boolean {
  const asksEnd = CLOSING.test(question);
  if (asksEnd === OPENING.test(question)) return false;
  return asksEnd ? OPENING.test(text) && !AT_THE_END.test(text) : CLOSING.test(text) && !AT_THE_START.test(text);
}
const CLOSING = /\b(?:clos(?:e[sd]?|ing)|shuts?|ends?|finish(?:es)?)\b/i;
const OPENING = /\b(?:open(?:s|ed|ing)?|starts?|begins?)\b/i;

/** `The minibus, light blue with a white roof`: of the thing itself, not of a part of it. */
function colourOfThing(spans: readonly Span[], text: string, wanted: readonly string[]): string | undefined {
  const parts = /\swith\s/.exec(text)?.index ?? text.length;
  const [first, ...more] = spans.filter(({ at }) => at[1] <= parts);
  const thing = new Set(allStems(text.slice(0, first?.at[0] ?? 0)));
  return first && more.length === 0 && wanted.some((item) => thing.has(item)) ? first.text : undefined;
}

/** The one span; of several the one in the clause that alone holds a word of the question. */
function oneOf(
  spans: readonly Span[],
  unit: Unit,
  stems: ReadonlySet<string>,
  wanted: readonly string[],
): string | undefined {
  const texts = new Set(spans.map(({ text }) => text.toLowerCase()));
  if (texts.size === 1) return spans[0]!.text;
  if (texts.size === 0) return undefined;
  const clauses = clausesOf(unit.text).map((clause) => ({ ...clause, stems: new Set(allStems(clause.text)) }));
  const says = (clause: { stems: ReadonlySet<string> }, item: string): boolean =>
    clause.stems.has(item) ||
    [...alternatives(item, stems)].some(([other, worth]) => worth >= 0.6 && clause.stems.has(other));
  const telling = wanted.filter((item) => clauses.filter((clause) => says(clause, item)).length === 1);
  const fitting = clauses.filter((clause) => telling.some((item) => says(clause, item)));
  const inside = spans.filter(({ at }) => fitting.some(({ from, to }) => at[0] >= from && at[1] <= to));
  const insideTexts = new Set(inside.map(({ text }) => text.toLowerCase()));
  return insideTexts.size === 1 ? inside[0]!.text : undefined;
}

function clausesOf(sentence: string): { text: string; from: number; to: number }[] {
  const clauses: { text: string; from: number; to: number }[] = [];
  let from = 0;
  for (const mark of [...sentence.matchAll(/[,;](?!\d)\s|\s(?:and|but|while|or)\s|$/gu)]) {
    clauses.push({ text: sentence.slice(from, mark.index), from, to: mark.index });
    from = mark.index + mark[0].length;
  }
  return clauses;
}

/** `The Wi-Fi password is Sunflower.`, `Helmet sign: yellow helmets are worn.` of a question on exactly that. */
function definition(sentence: string, question: string, asked: Asked): string | undefined {
  const match =
    /^(?<thing>[^:]{2,60}?)(?::\s+|\s(?:is|are|was|were|means|mean|stands for)\s)(?<what>[^;]{2,120}?)[.;]?$/u.exec(
      sentence,
    );
  const { thing, what } = match?.groups ?? {};
  if (thing === undefined || what === undefined) return undefined;
  // `A red dot stands for this, a green dot for that`: the first of several is one of its own.
  const own = asked.kind === 'meaning' ? what.replace(/, (?:an?|the|while|whereas) .*$/, '') : what;
  if (own.split(/\s+/).length > 12) return undefined;
  const about = contentStems(thing);
  const wanted = contentStems(question).filter((item) => !asked.frame.has(item));
  const isAsked = about.every((item) => wanted.includes(item));
  // Who asks what something means tells more of it than the rule that explains it.
  const covered =
    asked.kind === 'meaning' ? isAsked && about.length > 1 : isAsked && wanted.every((item) => about.includes(item));
  return covered ? own : undefined;
}
