/**
 * The plain answer metrics that stand beside F1-Recall: exact match and token F1 after SQuAD's normalisation (lower case, no
 * ASCII punctuation, no articles, single spaces; Rajpurkar et al. 2016), and the answer's length. They do not reward verbosity.
 */
import type { Gold } from './f1-recall.ts';

/** The words of an answer after normalisation. */
export function normalisedAnswerWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== 'a' && word !== 'an' && word !== 'the');
}

/** 1 where the prediction equals an accepted answer after normalisation, or is one number within an accepted range; else 0. */
export function exactMatch(prediction: string, golds: readonly Gold[]): 0 | 1 {
  const predicted = normalisedAnswerWords(prediction).join(' ');
  const number = numberOf(prediction);
  for (const gold of golds) {
    if (typeof gold === 'string') {
      if (predicted !== '' && normalisedAnswerWords(gold).join(' ') === predicted) return 1;
    } else if (number !== undefined && number >= gold.range[0] && number <= gold.range[1]) return 1;
  }
  return 0;
}

/** The highest token F1 over the accepted answers, in [0, 1]; a range counts as matched when one word is a number within it. */
export function tokenF1(prediction: string, golds: readonly Gold[]): number {
  const predicted = normalisedAnswerWords(prediction);
  if (predicted.length === 0) return 0;
  let best = 0;
  for (const gold of golds)
    best = Math.max(best, typeof gold === 'string' ? wordF1(predicted, gold) : rangeF1(prediction, gold.range));
  return best;
}

function wordF1(predicted: readonly string[], gold: string): number {
  const words = normalisedAnswerWords(gold);
  const left = new Map<string, number>();
  for (const word of predicted) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count > 0) {
      same += 1;
      left.set(word, count - 1);
    }
  }
  return same === 0 ? 0 : (2 * same) / (predicted.length + words.length);
}

function rangeF1(prediction: string, [lo, hi]: readonly [number, number]): number {
  const words = prediction.split(/\s+/).filter((word) => word !== '');
  const within = words.some((word) => {
    const number = numberOf(word);
    return number !== undefined && number >= lo && number <= hi;
  });
  return within ? 2 / (words.length + 1) : 0;
}

/** `1,234.5` and `12.` are numbers; `12 km` is not. */
function numberOf(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/,(?=\d{3})/g, '')
    .replace(/[.,;!?]$/, '');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/** Number of words of an answer as written; an abstention has 0. */
export function answerLength(answer: string | null): number {
  return answer === null ? 0 : answer.split(/\s+/).filter((word) => word !== '').length;
}
