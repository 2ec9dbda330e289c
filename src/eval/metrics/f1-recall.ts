/**
 * F1-Recall, the answer metric of the R1-Router paper (arXiv 2505.22095): of several accepted answers the one with the highest
 * token F1 is taken, and its recall reported. This file is the whole metric, top to bottom, in the order in which the
 * reference implementation works; it agrees with it to the last bit of a double on every vector we know. Because recall alone
 * rewards verbosity ("yes or no" scores 1 on every yes/no question), reports show exact match, token F1 and length beside it.
 *
 * Its quirks are kept on purpose and named where they stand. Do not use these steps for anything but comparing with published
 * numbers; `answer-match.ts` has the metrics to believe.
 */
import { userError } from '../../common/errors.ts';
import { pythonFloatText, pythonRoundThousandths, pythonSplit, pythonStrip } from './python-text.ts';
import { treebankTokens } from './treebank-tokenizer.ts';

/** A numeric gold of InfoSeek: every number from `lo` to `hi` is right. */
export interface NumberRange {
  range: readonly [lo: number, hi: number];
}
export type Gold = string | NumberRange;

/** Each in [0, 1]; of the gold with the strictly highest F1, the first of equals. */
export interface AnswerScore {
  precision: number;
  recall: number;
  f1: number;
}

const NOTHING: AnswerScore = { precision: 0, recall: 0, f1: 0 };

/**
 * Scores one answer against the accepted ones. `recall` of the result is the paper's figure; the mean over a set, times 100, is
 * what its tables print.
 *
 * @throws a user error `number-range-too-wide` where a range would mean more than a million numbers
 * @example f1Recall('The answer is Non Perdiamo La Testa', ['Non Perdiamo La Testa']) // { precision: 2/3, recall: 1, f1: 0.8 }
 */
export function f1Recall(prediction: string, golds: readonly Gold[]): AnswerScore {
  const tokens = answerTokens(prediction);
  if (tokens.length === 0) return NOTHING;
  let best = NOTHING;
  for (const gold of golds) {
    const score = typeof gold === 'string' ? overlap(tokens, answerTokens(gold)) : overlapWithRange(tokens, gold);
    if (score.f1 > best.f1) best = score;
  }
  return best;
}

/** The tokens that are compared, of a prediction or a gold. */
export function answerTokens(text: string): string[] {
  const words = normalisedWords(withoutPunctuation(pythonStrip(text.replace(/[\n\t]/g, ' '))));
  return treebankTokens(words.join(' ').toLowerCase()).filter((token) => !PUNCTUATION_RUN.includes(token));
}

/** Tokens that are a piece of this very string are dropped: single marks, and by chance also `,.` or `?!`. */
const PUNCTUATION_RUN = ',.?!:;\'"';

const MARKS = [
  ';',
  '/',
  '[',
  ']',
  '"',
  '{',
  '}',
  '(',
  ')',
  '=',
  '+',
  '\\',
  '_',
  '-',
  '>',
  '<',
  '@',
  '`',
  ',',
  '?',
  '!',
];
const ANY_MARK = /[;/[\]"{}()=+\\_\-><@`,?!]/;

/**
 * A mark that stands beside a space ANYWHERE in the text is deleted everywhere in it, otherwise each becomes a space; one
 * digit,digit in the text deletes all marks of every kind. Then full stops go that no digit follows, but only the first 32.
 */
function withoutPunctuation(text: string): string {
  let result = text;
  if (ANY_MARK.test(text)) {
    const groupedDigits = /\p{Nd},\p{Nd}/u.test(text);
    for (const mark of MARKS) {
      if (!result.includes(mark)) continue;
      const deleted = groupedDigits || text.includes(`${mark} `) || text.includes(` ${mark}`);
      result = result.replaceAll(mark, deleted ? '' : ' ');
    }
  }
  if (!result.includes('.')) return result;
  let left = 32;
  return result.replace(/\.(?!\p{Nd})/gu, (stop) => (left-- > 0 ? '' : stop));
}

const NUMBER_WORDS = new Map([
  ['none', '0'],
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'].map(
    (word, value): [string, string] => [word, String(value)],
  ),
]);

/** Lower case, number words as digits, without `an` and `the` (but with `a`), contractions with their apostrophe. */
function normalisedWords(text: string): string[] {
  const words: string[] = [];
  for (const written of pythonSplit(text.toLowerCase())) {
    const word = NUMBER_WORDS.get(written) ?? written;
    if (word !== 'an' && word !== 'the') words.push(CONTRACTIONS.get(word) ?? word);
  }
  return words;
}

