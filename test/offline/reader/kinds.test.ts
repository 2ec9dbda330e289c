/** The extractive reader answers with what can be of the kind asked for, and with nothing else. Passages of our own. */
import { describe, expect, it } from 'vitest';
import type { ReadInput, StepContext } from '../../../src/graph/policy.ts';
import { extractiveReader } from '../../../src/offline/reader/reader.ts';
import type { Passage } from '../../../src/tools/passage.ts';

const passage = (rest: Partial<Passage> & Pick<Passage, 'id'>): Passage => ({
  documentId: rest.id,
  knowledgeBase: 'kb',
  score: 1,
  rank: 0,
  text: '',
  ...rest,
});
const prose = (title: string, text: string): Passage => passage({ id: title, title, text: `${title}: ${text}` });
const table = (title: string, header: string[], rows: string[][]): Passage =>
  passage({
    id: title,
    title,
    text: `${title}\n${[header, ...rows].map((row) => row.join(' | ')).join('\n')}`,
    table: { title, header, rows },
  });

async function read(subQuestion: string, passages: Passage[]): Promise<string | null> {
  const input: ReadInput = {
    question: subQuestion,
    subQuestion,
    knowledgeBases: [{ name: 'kb', description: 'things', modality: 'text', cost: 1 }],
    passages,
    steps: [],
  };
  const context = {
    seed: 's',
    config: {},
    image: async () => undefined,
    search: async () => ({ outcome: 'empty', passages: [] }),
  } satisfies StepContext;
  return (await extractiveReader().read(input, context)).answer;
}

describe('where something is', () => {
  const varde = prose(
    'Varde Point',
    'a headland in northern Ruland opposite the Isle of Marn; one of the Twin Gates. Varde Point is a headland. Varde Point is located in Twin Gates and Ruland.',
  );
  const port = prose(
    'Halmouth',
    'a port city in the coal mining area of southern Norland on an arm of the Grey Sea. Halmouth is a city. Halmouth is located in the Northern Mountains, Europe and Norland.',
  );
  const island = prose(
    'Sanova',
    'a city in central Ruland on southern Honmar. Sanova is located in Honmar and Ruland.',
  );
  const abbey = prose(
    'Monte Sarro',
    'an autonomous area in northeastern Ruland with abbeys founded in the tenth century.',
  );
  const pair = prose(
    'Port Lisle',
    'the capital and largest city of Antora and Lisle. Port Lisle is located in Antora and Lisle.',
  );
  const founder = prose(
    'Ada Halmouth',
    'engineer who built Halmouth (1801-1870). Ada Halmouth was born in 1801 and died in 1870.',
  );
  it.each([
    ['In which country is Varde Point located?', [varde], 'Ruland'],
    ['In which country is Halmouth?', [port], 'Norland'],
    ['In which country is Sanova?', [island], 'Ruland'],
    ['Which sea does Halmouth lie on?', [port], 'Grey Sea'],
    ['On which continent is Halmouth?', [port], 'Europe'],
    ['In which country is Monte Sarro?', [abbey], 'Ruland'],
    ['In which country is Port Lisle?', [pair], 'Antora and Lisle'],
    ['In which mountain range is Halmouth?', [port], 'Northern Mountains'],
    ['In which ocean is Halmouth?', [port], null],
    ['In which state is Halmouth?', [founder], null],
    ['Where was Halmouth born?', [founder], null],
  ])('%s', async (question, passages, answer) => {
    expect(await read(question, passages)).toBe(answer);
  });
});

describe('families of languages', () => {
  const norsk = prose('Rulish', 'the Gallic language spoken in Ruland and Norland. Rulish is a kind of Gallic.');
  const branch = prose(
    'Norlandic',
    'the language; belongs to the Baltic branch of Indo-European. Norlandic is a kind of Baltic.',
  );
  const south = prose('Marnish', 'a southern Marnic language with 3 million speakers. Marnish is a kind of Marnic.');
  it.each([
    ['Which family of languages does Rulish belong to?', [norsk], 'Gallic'],
    ['To which family does Rulish belong?', [norsk], 'Gallic'],
    ['Of which language group is Rulish?', [norsk], 'Gallic'],
    ['To which branch does Norlandic belong?', [branch], 'Baltic'],
    ['What is the language family of Marnish?', [south], 'Marnic'],
    ['Where is Rulish spoken?', [norsk], 'Ruland and Norland'],
  ])('%s', async (question, passages, answer) => {
    expect(await read(question, passages)).toBe(answer);
  });
});

describe('ranks and names of living things', () => {
  const panther = prose('The genus Felior', 'lynxes; marbled cats. Felior belongs to the family Felidae.');
  const lynx = prose(
    'Lynx',
    'short-tailed cat. Lynx belongs to the genus Felior having tufted ears. Its parts include paw.',
  );
  const herb = prose(
    'Marigold',
    'an herb with yellow flowers. Also called goldbloom. Marigold belongs to the genus Calenda.',
  );
  const weed = prose('Cat weed', 'a weed like the marigold. Its scientific name is Hypochera radica.');
  it.each([
    ['To which genus does the lynx belong?', [lynx], 'Felior'],
    ['What family does the lynx belong to?', [lynx, panther], null],
    ['What is the scientific name of the marigold?', [herb, weed], null],
    ['Which plant has the scientific name Hypochera radica?', [weed], 'Cat weed'],
  ])('%s', async (question, passages, answer) => {
    expect(await read(question, passages)).toBe(answer);
  });
});

