import { describe, expect, it } from 'vitest';
import { englishWords } from '../../../src/offline/english/words.ts';
import { rowLead as rowLeadBy } from '../../../src/offline/policies/row-lead.ts';
import type { Passage } from '../../../src/tools/passage.ts';

const words = englishWords();
const rowLead = (question: string, passages: readonly Passage[]) => rowLeadBy(question, passages, words);

const passage = (title: string, header: string[], rows: string[][], place = 0): Passage => ({
  id: `${title}#${place}`,
  documentId: title,
  knowledgeBase: 'lists',
  score: 10 - place,
  rank: place,
  title,
  text: '',
  table: { title, header, rows },
});

const SEEDS = passage(
  'Lorraine Open',
  ['Player', 'Country', 'Seed'],
  [
    ['Julia Glushko', 'Israel', '6'],
    ['Danka Kovinić', 'Montenegro', '7'],
    ['Pauline Parmentier', 'France', '8'],
  ],
);

describe('a question led by rows', () => {
  it('names the row that says what few rows say, and leaves out what the title of the table says', () => {
    const lead = rowLead('Who coaches the Lorraine Open player from Montenegro?', [SEEDS]);
    expect(lead?.subQuestion).toBe('About Danka Kovinić: Who coaches the player from Montenegro?');
  });

  it('weighs a rare word above several that stand in every row', () => {
    const games = passage(
      'Results',
      ['City', 'Event', 'Winner'],
      [
        ['Rome', 'Summer games final', 'Anna Bell'],
        ['Oslo', 'Summer games', 'Carla Dean'],
        ['Bonn', 'Summer games final', 'Eva Ford'],
      ],
    );
    const lead = rowLead('Who trained the winner of the summer games final in Oslo?', [games]);
    expect(lead?.subQuestion).toMatch(/^About Carla Dean: /);
  });

  it('counts with the question: `7th` and `seventh` are the row with a 7', () => {
    for (const place of ['7th', 'seventh']) {
      const lead = rowLead(`Which team has the player who was seeded ${place}?`, [SEEDS]);
      expect(lead?.subQuestion).toMatch(/^About Danka Kovinić, Montenegro: /);
    }
  });

  it('names the rows that say equally much in turn, as many as a query bears', () => {
    const lead = rowLead('Who in the Lorraine Open was born in Podgorica?', [SEEDS]);
    const names = 'Julia Glushko, Danka Kovinić, Pauline Parmentier, Israel, Montenegro, France';
    expect(lead?.subQuestion).toBe(`About ${names}: Who in the was born in Podgorica?`);
    const many = passage(
      'Long list',
      ['Name'],
      Array.from({ length: 30 }, (_, index) => [`Name${index}`]),
    );
    expect(rowLead('Who stands in the long list?', [many])?.subQuestion.split(',').length).toBe(8);
  });

  it('says which share of the question the row tells, table and all', () => {
    const whole = rowLead('Lorraine Open: which seed has Danka Kovinić?', [SEEDS]);
    expect(whole?.told).toBe(1);
    expect(rowLead('Who painted Danka Kovinić in oil?', [SEEDS])?.told).toBe(0.5);
  });

  it('is the question itself where no row has a name to add, and nothing without a table', () => {
    const numbers = passage('Sums', ['Year', 'Sum'], [['1990', '17']]);
    expect(rowLead('Which sum was it in 1990?', [numbers])?.subQuestion).toBe('Which sum was it in 1990?');
    expect(rowLead('Which sum?', [{ ...numbers, table: undefined }])).toBeUndefined();
    expect(rowLead('Which sum?', [])).toBeUndefined();
  });
});
