/**
 * Where a question stands after some steps. The question is rewritten by the answers found so far, until what remains is one
 * search (or nothing): a pure function of the question and the steps, computed anew each time, so that any policy, and any
 * replay of a record, sees the same state.
 */
import { equation, pictureClaim, valueClaim } from './claim.ts';
import { combine, sameAnswer } from './combine.ts';
import { type Comparison, parseComparison } from './comparison.ts';
import { compute } from './compute.ts';
import type { EnglishMemory } from './memory.ts';
import { nestedQuestion } from './nested.ts';
import { asksTheSame } from './paraphrase.ts';
import type { Sentence } from './sentence.ts';
import { CLOSE_MARK, OPEN_MARK } from './tokens.ts';

/** A finished step, as far as the grammar is concerned. */
interface AnsweredStep {
  subQuestion: string;
  answer: string | null;
}

interface OpenQuestion {
  subQuestion: string;
  kind: 'whole' | 'picture' | 'inner' | 'bridge' | 'compare-left' | 'compare-right';
  /** Its answer answers the question. */
  completes: boolean;
}

export interface Derivation {
  /** The question with every answer so far in its place. */
  remaining: string;
  /** What can be asked now, the most useful first; empty where `answer` is known. */
  open: OpenQuestion[];
  /** Known already: the composed answer and the steps it rests on (none for a computed one). */
  answer?: { text: string; steps: number[]; composed: boolean };
  /** Steps whose answers stand in `remaining`. */
  used: number[];
  /** Sub-questions that were asked without an answer, as they stand in the way. */
  failed: string[];
}

interface DeriveOptions {
  picture: boolean;
  memory: EnglishMemory;
}

const MOST_REWRITES = 10;

export function derive(question: string, steps: readonly AnsweredStep[], options: DeriveOptions): Derivation {
  const found = deriveMarked(question, steps, options, 0);
  return {
    ...found,
    remaining: unmarked(found.remaining),
    open: distinct(found.open.map((item) => ({ ...item, subQuestion: unmarked(item.subQuestion) }))),
    ...(found.answer && { answer: { ...found.answer, text: unmarked(found.answer.text) } }),
  };
}

const unmarked = (text: string): string => text.replaceAll(OPEN_MARK, '').replaceAll(CLOSE_MARK, '');

function deriveMarked(
  question: string,
  steps: readonly AnsweredStep[],
  options: DeriveOptions,
  depth: number,
): Derivation {
  const { picture, memory } = options;
  let remaining = question;
  const used: number[] = [];
  const failed: string[] = [];
  for (let round = 0; round < MOST_REWRITES; round++) {
    const computed = compute(unmarked(remaining));
    if (computed !== undefined)
      return { remaining, open: [], answer: { text: computed, steps: used, composed: true }, used, failed };
    const sentence = memory.parse(remaining);
    const whole = findAnswer(remaining, steps, memory);
    if (whole?.answer != null && ((round > 0 && whole.verbatim) || !isCompound(sentence, options))) {
      const answer = { text: whole.answer, steps: [...used, whole.step], composed: false };
      return { remaining, open: [], answer, used, failed };
    }
    const equal = equation(sentence);
    if (equal) {
      const text = sameAnswer(equal.left, equal.right, memory.words) ? 'yes' : 'no';
      return { remaining, open: [], answer: { text, steps: used, composed: true }, used, failed };
    }
    const comparison = depth < 2 ? parseComparison(sentence) : undefined;
    if (comparison) {
      const result = deriveComparison(remaining, comparison, steps, options, depth);
      return {
        ...result,
        used: [...used, ...result.used],
        failed: [...failed, ...result.failed],
        ...(result.answer && { answer: { ...result.answer, steps: [...used, ...result.answer.steps] } }),
      };
    }
    const nested = picture && pictureClaim(sentence) ? undefined : nestedQuestion(sentence, options);
    if (!nested) break;
    const { kind } = nested;
    const subQuestion = memory.canonical(nested.subQuestion);
    const found = findAnswer(subQuestion, steps, memory) ?? findAnswer(nested.subQuestion, steps, memory);
    if (found?.answer == null) {
      if (found) failed.push(subQuestion);
      const open: OpenQuestion[] = [{ subQuestion, kind, completes: false }];
      // Without its picture's name the rest cannot be asked; otherwise one table may hold the whole chain.
      if (kind !== 'picture') {
        const chain = memory.canonical(remaining);
        open.push({ subQuestion: nested.subQuestion, kind, completes: false });
        open.push({ subQuestion: chain, kind: round === 0 ? 'whole' : 'bridge', completes: true });
      }
      return { remaining, open, used, failed };
    }
    used.push(found.step);
    remaining = substitute(remaining, nested.start, nested.end, found.answer);
  }
  return deriveLast({ remaining, used, failed }, steps, options);
}