describe('properties that no passage tells', () => {
  const ruland = prose('Ruland', 'a republic in western Norland. Ruland is located in Norland.');
  const sauce = prose('Pesto', 'a sauce of basil and oil.');
  it.each([
    ['What is the national dish of Ruland?', [ruland]],
    ['What is basil?', [sauce]],
  ])('%s', async (question, passages) => {
    expect(await read(question, passages)).toBeNull();
  });
});

describe('numbers', () => {
  const ruland = prose(
    'Ruland',
    'a republic of more than 3,000 small islands; achieved independence in 1917 from its border countries.',
  );
  const bomb = prose(
    'Fission device',
    'an engine that splits a mass of an element like uranium 235. Also called rulium engine.',
  );
  it.each([
    ['How many countries border Ruland?', [ruland], null],
    ['How many islands does Ruland have?', [ruland], '3,000'],
    ['What is the mass of rulium?', [bomb], null],
  ])('%s', async (question, passages, answer) => {
    expect(await read(question, passages)).toBe(answer);
  });
});

describe('rows and columns of tables', () => {
  const borders = table(
    'Land borders',
    ['Country', 'Land neighbours', 'Number of neighbours', 'Largest neighbour'],
    [
      ['Ruland', 'Norland; Marn', '2', 'Norland'],
      ['Marn', 'Ruland; Norland', '2', 'Norland'],
      ['Antora', 'Ruland', '1', 'Ruland'],
    ],
  );
  const capitals = table('Capitals', ['Country', 'Capital'], [['Ruland', 'Halmouth']]);
  const cities = table(
    'Cities of Ruland',
    ['Rank', 'City', 'Population'],
    [
      ['1', 'Halmouth', '802,639'],
      ['2', 'Ruland City', '14,915'],
    ],
  );
  const elements = table(
    'Elements',
    ['Element', 'Symbol', 'Atomic number'],
    [
      ['Niobium', 'Nb', '41'],
      ['Neon', 'Ne', '10'],
    ],
  );
  it.each([
    ['What is the largest neighbour of Ruland?', [borders], 'Norland'],
    ['What is the largest adjoining country of Ruland?', [cities, borders], 'Norland'],
    ['What is the smallest neighbour of Ruland?', [borders, cities], null],
    ['What is the largest city of Ruland?', [borders, cities], 'Halmouth'],
    ['Which countries border Ruland?', [borders], 'Norland; Marn'],
    ['Which countries does Ruland border?', [borders], 'Norland; Marn'],
    ['What is the largest neighbour of Western Ruland?', [borders], null],
    ['Who founded Halmouth?', [capitals], null],
    ['Which group is the element Nb in?', [elements], null],
    ['What is the atomic number of the element Nb?', [elements], '41'],
  ])('%s', async (question, passages, answer) => {
    expect(await read(question, passages)).toBe(answer);
  });
});

describe('claims: no only where something else is told', () => {
  const lead = prose('Rulium', 'a soft heavy toxic metallic element; not radioactive. Rulium is larger than any gas.');
  const tongue = prose('Rulish', 'the Gallic language spoken in Ruland. Rulish is a kind of Gallic.');
  const whale = prose(
    'Dolphin',
    'any of various small toothed whales; larger than porpoises. A dolphin is a kind of toothed whale.',
  );
  const poet = prose('Ada Lisle', 'a poet. Ada Lisle was born in 1801 and died in 1870.');
  const capitals = table(
    'Capitals',
    ['Country', 'Capital'],
    [
      ['Ruland', 'Halmouth'],
      ['Marn', 'Varde'],
    ],
  );
  const languages = table(
    'Languages',
    ['Country', 'Official languages'],
    [
      ['Ruland', 'Rulish'],
      ['Marn', 'Marnish'],
    ],
  );
  it.each([
    ['Is rulium heavier than neon?', [lead], null],
    ['Is rulium heavy?', [lead], 'yes'],
    ['Is rulium radioactive?', [lead], null],
    ['Is a dolphin a mammal?', [whale], null],
    ['Is the porpoise larger than the dolphin?', [whale], null],
    ['Was Ada Lisle born in 1801?', [poet], 'yes'],
    ['Was Ada Lisle born in 1802?', [poet], 'no'],
    ['Did Ada Lisle die in Halmouth?', [poet], null],
    ['Is Rulish a Gallic language?', [tongue, languages], 'yes'],
    ['Is Rulish a Slavic language?', [tongue], 'no'],
    ['Is Rulish a Slavic language?', [languages], null],
    ['Is Rulish spoken in Marn?', [tongue], null],
    ['Is the capital of Ruland Bandar Seri Lisle?', [capitals], 'no'],
    ['Does Ruland have Lisle as its capital?', [capitals], 'no'],
    ['Does Ruland have Halmouth as its capital?', [capitals], 'yes'],
  ])('%s', async (question, passages, answer) => {
    expect(await read(question, passages)).toBe(answer);
  });
});
