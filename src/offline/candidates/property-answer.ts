/**
 * What the answers to properties amount to, for a question that no grammar took apart: the last one, or what it says of a claim, or
 * how the last two compare where the question compares. Undefined where a comparison still lacks a side. Pure.
 */

import type { EvidenceStep } from '../../graph/policy.ts';
import { sameAnswer } from '../english/combine.ts';
import { AUXILIARIES } from '../english/lexicon.ts';
import type { EnglishMemory } from '../english/memory.ts';
import { comparativeAt, superlativeAt } from '../english/quantities.ts';
import { tidyQuestion } from '../english/tidy.ts';
import { tokenize } from '../english/tokens.ts';
import { parseNumber } from '../english/values.ts';

interface PropertyAnswer {
  text: string;
  /** Indexes of the steps it rests on. */
  steps: number[];
}

type Step = Pick<EvidenceStep, 'subQuestion' | 'answer'>;
/** What a step asked, of what, and what it found. */
interface Found {
  index: number;
  property: string;
  entity: string;
  answer: string;
}

/** `asked`: indexes of the answered steps that asked for a property, in order; not empty. */
export function propertyAnswer(
  { question, image, steps }: { question: string; image?: string; steps: readonly Step[] },
  asked: readonly number[],
  { mentions, words }: EnglishMemory,
): PropertyAnswer | undefined {
  const { names } = mentions(question);
  const form = formOf(question, names.length + Number(image !== undefined));
  const found = asked.map((index) => foundBy(names, steps, index));
  const last = found.at(-1)!;
  if (form.compares) {
    const other = found.findLast(({ property, entity }) => property === last.property && entity !== last.entity);
    if (!other) return undefined;
    const place = (one: Found): number => placeOf({ question, names, steps }, one);
    const text = form.same
      ? yesOrNo(sameAnswer(last.answer, other.answer, words))
      : ordered(
          form,
          [other, last].toSorted((a, b) => place(a) - place(b)),
        );
    return text === undefined ? undefined : { text, steps: [other.index, last.index] };
  }
  if (!form.yesNo) {
    // What the question names itself is no answer to it.
    const fresh = found.findLast(({ answer }) => !names.some((name) => sameAnswer(name, answer, words)));
    return fresh && { text: fresh.answer, steps: [fresh.index] };
  }
  const claimed = names.filter((name) => !steps.some(({ subQuestion }) => subQuestion.includes(name)));
  if (claimed.length === 0) return undefined;
  return { text: yesOrNo(claimed.some((name) => sameAnswer(name, last.answer, words))), steps: [last.index] };
}

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');

interface Form {
  yesNo: boolean;
  compares: boolean;
  same: boolean;
  direction: 1 | -1;
}

const OUTDOES = /\b(?:exceeds?|outnumbers?|outweighs?|surpass(?:es)?|beats?|tops?|outlives?|outlived)\b/i;
const AGAINST = /\b(?:against|versus|vs|wins?|compare|comparing)\b/i;
const ASKING = /\b(?:what|which|who|whose|how|when|where|name|tell)\b/i;
const SAME = /\b(?:same|shares?|identical|in common|equal)\b/i;
const EARLIER = /\b(?:first|before|already)\b/i;
const ENDING = /(?:right|true|correct|yes or no|is that so|isn't it)\W*$/i;

/** `things`: how many the question is about, names and its picture. */
function formOf(question: string, things: number): Form {
  const tokens = tokenize(tidyQuestion(question));
  const opens = (text: string): boolean => AUXILIARIES.has(text.split(' ', 1)[0]!.toLowerCase());
  const yesNo = opens(tokens[0]?.lower ?? '') || ENDING.test(question) || (opens(question) && !ASKING.test(question));
  const cue = tokens
    .map(({ lower, quoted }, index) => {
      if (quoted) return undefined;
      const next = tokens[index + 1]?.lower;
      return comparativeAt(lower, next) ?? (yesNo ? undefined : superlativeAt(lower, next));
    })
    .find((found) => found !== undefined);
  const same = SAME.test(question);
  const earlier = EARLIER.test(question);
  const outdoes = OUTDOES.test(question);
  // `the largest city of X` orders nothing that is named.
  const compares = things > 1 && (cue !== undefined || same || earlier || outdoes || AGAINST.test(question));
  return { yesNo, compares, same, direction: cue?.direction ?? (earlier && !outdoes ? -1 : 1) };
}

function foundBy(names: readonly string[], steps: readonly Step[], index: number): Found {
  const { subQuestion, answer } = steps[index]!;
  const entities = [...steps.slice(0, index).flatMap((step) => step.answer || []), ...names];
  const entity = entities.filter((name) => subQuestion.includes(name)).toSorted((a, b) => b.length - a.length)[0] ?? '';
  return { index, property: subQuestion.replace(entity, ''), entity, answer: answer! };
}

/** Where the question names what this was found out about, through the steps that led to it. */
function placeOf(
  { question, names, steps }: { question: string; names: readonly string[]; steps: readonly Step[] },
  { entity, index }: Found,
): number {
  const place = question.indexOf(entity);
  if (place >= 0) return place;
  const from = steps.findIndex((step, at) => at < index && step.answer === entity);
  return from < 0 ? question.length : placeOf({ question, names, steps }, foundBy(names, steps, from));
}

function ordered({ yesNo, direction }: Form, [first, second]: readonly Found[]): string | undefined {
  const [a, b] = [parseNumber(first!.answer), parseNumber(second!.answer)];
  if (a === undefined || b === undefined) return undefined;
  if (yesNo) return yesOrNo(a !== b && a > b === (direction === 1));
  return a === b ? undefined : a > b === (direction === 1) ? first!.entity : second!.entity;
}
