import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { countryEntities } from '../../../scripts/atlas/countries.ts';
import { FactStore, numberAnswers, slug, withArticle, withCommas } from '../../../scripts/atlas/facts.ts';
import { rasterise, type StoredImage } from '../../../scripts/atlas/images.ts';
import { sha256 } from '../../../scripts/atlas/manifest.ts';
import { assertNotStored, queryImage } from '../../../scripts/atlas/query-images.ts';
import { flagFile, readCountries, readCountryNames } from '../../../scripts/atlas/sources/countries.ts';
import { readElements } from '../../../scripts/atlas/sources/elements.ts';
import { countryTables } from '../../../scripts/atlas/tables/countries.ts';
import { elementTables } from '../../../scripts/atlas/tables/elements.ts';
import { at } from './shipped.ts';

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('a part built anew has the shipped bytes', () => {
  test('tables of the elements', () => {
    expect(lines(elementTables(readElements(), new FactStore()))).toBe(
      readFileSync(at('table/chemical-elements.jsonl'), 'utf8'),
    );
  });

  test('tables of the countries', () => {
    const built = countryTables(readCountries(), countryEntities(readCountryNames()), new FactStore());
    expect(lines(built)).toBe(readFileSync(at('table/world-countries.jsonl'), 'utf8'));
  });
});

describe('query images', () => {
  let stored: StoredImage;
  beforeAll(async () => {
    const png = await rasterise(flagFile('FR'), { width: 160 });
    stored = {
      document: { id: 'flags/fr', text: 'The flag of France.' },
      vector: flagFile('FR'),
      png,
      width: 160,
      height: 107,
    };
  });

  test('the same key gives the same bytes, another key others', async () => {
    const [first, again, other] = [
      await queryImage(stored, [1, 'fr']),
      await queryImage(stored, [1, 'fr']),
      await queryImage(stored, [2, 'fr']),
    ];
    expect(again).toEqual(first);
    expect(other.bytes.equals(first.bytes)).toBe(false);
    expect(other.name).not.toBe(first.name);
  });

  test('a stored file, or its pixels under another encoding, is refused', async () => {
    const same = { name: 'x.png', bytes: stored.png, transform: 'none' };
    await expect(assertNotStored(same, stored, new Set([sha256(stored.png)]))).rejects.toThrow('is a stored file');
    await expect(assertNotStored(same, stored, new Set())).rejects.toThrow('has the pixels of');
  });
});

describe('facts', () => {
  test('a contradiction is an error, a second document is not', () => {
    const facts = new FactStore();
    const subject = { key: 'country:XX', name: 'X', prose: 'X', otherNames: [], cluster: 'country:XX' };
    const fact = {
      relation: 'area',
      subject,
      answers: ['1'],
      documents: ['a'],
      knowledgeBase: 'table',
      source: 'geonames',
    } as const;
    facts.add({ ...fact, answers: ['1'], documents: ['a'] });
    facts.add({ ...fact, answers: ['1'], documents: ['b'] });
    expect(facts.find('area', subject)?.documents).toEqual(['a', 'b']);
    expect(() => facts.add({ ...fact, answers: ['2'], documents: ['c'] })).toThrow('is both 1 and 2');
  });

  test('numbers, slugs and articles', () => {
    expect(withCommas(1234567.5)).toBe('1,234,567.5');
    expect(numberAnswers(1234, { short: 'km²', long: 'square kilometres' })).toEqual([
      '1,234',
      '1234',
      '1,234 km²',
      '1,234 square kilometres',
    ]);
    expect(slug('São Tomé and Príncipe')).toBe('sao-tome-and-principe');
    expect(['owl', 'unicorn', 'hour', 'uncle', 'European country', 'umbrella'].map(withArticle)).toEqual([
      'an owl',
      'a unicorn',
      'an hour',
      'an uncle',
      'a European country',
      'an umbrella',
    ]);
  });
});
