/**
 * Short answers from sentences, where it is safe: the sentence accounts for the question, one span in it has the form that is asked
 * for, and no other sentence says otherwise. Else nothing: the evidence is shown as it stands.
 */
import { type Unit, unitsOf } from '../../graph/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { allStems, contentStems } from '../english/words.ts';
import type { Asked } from './asked.ts';
import { type Span, spansOf, valueSpans } from './typed-spans.ts';

export interface FileAnswer {
  answer: string;
  passage: Passage;
  quote: string;
  /** In [0, 1]. */
  confidence: number;
}

/** Share of the question's words that a sentence with its heading must account for. */
const LEAST_COVERAGE = 0.6;

interface Sentence {
  unit: Unit;
  stems: ReadonlySet<string>;
  /** Share of the question that the sentence and its heading account for. */
  coverage: number;
  /** Share that the sentence itself accounts for. */
  own: number;
}

export function readText(question: string, asked: Asked, passages: readonly Passage[]): FileAnswer | undefined {
  const wanted = contentStems(question).filter((item) => !asked.frame.has(item));
  const needed = namesIn(question);
  const distinct = [...new Set(wanted)];
  if (distinct.length === 0) return undefined;
  const sentences = passages
    .filter((passage) => !passage.table)
    .flatMap(unitsOf)
    .map((unit): Sentence => {
      const stems = new Set(allStems(unit.text));
      const heading = new Set(allStems(unit.passage.title ?? ''));
      const own = distinct.filter((item) => has(stems, item)).length / distinct.length;
      const all = distinct.filter((item) => has(stems, item) || has(heading, item)).length / distinct.length;
      const named = needed.every((item) => stems.has(item) || heading.has(item));
      return { unit, stems, own, coverage: named ? all : 0 };
    })
    .filter(({ coverage, own }) => coverage >= LEAST_COVERAGE && own > 0)
    .sort((left, right) => right.coverage - left.coverage || right.own - left.own);
  const found = sentences.flatMap((sentence) => {
    const answer = answerIn(sentence, question, asked, distinct);
    return answer === undefined ? [] : [{ sentence, answer }];
  });
  const [first] = found;
  if (!first) return undefined;
  // A sentence that fits the question better and has no such span makes the answer doubtful, and so does another answer.
  if (sentences.some((other) => other.coverage > first.sentence.coverage + 0.2)) return undefined;
  const rival = found.find(
    ({ sentence, answer }) => sentence.coverage >= 0.9 * first.sentence.coverage && !sameText(answer, first.answer),
  );
  if (rival) return undefined;
  const { unit, coverage } = first.sentence;
  return { answer: first.answer, passage: unit.passage, quote: unit.text, confidence: coverage };
}

/** Words alike but for their ending count: `replace` and `replacement`. */
function has(stems: ReadonlySet<string>, item: string): boolean {
  if (stems.has(item)) return true;
  if (item.length < 5) return false;
  for (const other of stems) {
    const shared = Math.min(item.length, other.length);
    if (shared >= 5 && item.slice(0, shared - 1) === other.slice(0, shared - 1)) return true;
  }
  return false;
}

/** Names and numbers of the question: they must stand where the answer stands. */
function namesIn(question: string): string[] {
  const inside = question.replace(/^\s*\S+/, '');
  const names = [...inside.matchAll(/(?<![.?!]\s*)\b\p{Lu}[\p{L}\p{N}'’-]*|\b\d[\d.,]*\b/gu)].map(([name]) => name);
  return names.flatMap((name) => (name === 'I' ? [] : allStems(name)));
}

function answerIn(
  { unit, stems }: Sentence,
  question: string,
  asked: Asked,
  wanted: readonly string[],
): string | undefined {
  if (asked.kind === 'meaning' || asked.kind === 'value') {
    return (
      definition(unit.text, question, asked) ??
      (asked.kind === 'value' ? oneOf(valueSpans(unit.text), unit, stems, wanted) : undefined)
    );
  }
  const said = new Set(allStems(question));
  const spans = spansOf(unit.text, asked).filter(({ text }) => {
    const own = allStems(text);
    // What the question says itself is no answer.
    return asked.kind === 'count' ? !/\d/.test(text) || !question.includes(text) : own.some((item) => !said.has(item));
  });
  const usable =
    asked.kind === 'person' ? spans.filter(({ text }) => !allStems(text).some((item) => said.has(item))) : spans;
  return oneOf(usable, unit, stems, wanted);
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
  const clauses = clausesOf(unit.text);
  const telling = wanted.filter(
    (item) => stems.has(item) && clauses.filter(({ text }) => allStems(text).includes(item)).length === 1,
  );
  const fitting = clauses.filter(({ text }) => telling.some((item) => allStems(text).includes(item)));
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
  if (thing === undefined || what === undefined || what.split(/\s+/).length > 12) return undefined;
  const about = contentStems(thing);
  const wanted = contentStems(question).filter((item) => !asked.frame.has(item));
  const covered = wanted.every((item) => about.includes(item)) && about.every((item) => wanted.includes(item));
  return covered ? what : undefined;
}

const sameText = (left: string, right: string): boolean => allStems(left).join(' ') === allStems(right).join(' ');
