/**
 * The words of the lexical index: spellings that meet, and the property behind them, that a text is found by each of its words.
 */
import { describe, expect, test } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { createBm25Encoder } from '../../../src/tools/encoders/bm25.ts';
import { fold } from '../../../src/tools/encoders/fold.ts';
import type { Language } from '../../../src/tools/encoders/language.ts';
import { searchWords } from '../../../src/tools/encoders/search-words.ts';

const meets = (encoder: ReturnType<typeof createBm25Encoder>, query: string, text: string): boolean => {
  const document = new Set(encoder.encodeDocument([{ text, weight: 1 }]).indices);
  return encoder.encodeQuery(query).indices.some((id) => document.has(id));
};

describe('spellings that meet, both ways', () => {
  const encoder = createBm25Encoder();
  test.each([
    ['Łódź', 'Lodz'],
    ['Tromsø', 'TROMSO'],
    ['Straße', 'STRASSE'],
    ['Ærø', 'aero'],
    ['Đà Nẵng', 'da nang'],
    ['Þingvellir', 'thingvellir'],
    ['İstanbul', 'istanbul'],
    ['Hawaiʻi', 'Hawaii'],
    ["Hawai'i", 'Hawaiʻi'],
    ["O'ahu", 'Oʻahu'],
    ["O'Brien", 'obrien'],
    ['U.S.A.', 'USA'],
    ['J.R.R. Tolkien', 'JRR'],
    ['צה"ל', 'צה״ל'],
    ['مدينة', 'مدينه'],
    ['photo\u00adsynthesis', 'photosynthesis'],
    ['zero\u200bwidth', 'zerowidth'],
    ['می\u200cخواهم', 'میخواهم'],
    ['שָׁלוֹם', 'שלום'],
    ['مُحَمَّد', 'محمد'],
    ['آب', 'اب'],
    ['کتاب', 'كتاب'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς'],
    ['１２３４', '1234'],
    ['١٢٣٤', '1234'],
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    ['1 234 567', '1234567'],
    ['1\u202f234', '1234'],
    ["1'234'567", '1234567'],
    ['12,34,567', '1234567'],
    ['١٬٢٣٤٬٥٦٧', '1234567'],
    ['서울은', '서울'],
    ['물은', '물'],
    ['서울대학교', '대학교'],
    ['北京大学', '北京'],
    ['ज़मीन', 'जमीन'],
    ['फ़िल्म', 'फिल्म'],
    ['ភាសាខ្មែរ', 'ខ្មែរ'],
    ['မြန်မာနိုင်ငံ', 'မြန်မာ'],
  ])('%s and %s', (left, right) => {
    expect([meets(encoder, left, `xx ${right} yy`), meets(encoder, right, `xx ${left} yy`)]).toEqual([true, true]);
  });

  test('what is another word stays one', () => {
    for (const [left, right] of [
      ['1.234', '1234'],
      ['100 200', '100200'],
      ['कि', 'की'],
      ['पल', 'पूल'],
    ]) {
      expect(meets(encoder, left!, right!)).toBe(false);
    }
  });

  test('words of any length are found', () => {
    const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    expect(meets(encoder, hash, `the file has the hash ${hash}.`)).toBe(true);
    expect(meets(encoder, hash.replace('9', '8'), hash)).toBe(false);
  });
});

test('folding is done once: a folded text stays as it is', () => {
  for (const text of ['Łódź ǅ ﬃ ẞ', 'İ ı ﷺ', 'ガｶﾞ가', '١٢٣ ৩', 'ΣΊΣΥΦΟΣ', 'ශ්‍රී'])
    expect(fold(fold(text))).toBe(fold(text));
});

/** A few sentences of our own in each language. */
const TEXTS: [Language, string][] = [
  ['english', "The well-known café in Hawai'i sold 12,345 naïve coöperative tea-cups to the Queen's élite."],
  ['german', 'Die größte Straße führt über die Brücke, und viele Häuser stehen am Ufer des Flusses.'],
  ['french', "L'été dernier, l'élève a mangé des œufs à la crème près de l'hôtel où Noël dormait."],
  ['polish', 'Wczoraj w Łodzi źle widziałem żółtą łódź płynącą przez cichą rzekę.'],
  ['czech', 'Příliš žluťoučký kůň běžel přes široké pole k řece.'],
  ['danish', 'På øen Ærø bor der mange mennesker, som elsker rødgrød med fløde.'],
  ['turkish', 'İstanbul ile Iğdır arasında ılık bir rüzgâr esiyor ve ağaçlar büyüyor.'],
  ['vietnamese', 'Đà Nẵng là một thành phố lớn ở miền Trung Việt Nam.'],
  ['greek', 'Ο Οδυσσέας ταξίδεψε στη θάλασσα για πολλά χρόνια.'],
  ['russian', 'Ёлка стоит у берега реки, и дети весело поют песни.'],
  ['ukrainian', 'Київ стоїть на березі Дніпра, і їжак живе у лісі.'],
  ['arabic', 'كَتَبَ الطَّالِبُ رسالةً طويلةً إلى صديقِهِ في المدينة القديمة.'],
  ['persian', 'من می‌خواهم کتاب‌های تازه را در کتابخانه بخوانم.'],
  ['urdu', 'میں روزانہ صبح باغ میں چہل قدمی کرتا ہوں۔'],
  ['hebrew', 'הַיֶּלֶד הלך אל הבית הגדול ליד הים.'],
  ['hindi', 'मैं हर सुबह नदी के किनारे टहलने जाता हूँ।'],
  ['bengali', 'আমি প্রতিদিন সকালে নদীর ধারে হাঁটতে যাই।'],
  ['korean', '서울은 대한민국의 수도이고 많은 사람들이 한강 옆에 산다.'],
  ['japanese', '東京は日本の首都で、パーティーはガレージで開かれた。'],
  ['chinese', '北京大学位于中国的首都，学生们喜欢在图书馆读书。'],
  ['thai', 'ภาษาไทยเป็นภาษาที่มีระดับเสียงและแม่น้ำไหลผ่านเมืองใหญ่'],
  ['lao', 'ພາສາລາວເປັນພາສາທາງການຂອງປະເທດແລະແມ່ນ້ຳໄຫຼຜ່ານເມືອງ'],
  ['khmer', 'ភាសាខ្មែរគឺជាភាសាផ្លូវការរបស់ប្រទេសកម្ពុជា'],
  ['burmese', 'မြန်မာနိုင်ငံသည်အရှေ့တောင်အာရှတွင်ရှိသည်'],
];
const VARIANTS: [string, (word: string) => string][] = [
  ['as it stands', (word) => word],
  ['NFC', (word) => word.normalize('NFC')],
  ['NFD', (word) => word.normalize('NFD')],
  ['NFKD', (word) => word.normalize('NFKD')],
  ['upper case', (word) => word.toUpperCase()],
  ['folded', (word) => fold(word)],
  ['with a soft hyphen', (word) => word.replace(/^(\p{L})(?=\p{L})/u, '$1\u00ad')],
];

describe.each(TEXTS)('%s: a text is found by each of its words', (language, text) => {
  const words = Array.from(
    new Intl.Segmenter(language === 'english' ? 'en' : 'zh', { granularity: 'word' }).segment(text),
  )
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));

  test.each([language, 'english', 'none'] as const)('in the setting %s', (setting) => {
    const encoder = createBm25Encoder({ language: setting });
    const lost = words.flatMap((word) =>
      VARIANTS.flatMap(([name, variant]) => (meets(encoder, variant(word), text) ? [] : [`${word} ${name}`])),
    );
    expect(words.length).toBeGreaterThan(5);
    expect(lost).toEqual([]);
    expect(VARIANTS.flatMap(([name, variant]) => (meets(encoder, words.at(-1)!, variant(text)) ? [] : [name]))).toEqual(
      [],
    );
  });
});

test('any letters at all: what a text of random characters gives is what its words give', () => {
  const random = keyedRandom('search-words', 1);
  const letter = /[\p{L}\p{N}]/u;
  const encoder = createBm25Encoder({ language: 'none' });
  const lost: string[] = [];
  for (let round = 0; round < 400; round++) {
    const words = Array.from({ length: 4 }, () => {
      // One script a word, as people write.
      const block = 0x80 * Math.floor(random.next() * 0x17f);
      const characters = Array.from({ length: 1 + Math.floor(random.next() * 6) }, () =>
        String.fromCodePoint(block + Math.floor(random.next() * 0x80)),
      );
      return characters.filter((character) => /[\p{L}\p{N}\p{M}]/u.test(character)).join('');
    }).filter((word) => letter.test(word) && searchWords(word).words.length > 0);
    for (const word of words) {
      for (const form of ['NFC', 'NFD'] as const) {
        if (!meets(encoder, word.normalize(form), words.join(' '))) lost.push(JSON.stringify([word, form, words]));
      }
    }
  }
  expect(lost).toEqual([]);
});
