/** Kinds of questions that people ask their own files, each on a few lines made for it. */
import { describe, expect, it } from 'vitest';
import { english } from '../../../src/offline/english/english.ts';
import { askedOf } from '../../../src/offline/files/asked.ts';
import { filesEvidence } from '../../../src/offline/files/evidence.ts';
import { conversion, inDigits } from '../../../src/offline/files/measures.ts';
import { filesPolicy } from '../../../src/offline/files/policy.ts';
import { readFiles } from '../../../src/offline/files/reader.ts';
import { widerQuestion } from '../../../src/offline/files/wider-search.ts';
import type { Passage, TablePart } from '../../../src/tools/passage.ts';

const language = english();
const note = (text: string, more: Partial<Passage> = {}): Passage => ({
  id: text,
  documentId: text,
  knowledgeBase: 'notes',
  score: 1,
  rank: 0,
  text,
  ...more,
});
const tableOf = (table: TablePart, more: Partial<Passage> = {}): Passage =>
  note(table.header.join(' '), { knowledgeBase: 'tables', table, ...more });
const read = (question: string, passages: Passage[], image?: string) =>
  readFiles({ question, passages, steps: [], ...(image && { image }) }, language)?.answer;

const BOATHOUSE = tableOf({
  title: 'boathouse',
  header: ['Boat', 'Rent_per_day_EUR', 'Trip_min', 'Skipper', 'Heated'],
  rows: [
    ['Gull', '80', '45', 'Ann Berg', 'yes'],
    ['Tern', '120', '90', 'Bo Lind', 'no'],
    ['R2', '60', '150', 'Cy Moe', 'yes'],
  ],
});

describe('short answers from sentences', () => {
  it('takes of figures by year the one of the year asked for', () => {
    const chart = note('Line chart: loans per year, 410 in 2020, 380 in 2021 and 455 in 2022.');
    expect(read('how many loans were there in 2021', [chart])).toBe('380');
    expect(read('how many loans were there in 2019', [chart])).toBeUndefined();
    expect(read('how many visitors were there in 2021', [chart])).toBeUndefined();
  });

  it('says what a sign means, however much else the question tells', () => {
    const rule = note('A blue knot on a rope stands for a boat under repair, a white knot for one on loan.');
    expect(read('I found a blue knot on a rope yesterday, what does it mean?', [rule])).toBe('a boat under repair');
  });

  it('takes the side that is asked for from the clause that says it', () => {
    const hours = note('On Sunday the desk starts at 10:00 but shuts at 15:30.');
    expect(read('when does the desk close on sunday?', [hours])).toBe('15:30');
  });

  it('takes the colour of the thing and not of a part of it', () => {
    expect(read('what colour is the van?', [note('The van, dark green with a yellow roof.')])).toBe('dark green');
  });

  it('reads a title before a name as part of it', () => {
    const rota = note('Minutes are kept by Dr. Brandvold. The hall is swept on Friday.');
    expect(read('who keeps the minutes?', [rota])).toBe('Dr. Brandvold');
  });

  it('takes a sentence that stands alone though the question tells more than it asks', () => {
    const passages = [note('A bicycle may be left in the cellar for three nights.'), note('The lift is out of order.')];
    const question = 'we come by train, how long may a bicycle be in the cellar';
    expect(read(question, passages)).toBe('three nights');
  });
});

