/** Where two phrases that stand side by side part: `the country whose capital is X and Y`, `X with the nation next to Y`. */
import { nounPhraseAt } from './noun-phrase.ts';
import type { Token } from './tokens.ts';

/**
 * The index of the word between two phrases that together fill the range; undefined where no word of `joints` does so. The
 * joint with a whole phrase on either side is taken, so that an `and` inside of a clause or a name parts nothing.
 */
export function jointOf(
  tokens: readonly Token[],
  start: number,
  end: number,
  joints: readonly string[],
): number | undefined {
  const found: number[] = [];
  for (let index = start + 1; index < end - 1; index++) {
    const { lower, quoted } = tokens[index]!;
    if (quoted || !joints.includes(lower)) continue;
    const left = tokens[index - 1]!.text === ',' ? index - 1 : index;
    if (fills(tokens, start, left) && fills(tokens, index + 1, end)) found.push(index);
  }
  // `Bosnia and Herzegovina and Serbia`: the last `and` parts two names; any other word parts where it first can.
  return found.findLast((index) => ['and', 'or'].includes(tokens[index]!.lower)) ?? found[0];
}

/** Whether one noun phrase fills the range. */
export function fills(tokens: readonly Token[], start: number, end: number): boolean {
  if (start >= end) return false;
  const phrase = nounPhraseAt(tokens, start, end);
  if (phrase?.end === end) return true;
  // A possessive of its own: `that of X`, `X's`.
  return tokens[end - 1]!.kind === 'possessive' && nounPhraseAt(tokens, start, end - 1)?.end === end - 1;
}