/** Where one search is left, or a claim about what one search finds. */
function deriveLast(
  { remaining, used, failed }: Pick<Derivation, 'remaining' | 'used' | 'failed'>,
  steps: readonly AnsweredStep[],
  { picture, memory }: DeriveOptions,
): Derivation {
  const last = memory.canonical(remaining);
  const sentence = memory.parse(last);
  const shown = picture ? pictureClaim(sentence) : undefined;
  const claim = shown ?? valueClaim(sentence, memory);
  const subQuestion = claim?.subQuestion ?? last;
  const asked = findAnswer(subQuestion, steps, memory) ?? findAnswer(remaining, steps, memory);
  if (asked?.answer != null) {
    const text = claim ? (sameAnswer(asked.answer, claim.value, memory.words) ? 'yes' : 'no') : asked.answer;
    const answer = { text, steps: [...used, asked.step], composed: claim !== undefined };
    return { remaining, open: [], answer, used, failed };
  }
  const after = used.length > 0 ? 'bridge' : 'whole';
  const kind = shown ? 'picture' : claim ? 'inner' : after;
  const open: OpenQuestion[] = [{ subQuestion, kind, completes: !claim }];
  // The wording of the question itself, should the plain one find nothing.
  if (!claim) open.push({ subQuestion: remaining, kind, completes: true });
  // A claim about a property may also be read off a passage as it stands.
  if (claim && kind === 'inner') open.push({ subQuestion: last, kind: after, completes: true });
  return { remaining, open, used, failed: asked ? [...failed, subQuestion] : failed };
}

function isCompound(sentence: Sentence, options: DeriveOptions): boolean {
  return (
    parseComparison(sentence) !== undefined ||
    (options.picture && pictureClaim(sentence) !== undefined) ||
    valueClaim(sentence, options.memory) !== undefined ||
    nestedQuestion(sentence, options) !== undefined
  );
}

function deriveComparison(
  remaining: string,
  comparison: Comparison,
  steps: readonly AnsweredStep[],
  options: DeriveOptions,
  depth: number,
): Derivation {
  const open: OpenQuestion[] = [];
  const used: number[] = [];
  const failed: string[] = [];
  const values: (string | undefined)[] = [];
  const texts: string[] = [];
  for (const [side, kind] of [
    [comparison.left, 'compare-left'],
    [comparison.right, 'compare-right'],
    ...(comparison.more ?? []).map((side) => [side, 'compare-right'] as const),
  ] as const) {
    texts.push(side.text);
    if (side.question === undefined) {
      values.push(side.value);
      continue;
    }
    const result = deriveMarked(side.question, steps, options, depth + 1);
    used.push(...(result.answer?.steps ?? result.used));
    failed.push(...result.failed);
    values.push(result.answer?.text);
    texts[texts.length - 1] = resolvedText(side.text, steps, options);
    if (!result.answer)
      open.push(
        ...result.open.map((item) => ({ ...item, kind: item.kind === 'picture' ? item.kind : kind, completes: false })),
      );
  }
  const [left, right, ...rest] = values;
  const more = rest.filter((value) => value !== undefined);
  if (left !== undefined && right !== undefined && more.length === rest.length) {
    const named: Comparison = {
      ...comparison,
      left: { ...comparison.left, text: texts[0]! },
      right: { ...comparison.right, text: texts[1]! },
      ...(comparison.more && { more: comparison.more.map((side, index) => ({ ...side, text: texts[index + 2]! })) }),
    };
    const text = combine(named, [left, right, ...more], options.memory.words);
    if (text !== undefined)
      return { remaining, open: [], answer: { text, steps: [...new Set(used)], composed: true }, used, failed };
  }
  return {
    remaining,
    open: distinct(
      open.filter((item) => !failed.includes(item.subQuestion)).length > 0
        ? open
        : [...open, { subQuestion: remaining, kind: 'whole', completes: true }],
    ),
    used,
    failed,
  };
}

/** The name to answer with where a side was a description: `the country whose flag is shown` -> `France`. */
function resolvedText(text: string, steps: readonly AnsweredStep[], options: DeriveOptions): string {
  let question = `Where is ${text}?`;
  for (let round = 0; round < MOST_REWRITES; round++) {
    const nested = nestedQuestion(options.memory.parse(question), options);
    const found = nested && findAnswer(options.memory.canonical(nested.subQuestion), steps, options.memory);
    if (!nested || found?.answer == null) break;
    question = substitute(question, nested.start, nested.end, found.answer);
  }
  return question.slice('Where is '.length, -1);
}

function distinct(open: readonly OpenQuestion[]): OpenQuestion[] {
  return open.filter((item, index) => open.findIndex((other) => other.subQuestion === item.subQuestion) === index);
}

/** An answer takes the place of its phrase; `the capital of {the capital}'s` needs no article of its own. */
function substitute(question: string, start: number, end: number, answer: string): string {
  const before = question.slice(0, start);
  const text = answer.trim().replace(/[.]+$/, '');
  return before + OPEN_MARK + text + CLOSE_MARK + question.slice(end);
}

/** The step that asked this, the answered one first; a paraphrase counts where nearly every word agrees. */
function findAnswer(
  subQuestion: string,
  steps: readonly AnsweredStep[],
  memory: EnglishMemory,
): { answer: string | null; step: number; verbatim: boolean } | undefined {
  const normalise = (text: string): string => memory.words.allStems(text).join(' ');
  const key = normalise(subQuestion);
  let found: { answer: string | null; step: number; verbatim: boolean } | undefined;
  steps.forEach((step, index) => {
    if (found?.answer == null && normalise(step.subQuestion) === key)
      found = { answer: step.answer, step: index, verbatim: true };
  });
  if (found) return found;
  steps.forEach((step, index) => {
    if (!found && step.answer !== null && asksTheSame(subQuestion, step.subQuestion, memory))
      found = { answer: step.answer, step: index, verbatim: false };
  });
  return found;
}
