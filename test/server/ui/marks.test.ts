import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markCells, markSpans, markText, rowsToShow } from '../../../src/server/ui/run/marks.ts';
import { tableOfText } from '../../../src/server/ui/run/table-text.ts';

/** `[x]` for the answer, `<x>` for the quote. */
const shown = (parts: ReturnType<typeof markText>) =>
  parts.map(({ text, mark }) => (mark === 'answer' ? `[${text}]` : mark === 'quote' ? `<${text}>` : text)).join('');

describe('words', () => {
  test.each([
    [
      'Paris lies in France. Paris is old.',
      { quote: 'Paris is old.', answer: 'Paris' },
      'Paris lies in France. [Paris]< is old.>',
    ],
    ['It is in\n  France.', { quote: 'It is in France.', answer: 'france' }, '<It is in\n  >[France]<.>'],
    ['This is his.', { answer: 'is' }, 'This [is] his.'],
    ['Born 1775.', { quote: 'not there', answer: '1775' }, 'Born [1775].'],
    ['C++ (a language)', { answer: 'C++' }, '[C++] (a language)'],
    ['Nothing of it.', { quote: '', answer: null }, 'Nothing of it.'],
    ['Yes.', { quote: 'Yes.', answer: 'no' }, '<Yes.>'],
  ])('%s', (text, rest, expected) => {
    expect(shown(markText(text, rest))).toBe(expected);
  });

  test('whatever is marked, the text stays what it is', () => {
    const word = fc.stringMatching(/^[a-c. ]{0,6}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c. \n]{0,40}$/), word, word, (text, quote, answer) => {
        expect(
          markText(text, { quote, answer })
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
    const span = fc.tuple(fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(fc.string({ maxLength: 25 }), fc.array(span), (text, spans) => {
        expect(
          markSpans(text, spans)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('cells', () => {
  const table = {
    header: ['Rank', 'City', 'Country'],
    rows: [
      ['1', 'Oslo', 'Norway'],
      ['11', 'Bergen', 'Norway'],
    ],
  };
  test.each([
    ['a header with its cell', { quote: 'City: Bergen', answer: 'Bergen' }, ['1:1']],
    ['several of them', { quote: 'City: Oslo, Rank: 1', answer: 'Oslo' }, ['0:0', '0:1']],
    ['no cell that only begins so', { quote: 'Rank: 11', answer: '11' }, ['1:0']],
    ['a row', { quote: '11 | Bergen | Norway', answer: 'Bergen' }, ['1:1']],
    ['a row without the answer', { quote: '1 | Oslo | Norway', answer: 'yes' }, ['0:0', '0:1', '0:2']],
    ['without a quote the answer', { answer: 'bergen' }, ['1:1']],
    ['nothing', { answer: null }, []],
  ])('%s', (_name, rest, expected) => {
    expect([...markCells(table, rest)].sort()).toEqual(expected);
  });

  test('the rows around a mark are shown first', () => {
    expect(rowsToShow(20, new Set(['7:1']))).toEqual([5, 6, 7, 8, 9]);
    expect(rowsToShow(3, new Set())).toEqual([0, 1, 2]);
    expect(rowsToShow(20, new Set(['19:0', '0:0']), 3)).toEqual([0, 1, 19]);
  });
});

describe('the text of a table', () => {
  test('gives the table back, semicolons in cells and missing cells included', () => {
    const text =
      'Languages | Of the north\nCountry: Denmark; Languages: Danish; Faroese; Demonym: Dane\nCountry: Norway; Demonym: Norse';
    expect(tableOfText(text)).toEqual({
      title: 'Languages | Of the north',
      header: ['Country', 'Languages', 'Demonym'],
      rows: [
        ['Denmark', 'Danish; Faroese', 'Dane'],
        ['Norway', '', 'Norse'],
      ],
    });
  });

  test.each(['Just a text.', 'A title\nwith: one pair', '', 'Title\nA: 1; B: 2\nC: 3; D: 4'])('%j is none', (text) => {
    expect(tableOfText(text)).toBeUndefined();
  });
});
