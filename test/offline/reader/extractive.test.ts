/** The extractive reader on hand-made passages of the three kinds. */
import { describe, expect, it } from 'vitest';
import type { ReadInput, StepContext } from '../../../src/graph/policy.ts';
import { english } from '../../../src/offline/english/english.ts';
import { extractiveReader } from '../../../src/offline/reader/reader.ts';
import type { Passage } from '../../../src/tools/passage.ts';

const passage = (rest: Partial<Passage> & Pick<Passage, 'id'>): Passage => ({
  documentId: rest.id.replace(/#.*/, ''),
  knowledgeBase: 'kb',
  score: 1,
  rank: 0,
  text: '',
  ...rest,
});

const table = (id: string, title: string, header: string[], rows: string[][]): Passage =>
  passage({
    id,
    title,
    text: `${title}\n${[header, ...rows].map((row) => row.join(' | ')).join('\n')}`,
    table: { title, header, rows },
  });

const capitals = table(
  'capitals',
  'Capitals',
  ['Country', 'Capital'],
  [
    ['Peru', 'Lima'],
    ['Djibouti', 'Djibouti'],
    ['Georgia', 'Tbilisi'],
  ],
);
const area = table(
  'area',
  'Countries of South America',
  ['Country', 'Area (km²)', 'Landlocked'],
  [
    ['Peru', '1,285,216', 'no'],
    ['Bolivia', '1,098,581', 'yes'],
    ['Chile', '756,102', 'no'],
  ],
);
const cities = [
  table('cities#1', 'Cities of Peru', ['Rank', 'City', 'Population'], [['3', 'Trujillo', '747,450']]),
  table(
    'cities#0',
    'Cities of Peru',
    ['Rank', 'City', 'Population'],
    [
      ['1', 'Lima', '7,737,002'],
      ['2', 'Arequipa', '841,130'],
    ],
  ),
];
const neighbours = table(
  'border',
  'Land borders',
  ['Country', 'Land neighbours', 'Number of neighbours', 'Largest neighbour'],
  [
    ['Moldova', 'Romania; Ukraine', '2', 'Ukraine'],
    ['Ukraine', 'Belarus; Hungary; Moldova; Poland', '4', 'Poland'],
  ],
);
const einstein = passage({
  id: 'einstein',
  title: 'Albert Einstein',
  text: 'Albert Einstein: physicist born in Germany who formulated the special theory of relativity. Albert Einstein was born in 1879 and died in 1955. Known as a physicist.',
});
const giraffe = passage({
  id: 'giraffe',
  title: 'Giraffe',
  text: 'Giraffe: tallest living quadruped; having a spotted coat and very long neck. Also called camelopard. A giraffe is a kind of ruminant. Its scientific name is Giraffa camelopardalis. Giraffe belongs to the genus Giraffa.',
});
const peru = passage({
  id: 'peru',
  title: 'Peru',
  text: 'Peru: a republic in western South America; achieved independence from Spain in 1821.',
});
const lempira = passage({
  id: 'lempira',
  title: 'Lempira',
  text: 'Lempira: the basic unit of money. Lempira is divided into a smaller unit, the centavo.',
});
const flag = passage({ id: 'flag', title: 'Flag of Peru', text: 'The flag of Peru.', image: {} });
const drawing = passage({
  id: 'drawing',
  title: 'Drawing of a panda',
  text: 'A drawing of a panda.',
  image: {},
  rank: 1,
  score: 0.5,
});

async function read(subQuestion: string, passages: Passage[], image = false) {
  const input: ReadInput = {
    question: subQuestion,
    subQuestion,
    knowledgeBases: [{ name: 'kb', description: 'things', modality: 'text', cost: 1 }],
    passages,
    ...(image && { image: 'hash' }),
    steps: [],
  };
  const context = {
    seed: 's',
    config: {},
    image: async () => undefined,
    search: async () => ({ outcome: 'empty', passages: [] }),
  } satisfies StepContext;
  return extractiveReader().read(input, context);
}

describe('tables', () => {
  it.each([
    ['What is the capital of Peru?', [capitals], 'Lima'],
    ["Which country's capital is Lima?", [capitals], 'Peru'],
    ['Which city is the capital of Georgia?', [capitals], 'Tbilisi'],
    ['What is the capital of Djibouti?', [capitals], 'Djibouti'],
    ['How big is Peru?', [area], '1,285,216'],
    ['Which country of South America has the smallest area?', [area], 'Chile'],
    ['What is the largest city of Peru?', cities, 'Lima'],
    ['What is the second largest city of Peru?', cities, 'Arequipa'],
    ['How many countries border Ukraine?', [neighbours], '4'],
    ['How many countries of South America are landlocked?', [area], '1'],
    ['Is Bolivia landlocked?', [area], 'yes'],
    ['Does Ukraine border Poland?', [neighbours], 'yes'],
    ['Does Ukraine border Peru?', [neighbours], 'no'],
    ['Is Lima the capital of Georgia?', [capitals], 'no'],
  ])('%s', async (question, passages, answer) => {
    const { answer: given } = await read(question, passages);
    expect(given).toBe(answer);
  });

  it('cites the passage and the cell', async () => {
    const { citations, confidence } = await read('What is the capital of Peru?', [area, capitals]);
    expect(citations).toEqual([{ passageId: 'capitals', knowledgeBase: 'kb', quote: 'Capital: Lima' }]);
    expect(confidence).toBeGreaterThan(0.8);
  });
});

describe('texts', () => {
  it.each([
    ['When was Albert Einstein born?', [einstein], '1879'],
    ['In which year did Albert Einstein die?', [einstein], '1955'],
    ["What was Albert Einstein's profession?", [einstein], 'physicist'],
    ['What is the scientific name of the giraffe?', [giraffe], 'Giraffa camelopardalis'],
    ['What else is the giraffe called?', [giraffe], 'camelopard'],
    ['To which genus does the giraffe belong?', [giraffe], 'Giraffa'],
    ['What is the giraffe a kind of?', [giraffe], 'ruminant'],
    [
      'Which animal is described as “tallest living quadruped; having a spotted coat and very long neck”?',
      [einstein, giraffe],
      'Giraffe',
    ],
    ['From which country did Peru gain independence?', [peru], 'Spain'],
    ['Which coin unit is the lempira divided into?', [lempira], 'centavo'],
  ])('%s', async (question, passages, answer) => {
    const { answer: given } = await read(question, passages);
    expect(given).toBe(answer);
  });
});

describe('pictures', () => {
  it('names what the likest picture shows, and only when the question has one', async () => {
    expect((await read("Which country's flag is shown in the image?", [flag, drawing], true)).answer).toBe('Peru');
    expect((await read('What is shown in the image?', [{ ...drawing, rank: 0, score: 1 }], true)).answer).toBe('panda');
    expect((await read("Which country's flag is shown in the image?", [flag, drawing], false)).answer).toBeNull();
  });
});

describe('abstention', () => {
  it.each([
    ['What is the gross domestic product of Peru?', [capitals, area, peru]],
    ['What is the capital of Wakanda?', [capitals, peru]],
    ['Who is the mayor of Lima?', [capitals, ...cities]],
    ['What is the life expectancy in Peru?', [area, peru]],
    ['What is the name of the first pet of Albert Einstein?', [einstein]],
    ['What is the capital of Peru?', []],
  ])('%s', async (question, passages) => {
    expect(await read(question, passages)).toMatchObject({ answer: null, citations: [] });
  });
});

it('does not depend on the order of passages that tell different things', () => {
  const passages = [capitals, area, neighbours, einstein, giraffe, peru];
  const language = english();
  const inquiry = language.inquire('What is the capital of Peru?');
  const answer = language.read(inquiry, passages, { withImage: false })?.answer;
  expect(language.read(inquiry, [...passages].reverse(), { withImage: false })?.answer).toBe(answer);
});
