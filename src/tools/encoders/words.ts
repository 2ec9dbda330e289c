/**
 * The words of a text, as lexical search sees them: runs of letters and digits, lower case. Scripts written without spaces
 * (Chinese, Japanese, Thai, ...) are cut by the platform's segmenter, in any language setting, since questions mix scripts.
 */

export interface WordOptions {
  /** Compatibility forms unified and diacritics dropped (`Shōmu` is found by `shomu`), English `'s` cut off. */
  fold?: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const UNSPACED_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}ー]+/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const ASCII = /^[\x00-\x7f]*$/;

let segmenter: Intl.Segmenter | undefined;

export function words(text: string, { fold = true }: WordOptions = {}): string[] {
  let prepared = text;
  if (fold) {
    if (!ASCII.test(prepared))
      prepared = prepared
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]+/g, '')
        .normalize('NFC');
    prepared = prepared.replace(/['’]s?\b/g, ' ');
  }
  prepared = prepared.toLowerCase();
  const found = prepared.match(WORD);
  if (!found) return [];
  if (!UNSPACED.test(prepared)) return found;
  return found.flatMap((word) => (UNSPACED.test(word) ? segmented(word) : word));
}

const CODE = /(?<![\p{L}\p{N}_.])\.\p{Ll}{2,6}(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])\p{Lu}{2,4}(?![\p{L}\p{N}_])/gu;
const LOWER = /\p{Ll}{2}/u;

/**
 * What stands for something though it is spelt like a small word, in lower case: `.it`, `ISO code ARE`, `WHO`. None in a text of
 * capitals only.
 */
export function codes(text: string): string[] {
  const found = text.match(CODE);
  if (!found || !LOWER.test(text)) return [];
  return found.map((code) => code.replace('.', '').toLowerCase());
}

/** Cuts the unspaced runs of a word (`2024年北京` has one) and keeps what stands around them. */
function segmented(word: string): string[] {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  const out: string[] = [];
  let end = 0;
  for (const run of word.matchAll(UNSPACED_RUN)) {
    if (run.index > end) out.push(word.slice(end, run.index));
    for (const { segment, isWordLike } of segmenter.segment(run[0])) if (isWordLike) out.push(segment);
    end = run.index + run[0].length;
  }
  if (end < word.length) out.push(word.slice(end));
  return out;
}
