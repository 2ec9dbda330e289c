import { describe, expect, test } from 'vitest';
import { createBm25Encoder, QDRANT_BM25_PRESET, tokenId } from '../../../src/tools/encoders/bm25.ts';
import { words } from '../../../src/tools/encoders/words.ts';

describe('words', () => {
  test('lower case, diacritics and possessives folded', () => {
    expect(words("Emperor Shōmu's 2nd ﬁle")).toEqual(['emperor', 'shomu', '2nd', 'file']);
    expect(words("Shōmu's", { fold: false })).toEqual(['shōmu', 's']);
  });

  test('Chinese is segmented, also inside mixed words', () => {
    expect(words('北京是中国的首都')).toEqual(['北京', '是', '中国', '的', '首都']);
    expect(words('iPhone15发布于2024年')).toEqual(expect.arrayContaining(['iphone15', '发布', '2024', '年']));
  });

  test('nothing in, nothing out', () => {
    expect(words('')).toEqual([]);
    expect(words(' ?! — ')).toEqual([]);
  });
});

describe('token ids are those of Qdrant', () => {
  // murmur3-32 of "hello" with seed 0 is 0x248bfa47, of "abc" 0xb3dd93fa (negative as a signed number).
  test.each([
    ['hello', 0x248bfa47],
    ['abc', 2 ** 32 - 0xb3dd93fa],
    ['', 0],
  ])('%s', (term, id) => expect(tokenId(term)).toBe(id));
});

describe('BM25 encoder', () => {
  const encoder = createBm25Encoder({ averageLength: 10 });

  test('term weights follow the formula', () => {
    const vector = encoder.encodeDocument([{ text: 'Running dogs run the race of runs', weight: 1 }]);
    const at = (term: string) => vector.values[vector.indices.indexOf(tokenId(term))];
    // 5 words without stop words; "run" three times.
    const norm = 1.2 * (1 - 0.75 + (0.75 * 5) / 10);
    expect(at('run')).toBeCloseTo((3 * 2.2) / (3 + norm), 12);
    expect(at('dog')).toBeCloseTo(2.2 / (1 + norm), 12);
    expect(vector.indices).toEqual([...vector.indices].sort((a, b) => a - b));
  });

  test('a field weight counts its words several times', () => {
    const twice = encoder.encodeDocument([{ text: 'paris paris', weight: 1 }]);
    expect(encoder.encodeDocument([{ text: 'paris', weight: 2 }])).toEqual(twice);
    expect(encoder.lengthOf([{ text: 'paris', weight: 2 }])).toBe(2);
    expect(encoder.encodeDocument([{ text: 'paris', weight: 0 }]).indices).toEqual([]);
  });

  test('query: distinct stems, weight 1; stop words count only where there is nothing else', () => {
    expect(encoder.encodeQuery('run running runs dog').values).toEqual([1, 1]);
    expect(encoder.encodeQuery('the dog').indices).toEqual(encoder.encodeQuery('dog').indices);
    const asked = encoder.encodeQuery('who is he').indices;
    expect(asked).toHaveLength(3);
    const document = encoder.encodeDocument([{ text: 'Who he is, that is the question', weight: 1 }]);
    expect(asked.every((id) => document.indices.includes(id))).toBe(true);
    // They change no weight of the other words.
    const alone = encoder.encodeDocument([{ text: 'question', weight: 1 }]);
    const at = document.indices.indexOf(alone.indices[0]!);
    expect(document.values[at]).toBe(alone.values[0]);
  });

  test('a stop word that is a code counts, in documents and questions alike', () => {
    expect(encoder.terms('Which country has the internet domain .it?')).toEqual([
      'countri',
      'internet',
      'domain',
      'it',
    ]);
    const [asked] = encoder.encodeQuery('.it').indices;
    expect(encoder.encodeDocument([{ text: 'Italy .it', weight: 1 }]).indices).toContain(asked);
    expect(encoder.terms('The ISO code ARE and the WHO')).toEqual(['iso', 'code', 'are', 'who']);
    expect(encoder.terms('WHO ARE YOU')).toEqual([]);
    expect(encoder.terms('It is it. It was it.it')).toEqual([]);
    expect(createBm25Encoder({ fold: false }).terms('domain .it')).toEqual(['domain']);
  });

  test('stemming by language', () => {
    const german = createBm25Encoder({ language: 'german' });
    expect(german.encodeQuery('Häuser').indices).toEqual(german.encodeQuery('Haus Häuser').indices.slice(0, 1));
    const chinese = createBm25Encoder({ language: 'chinese' });
    expect(chinese.terms('北京是中国的首都')).toContain('北京');
    expect(createBm25Encoder({ language: 'none' }).terms('the runs')).toEqual(['the', 'runs']);
  });

  test('the compatibility preset folds nothing and assumes 256 words', () => {
    const preset = createBm25Encoder(QDRANT_BM25_PRESET);
    expect(preset.config).toMatchObject({ k1: 1.2, b: 0.75, averageLength: 256, language: 'english' });
    expect(preset.terms('Shōmu')).toEqual(['shōmu']);
  });

  test('very long words and odd Unicode do not throw', () => {
    const text = `${'x'.repeat(100_000)} \ud800 👍🏽 ﷽ a\u0000b`;
    expect(encoder.encodeDocument([{ text, weight: 1 }]).indices.length).toBeGreaterThan(0);
  });
});
