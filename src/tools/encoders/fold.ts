/**
 * Spellings of one word made one: compatibility forms and case unified, diacritics, vowel points and invisible characters dropped,
 * letters that have no decomposition written in the basic alphabet (`Łódź` is found by `lodz`). After Lucene's ASCIIFoldingFilter and
 * ICU's search folding; Indic vowel signs, which carry the word, stay.
 */

/** Accents of the European scripts, Hebrew points, Arabic and Syriac vowel marks, the Arabic tatweel, the dot below of Hindi's borrowed sounds. */
const MARKS = new RegExp(
  String.raw`[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670` +
    String.raw`\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08d3-\u08ff\u093c\u1ab0-\u1aff\u1dc0-\u1dff` +
    String.raw`\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]+`,
  'g',
);

/** Characters that print nothing (soft hyphens, joiners, direction marks) and letters that stand for a stop of the voice (ʻokina). */
const UNSEEN = /\p{Cf}|\u034f|[\u02b9-\u02bf\u02c8\u02cc\u02ee\ua78b\ua78c\u05f3\u05f4]/gu;

const LETTERS: Record<string, string> = {
  ...pairs(
    'ª a',
    'º o',
    'ł l',
    'ø o',
    'ß ss',
    'æ ae',
    'œ oe',
    'đ d',
    'ð d',
    'þ th',
    'ħ h',
    'ı i',
    'ŋ n',
    'ĸ k',
    'ŧ t',
    'ſ s',
  ),
  ...pairs(
    'ƀ b',
    'ɓ b',
    'ƃ b',
    'ƈ c',
    'ɖ d',
    'ɗ d',
    'ƌ d',
    'ƒ f',
    'ɠ g',
    'ǥ g',
    'ɨ i',
    'ɩ i',
    'ƙ k',
    'ƚ l',
    'ƛ l',
    'ɫ l',
    'ɬ l',
  ),
  ...pairs(
    'ɱ m',
    'ɲ n',
    'ƞ n',
    'ɳ n',
    'ɵ o',
    'ɔ o',
    'ƥ p',
    'ʂ s',
    'ƫ t',
    'ƭ t',
    'ʈ t',
    'ʉ u',
    'ʋ v',
    'ƴ y',
    'ʏ y',
    'ƶ z',
    'ȥ z',
    'ʐ z',
  ),
  ...pairs(
    'ɑ a',
    'ǝ e',
    'ə e',
    'ɛ e',
    'ɐ a',
    'ɡ g',
    'ɢ g',
    'ɪ i',
    'ʟ l',
    'ɴ n',
    'ʀ r',
    'ȷ j',
    'ɟ j',
    'ɦ h',
    'ʀ r',
    'ɹ r',
    'ɾ r',
  ),
  ...pairs(
    'ȡ d',
    'ȴ l',
    'ȵ n',
    'ȶ t',
    'ⱥ a',
    'ȼ c',
    'ɇ e',
    'ɉ j',
    'ꝁ k',
    'ⱡ l',
    'ɍ r',
    'ȿ s',
    'ⱦ t',
    'ʌ v',
    'ɏ y',
    'ɀ z',
    'ꝏ oo',
    'ꜳ aa',
  ),
  // Arabic separators of thousands and of fractions.
  ...pairs('٬ ,', '٫ .'),
  // One letter in two shapes: Greek final sigma, Persian and Arabic yeh, kaf and heh.
  ...pairs('ς σ', 'ی ي', 'ى ي', 'ک ك', 'ہ ه', 'ھ ه'),
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

function pairs(...written: string[]): Record<string, string> {
  return Object.fromEntries(written.map((pair) => pair.split(' ') as [string, string]));
}

const DIGIT = /(?![0-9])\p{Nd}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** Digits of every script stand in runs of ten, zero first. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}

export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(UNSEEN, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(LETTER, (letter) => LETTERS[letter]!)
    .replace(DIGIT, asciiDigit);
}