describe('no short answer', () => {
  const rota = note('Ann Berg checks the ropes every Monday and rows 2,000 metres. The bar opens at 18:00 on Friday.');

  it('of another form than is asked for', () => {
    expect(read("what's Ann Berg's phone number?", [rota])).toBeUndefined();
    expect(read("what's Ann Berg's e-mail address?", [rota])).toBeUndefined();
    expect(read('how often would I have to clean the Gull?', [BOATHOUSE])).toBeUndefined();
  });

  it('of the other end of the hours', () => {
    expect(read('What time does the bar close on Friday?', [rota])).toBeUndefined();
    expect(read('What time does the bar open on Friday?', [rota])).toBe('18:00');
    const kiosk = note('The kiosk by the jetty is open from 9:00 to 17:30 on Saturday and Sunday.');
    expect(read('When does the kiosk by the jetty close on Saturday and Sunday?', [kiosk])).toBe('17:30');
    expect(read('When does the kiosk by the jetty open on Saturday and Sunday?', [kiosk])).toBe('9:00');
  });

  it('of another time than the passage speaks of', () => {
    expect(read('What was the rent of the Gull last year?', [BOATHOUSE])).toBeUndefined();
    expect(read('What was the rent of the Gull ten years ago?', [BOATHOUSE])).toBeUndefined();
    expect(askedOf('I came last year. What is the rent of the Gull?')).not.toHaveProperty('otherTime');
  });

  it('why', () => expect(read('why is the Tern not heated?', [BOATHOUSE])).toBeUndefined());
});

describe('what stands beside a noun', () => {
  it('is its name, or its kind', () => {
    const notes = [note('Sails are mended by the firm Holm & Sons in Bergen. The shed has a flat roof.')];
    expect(read('which firm mends our sails?', notes)).toBe('Holm & Sons');
    expect(read('what sort of roof has the shed got?', notes)).toBe('flat roof');
  });
});

describe('short answers from tables', () => {
  const STORE = tableOf({
    title: 'stores',
    header: ['Article', 'Kept in', 'Quantity', 'Supplier', 'Bought'],
    rows: [
      ['Spare rope', 'Loft', '12', 'Holm', '2019'],
      ['Life jacket', 'Boat shed', '30', 'Seaware', '2021'],
      ['Sail needle', 'Office', '7', 'Holm', '2020'],
    ],
  });

  it('of what there is, where it lies, where it comes from and since when', () => {
    expect(read('how many life jackets do we own?', [STORE])).toBe('30');
    expect(read('how many sail needles have we got left', [STORE])).toBe('7');
    expect(read('who do we get the life jackets from', [STORE])).toBe('Seaware');
    expect(read('what year is the life jacket from?', [STORE])).toBe('2021');
  });

  it('by the last word of a name that no other row has', () => {
    expect(read('how many extra ropes have we got?', [STORE])).toBe('12');
  });
  it('finds the column by the kind of its cells or its unit', () => {
    expect(read('who takes people to the Tern?', [BOATHOUSE])).toBe('Bo Lind');
    expect(read('who insured and painted the Tern?', [BOATHOUSE])).toBeUndefined();
    expect(read('who is on Tern?', [BOATHOUSE])).toBe('Bo Lind');
    expect(read('how long does the Gull take?', [BOATHOUSE])).toBe('45 min');
    expect(read('how much is R2?', [BOATHOUSE])).toBe('60 EUR');
  });

  it('compares by the one column of money', () => {
    expect(read('is R2 cheaper than Gull?', [BOATHOUSE])).toBe('yes');
    expect(read('What is the most expensive boat?', [BOATHOUSE])).toBe('Tern');
  });

  it('counts and lists rows by yes and no, and by bounds in words and other units', () => {
    expect(read('how many boats are heated?', [BOATHOUSE])).toBe('2');
    expect(read('which of the boats are not heated?', [BOATHOUSE])).toBe('Tern');
    expect(read('how many boats take more than an hour?', [BOATHOUSE])).toBe('2');
    expect(read('which of the boats are under a hundred euros?', [BOATHOUSE])).toBe('Gull, R2');
  });

  it('answers yes or no with no cell', () => {
    expect(read('is the skipper of the Gull old?', [BOATHOUSE])).toBeUndefined();
    expect(read('is there a boat under 70 euros?', [BOATHOUSE])).toBeUndefined();
  });

  it('takes a capitalised bound for a name', () => {
    const teams = tableOf({
      title: 'teams',
      header: ['Team', 'Members'],
      rows: [
        ['Under 12 Boys', '1'],
        ['Seniors', '20'],
      ],
    });
    expect(read('how many members does the Under 13 Boys team have', [teams])).toBeUndefined();
  });

  it('reads the row of what the picture shows', () => {
    const likeness = note('The R2 at its buoy.', { scores: { image: 0.99 } });
    const other = note('The quay in winter.', { id: 'quay', scores: { image: 0.4 } });
    expect(read('what does this one cost?', [likeness, other, BOATHOUSE], 'hash')).toBe('60 EUR');
    const sign = note('Black flag: nobody swims.', { scores: { image: 0.99 } });
    expect(read('what does this sign tell me?', [sign, other], 'hash')).toBe('nobody swims');
  });
});