/** Multiset precision, recall and F1 of two token lists. */
function overlap(predicted: readonly string[], gold: readonly string[]): AnswerScore {
  if (gold.length === 0) return NOTHING;
  let same = 0;
  if (gold.length === 1) {
    same = predicted.includes(gold[0]!) ? 1 : 0;
  } else {
    const left = new Map<string, number>();
    for (const token of predicted) left.set(token, (left.get(token) ?? 0) + 1);
    for (const token of gold) {
      const count = left.get(token) ?? 0;
      if (count > 0) same += 1;
      left.set(token, count - 1);
    }
  }
  return scoreOf(same, predicted.length, gold.length);
}

function scoreOf(same: number, predicted: number, gold: number): AnswerScore {
  if (same === 0) return NOTHING;
  const precision = same / predicted;
  const recall = same / gold;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/**
 * A range stands for thousands of golds of one token each, all equal in score where they match, so membership in their set is
 * the same as trying one after the other.
 */
function overlapWithRange(predicted: readonly string[], { range: [lo, hi] }: NumberRange): AnswerScore {
  const key = `${lo} ${hi}`;
  let accepted = rangeTokens.get(key);
  if (accepted === undefined) {
    accepted = new Set(rangeNumbers(lo, hi).map(numberToken));
    if (rangeTokens.size >= 256) rangeTokens.clear();
    rangeTokens.set(key, accepted);
  }
  return scoreOf(predicted.some((token) => accepted.has(token)) ? 1 : 0, predicted.length, 1);
}

const rangeTokens = new Map<string, Set<string>>();

/** A plain number is its own token; a negative one loses its sign to the punctuation step. */
function numberToken(text: string): string {
  return /^\d+(\.\d+)?$/.test(text) ? text : (answerTokens(text)[0] ?? text);
}

/**
 * The number strings a range [lo, hi] stands for: steps as coarse as the range is wide, from lo until hi plus one step, each
 * rounded to three places and printed as Python prints a float; then the whole numbers from lo to hi without a point.
 */
export function rangeNumbers(lo: number, hi: number): string[] {
  const width = hi - lo;
  const step = width >= 50 ? 1 : width >= 5 ? 0.1 : width >= 1 ? 0.01 : 0.001;
  // Not lo + step * count: these are the floating-point habits of numpy.arange(lo, hi + step, step).
  const count = Math.max(0, Math.ceil((hi + step - lo) / step));
  if (!(count + width <= 1_000_000)) {
    throw userError(
      'number-range-too-wide',
      `f1-recall: the range [${lo}, ${hi}] is not a range of at most 1,000,000 numbers`,
    );
  }
  const realStep = lo + step - lo;
  const numbers: string[] = [];
  for (let i = 0; i < count; i++) numbers.push(pythonFloatText(pythonRoundThousandths(lo + i * realStep)));
  for (let whole = Math.trunc(lo); whole <= Math.trunc(hi); whole++) numbers.push(String(whole));
  return numbers;
}

/**
 * Contractions written without one of their apostrophes, with it put back. The table follows from the full forms: each is
 * reached by leaving out any one of its apostrophes. Forms that are words of their own without it (`she'd`, `we'll`) are not
 * in the list, and one entry of the reference goes the other way.
 */
const CONTRACTIONS = new Map<string, string>(
  `ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mightn't mustn't needn't oughtn't shan't
  shouldn't wasn't weren't won't wouldn't
  could've might've must've not've should've they've we've what've where've who've would've you've
  couldn't've hadn't've mightn't've shouldn't've wouldn't've
  he'd how'd it'd someone'd something'd there'd they'd where'd who'd you'd
  he'd've it'd've she'd've somebody'd've someone'd've something'd've there'd've they'd've we'd've who'd've you'd've
  how'll it'll somebody'll someone'll something'll they'll what'll who'll why'll you'll
  he's how's somebody's someone's that's there's what's when's where's who's why's
  there're they're what're why're you're ma'am o'clock 'twas 'ow's'at y'all y'all'll y'all'd've`
    .split(/\s+/)
    .flatMap((full) =>
      [...full.matchAll(/'/g)].map(({ index }): [string, string] => [
        full.slice(0, index) + full.slice(index + 1),
        full,
      ]),
    ),
).set("somebody'd", 'somebodyd');