describe('evidence by way of a name', () => {
  it('follows the name that the best place gives', () => {
    const passages = [
      note('The storm lantern is looked after by Ann Berg.'),
      note('Ann Berg has her free day on Thursday.'),
      note('The free ferry goes every day.'),
    ];
    const question = 'which is the free day of whoever looks after the storm lantern?';
    const found = filesEvidence({ question, steps: [{ subQuestion: question, passages }], citations: [] });
    expect(found.slice(0, 2).map(({ text }) => text)).toEqual([passages[0]!.text, passages[1]!.text]);
  });

  it('knows the things of a table by their names in small letters', () => {
    const passages = [
      note('The badge of the guild shows a tide clock on red.'),
      tableOf({
        title: 'things',
        header: ['Thing', 'Room'],
        rows: [
          ['Tide clock', 'Attic'],
          ['Oar', 'Hall'],
          ['Net', 'Cellar'],
        ],
      }),
    ];
    const question = 'where do we keep what is on the badge of the guild?';
    const found = filesEvidence({ question, steps: [{ subQuestion: question, passages }], citations: [] });
    expect(found.slice(0, 2).map(({ text }) => text)).toContain('Thing: Tide clock; Room: Attic');
  });
});

describe('searches', () => {
  it('asks for the rest of the table that the question is about', async () => {
    const part = { ...BOATHOUSE, parts: 3 };
    const other = tableOf(
      { title: 'crew', header: ['Name', 'Age'], rows: [['Ann', '40']] },
      { id: 'crew#0', documentId: 'crew', parts: 2 },
    );
    const question = 'how many boats are heated?';
    const step = (subQuestion: string) => ({ subQuestion, answer: null, outcome: 'passages', passages: [other, part] });
    const policy = filesPolicy();
    const state = {
      question,
      steps: [step(question), step(widerQuestion(question))],
      knowledgeBases: [{ name: 'notes' }, { name: 'tables' }],
    };
    const { decision } = await policy.decide(state as never, {} as never);
    expect(decision).toEqual({
      type: 'search',
      searches: [{ subQuestion: 'boathouse Boat Rent_per_day_EUR Trip_min Skipper Heated', knowledgeBase: 'tables' }],
    });
  });

  it('spells words in the other way and mends a letter', () => {
    expect(widerQuestion('where is the colour organised?')).toMatch(
      /\bcolor\b.*\borganized\b|\borganized\b.*\bcolor\b/,
    );
    expect(widerQuestion('when does the comittee meet')).toContain('committe');
    expect(widerQuestion('when does Zyqqh meet')).not.toContain('zyq');
  });
});

describe('measures', () => {
  it('reads numbers in words and turns units that measure the same', () => {
    expect(inDigits('more than an hour, under fifty euros, half an hour')).toBe(
      'more than 1 hour, under 50 euros, 30 minutes',
    );
    expect(conversion('hours', 'min')).toBe(60);
    expect(conversion('€', 'EUR')).toBe(1);
    expect(conversion('kg', 'min')).toBeUndefined();
    expect(conversion(undefined, undefined)).toBeUndefined();
  });
});
