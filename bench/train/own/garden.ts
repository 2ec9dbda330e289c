/**
 * A folder as somebody could have it, generated: a botanical garden with texts, tables and captioned pictures, and questions about it in everyday
 * words. The wordings are none of those that the synthesis uses, and each question names the passages that hold its evidence.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyedRandom, type Random } from '../../../src/common/random.ts';
import type { ImageDocument, TableDocument, TextDocument } from '../../../src/tools/document.ts';

export interface GardenQuestion {
  id: string;
  question: string;
  answers: string[];
  /** For each need the passages of which one is enough, by knowledge base. */
  gold: Record<string, string[][]>;
  kind: string;
}

export interface Garden {
  texts: TextDocument[];
  tables: TableDocument[];
  pictures: ImageDocument[];
  questions: GardenQuestion[];
}

const FIRST =
  'Ada Bram Celia Dario Edda Farid Greta Hugo Ines Jonas Kaja Levi Mira Nils Oda Pavel Rosa Sven Tilda Umar Vera Wim Yara Zoe Anton Berit Carl Dora Emil Frida'.split(
    ' ',
  );
const LAST =
  'Aalto Brandsen Corvino Dahl Eriksen Fontaine Grau Hollis Ibarra Jansen Keller Lindqvist Moreau Novak Okafor Pereira Quist Rahman Silva Thorne'.split(
    ' ',
  );
const ADJECTIVE =
  'silver crimson dwarf giant weeping alpine night desert marsh golden spotted velvet thorny climbing snow'.split(' ');
const PLANT = 'sage fern orchid lily maple cactus iris palm heather jasmine'.split(' ');
const HOUSE =
  'Palm Orchid Desert Alpine Fern Water Cloud Citrus Winter Tropical Medicinal Butterfly Moss Bamboo Carnivore'.split(
    ' ',
  );
const ORIGIN = 'Chile Nepal Kenya Madeira Yunnan Tasmania Borneo Oaxaca Crete Morocco Ecuador Kamchatka'.split(' ');
const COLOUR = 'white yellow orange pink purple blue red cream'.split(' ');
const MACHINE = 'shredder mower chainsaw sprayer steamer forklift generator pump drill chipper trimmer blower'.split(
  ' ',
);
const TOPIC: readonly [topic: string, text: string, question: string, answer: string][] = [
  [
    'Keys',
    'Lost keys are reported to the porter at once. A new set costs 45 euros and is handed out after three working days.',
    'my keys are gone, what will a replacement set me back',
    '45 euros',
  ],
  [
    'Guided tours',
    'Groups of more than twelve people book two weeks ahead. A guide takes at most 25 visitors at a time.',
    'we are a big group, how far in advance must we book',
    'two weeks',
  ],
  [
    'Dogs',
    'Dogs stay on the lead and out of every glasshouse. Assistance dogs may go everywhere.',
    'can i bring my labrador into the glasshouses',
    'out of every glasshouse',
  ],
  [
    'Seeds',
    'Seeds are dried for ten days and then kept at four degrees. Every packet is labelled with the year and the bed.',
    'at what temperature do we store seed packets',
    'four degrees',
  ],
  [
    'Pesticides',
    'Only the head gardener may order pesticides. Treated beds stay closed for 48 hours.',
    'how long is a bed shut after spraying',
    '48 hours',
  ],
  [
    'Volunteers',
    'Volunteers are insured from their first shift. They get a free meal after four hours of work.',
    'when does a volunteer earn a free meal',
    'after four hours',
  ],
  [
    'Overtime',
    'Overtime is noted in the green book and taken off within eight weeks. It is not paid out.',
    'do i get money for working longer',
    'not paid out',
  ],
  [
    'First aid',
    'The first aid box hangs beside the ticket desk. A defibrillator stands in the orangery.',
    'where is the defibrillator kept',
    'in the orangery',
  ],
  [
    'Photography',
    'Visitors may take photographs without a tripod. Weddings pay 180 euros for an hour.',
    'price for shooting wedding pictures',
    '180 euros',
  ],
  [
    'Compost',
    'The heap is turned every six weeks. Diseased leaves go into the brown bin and never on the heap.',
    'how often does somebody turn the heap',
    'every six weeks',
  ],
  [
    'Frost',
    'Below two degrees the vents close by themselves. Below minus five the night watch is called.',
    'when do the vents shut automatically',
    'two degrees',
  ],
  [
    'Memberships',
    'Members enter free and bring one guest. The yearly fee is 62 euros, for students 31.',
    'what do students pay to become a member',
    '31',
  ],
];

const pick = <Item>(random: Random, list: readonly Item[]): Item => random.pick(list);
const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Rows of one passage of a table, as the index cuts them. */
const ROWS_A_PASSAGE = 10;
const rowAt = (table: string, row: number): string => `${table}#${Math.floor(row / ROWS_A_PASSAGE)}`;

interface Person {
  name: string;
  role: string;
  office: string;
  extension: string;
  started: string;
}
interface House {
  name: string;
  keeper: Person;
  until: string;
  warmth: number;
}
interface Plant {
  name: string;
  house: House;
  origin: string;
  height: number;
  planted: number;
  price: number;
  watering: string;
  soil: string;
  month: string;
  colour: string;
}

/** What there is, before anybody writes it down. */
interface World {
  people: Person[];
  houses: House[];
  plants: Plant[];
  machines: Machine[];
}

interface Machine {
  name: string;
  keeper: Person;
  weight: number;
  cost: number;
  serviced: string;
}

function worldOf(random: Random): World {
  const people = peopleOf(random);
  const houses = HOUSE.map((name) => ({
    name: `${name} House`,
    keeper: pick(random, people),
    until: `${4 + random.below(5)}:${pick(random, ['00', '15', '30', '45'])} pm`,
    warmth: 8 + random.below(20),
  }));
  const plants = plantsOf(random, houses);
  const machines = MACHINE.flatMap((machine) =>
    ['A', 'B'].map((letter) => ({
      name: `${title(machine)} ${letter}`,
      keeper: pick(random, people),
      weight: 5 + random.below(400),
      cost: 150 + random.below(9000),
      serviced: String(2019 + random.below(6)),
    })),
  );
  return { people, houses, plants, machines };
}

/** The same seed, the same folder. */
export function garden(seed = 1): Garden {
  const random = keyedRandom('garden', seed);
  const world = worldOf(random);
  const texts = textsOf(random, world);
  const tables = tablesOf(world);
  const pictures = picturesOf(random, world);
  return { texts, tables, pictures, questions: questionsOf(world, pictures) };
}

function textsOf(random: Random, { houses, plants, people }: World): TextDocument[] {
  return [
    ...houses.map((house, place) => ({
      id: `house-${place}`,
      title: house.name,
      text: `The ${house.name} is kept at ${house.warmth} degrees. ${house.keeper.name} looks after it. It is open to visitors until ${house.until} in summer and an hour less in winter.`,
    })),
    ...plants.map((plant, place) => ({
      id: `care-${place}`,
      title: `Care of the ${plant.name}`,
      text: `The ${plant.name} is watered ${plant.watering} and stands in ${plant.soil}. It flowers in ${plant.month}. Cuttings are taken in the month after.`,
    })),
    ...people.map((person, place) => ({
      id: `person-${place}`,
      title: person.name,
      text: `${person.name} joined the garden as ${person.role} and gives the course on ${pick(random, PLANT)} growing every ${pick(random, ['spring', 'summer', 'autumn', 'winter'])}. Mail is read in the morning only.`,
    })),
    ...TOPIC.map(([topic, text], place) => ({ id: `rule-${place}`, title: `House rules - ${topic}`, text })),
  ];
}

function tablesOf({ plants, people, machines }: World): TableDocument[] {
  return [
    {
      id: 'plants',
      title: 'Plants',
      header: ['Plant', 'House', 'Origin', 'Height (cm)', 'Planted', 'Price (EUR)'],
      rows: plants.map(({ name, house, origin, height, planted, price }) => [
        name,
        house.name,
        origin,
        `${height}`,
        `${planted}`,
        `${price}`,
      ]),
    },
    {
      id: 'staff',
      title: 'Staff',
      header: ['Name', 'Role', 'Office', 'Extension', 'Started'],
      rows: people.map(({ name, role, office, extension, started }) => [name, role, office, extension, started]),
    },
    {
      id: 'machines',
      title: 'Machines',
      header: ['Machine', 'Keeper', 'Weight (kg)', 'Cost (EUR)', 'Serviced'],
      rows: machines.map(({ name, keeper, weight, cost, serviced }) => [
        name,
        keeper.name,
        `${weight}`,
        `${cost}`,
        serviced,
      ]),
    },
  ];
}

function picturesOf(random: Random, { plants, houses, machines }: World): ImageDocument[] {
  const form = plants.map(() => pick(random, ['bell-shaped', 'star-shaped', 'drooping', 'tiny', 'fringed']));
  return [
    ...plants.map((plant, place) => ({
      id: `photo-${place}`,
      text: `The ${plant.name}, a plant with ${form[place]} ${plant.colour} flowers.`,
    })),
    ...houses.map((house, place) => ({
      id: `house-photo-${place}`,
      text: `The ${house.name}, a ${pick(random, ['round', 'long', 'tall', 'low'])} building with ${pick(random, ['green', 'white', 'grey', 'black'])} frames.`,
    })),
    ...machines.map((machine, place) => ({
      id: `machine-photo-${place}`,
      text: `The ${machine.name}, ${pick(random, ['an orange', 'a yellow', 'a blue'])} machine on ${pick(random, ['two', 'three', 'four'])} wheels.`,
    })),
  ];
}

const gold = (knowledgeBase: string, ...needs: string[]) => ({ [knowledgeBase]: needs.map((need) => [need]) });

type Ask = (kind: string, question: string, answer: string, gold: GardenQuestion['gold']) => void;

function questionsOf(world: World, pictures: readonly ImageDocument[]): GardenQuestion[] {
  const questions: GardenQuestion[] = [];
  const ask: Ask = (kind, question, answer, gold) => {
    questions.push({ id: `${kind}-${questions.length}`, question, answers: [answer], gold, kind });
  };
  askOfPlants(world, ask);
  askOfHouses(world, pictures, ask);
  askOfTheRest(world, ask);
  return questions;
}

function askOfPlants({ plants, houses }: World, ask: Ask): void {
  for (const [place, plant] of plants.entries()) {
    const row = rowAt('plants', place);
    const turn = place % 8;
    if (turn === 0)
      ask(
        'care',
        `how many times should somebody give the ${plant.name} a drink`,
        plant.watering,
        gold('texts', `care-${place}`),
      );
    if (turn === 1) ask('care', `what do I pot a ${plant.name} in`, plant.soil, gold('texts', `care-${place}`));
    if (turn === 2)
      ask('table', `does the ${plant.name} get big, how many centimetres`, `${plant.height}`, gold('tables', row));
    if (turn === 3)
      ask(
        'table',
        `a visitor wants to buy a ${plant.name}, what should I charge`,
        `${plant.price}`,
        gold('tables', row),
      );
    if (turn === 4)
      ask(
        'picture',
        `what shade are the blossoms of the ${plant.name}`,
        plant.colour,
        gold('pictures', `photo-${place}`),
      );
    if (turn === 5)
      ask('table', `which part of the world is the ${plant.name} native to`, plant.origin, gold('tables', row));
    if (turn === 6) {
      const house = houses.indexOf(plant.house);
      ask('two-hop', `who is in charge of the place where our ${plant.name} grows`, plant.house.keeper.name, {
        ...gold('tables', row),
        ...gold('texts', `house-${house}`),
      });
    }
    if (turn === 7)
      ask(
        'care',
        `I would like to see the ${plant.name} in bloom, which month`,
        plant.month,
        gold('texts', `care-${place}`),
      );
  }
}

function askOfHouses({ houses, plants, people }: World, pictures: readonly ImageDocument[], ask: Ask): void {
  for (const [place, house] of houses.entries()) {
    ask(
      'text',
      `until when can people stay in the ${house.name} on a July day`,
      house.until,
      gold('texts', `house-${place}`),
    );
    if (place % 3 === 0)
      ask(
        'picture',
        `the ${house.name} on the photo, what are its frames like`,
        pictures[plants.length + place]!.text.split(' with ')[1]!.replace('.', ''),
        gold('pictures', `house-photo-${place}`),
      );
    if (place % 3 === 1) {
      const staff = people.indexOf(house.keeper);
      ask('two-hop', `number to dial for whoever looks after the ${house.name}`, house.keeper.extension, {
        ...gold('texts', `house-${place}`),
        ...gold('tables', rowAt('staff', staff)),
      });
    }
  }
}

function askOfTheRest({ people, machines }: World, ask: Ask): void {
  for (const [place, person] of people.slice(0, 16).entries()) {
    if (place % 2 === 0)
      ask(
        'table',
        `where do I find ${person.name} in the building`,
        person.office,
        gold('tables', rowAt('staff', place)),
      );
    else ask('table', `how can I ring ${person.name}`, person.extension, gold('tables', rowAt('staff', place)));
  }
  for (const [place, machine] of machines.slice(0, 14).entries()) {
    if (place % 2 === 0)
      ask(
        'table',
        `can one person lift the ${machine.name}, how many kilos`,
        `${machine.weight}`,
        gold('tables', rowAt('machines', place)),
      );
    else
      ask(
        'table',
        `whom do I ask before I borrow the ${machine.name}`,
        machine.keeper.name,
        gold('tables', rowAt('machines', place)),
      );
  }
  for (const [place, [, , question, answer]] of TOPIC.entries())
    ask('rule', question, answer, gold('texts', `rule-${place}`));
}

function peopleOf(random: Random): Person[] {
  const roles = ['gardener', 'botanist', 'porter', 'guide', 'carpenter', 'archivist', 'seed keeper', 'beekeeper'];
  const names = random.shuffle(FIRST.flatMap((first) => LAST.map((last) => `${first} ${last}`))).slice(0, 60);
  return names.map((name, place) => ({
    name,
    role: pick(random, roles),
    office: `Room ${100 + place * 3}`,
    extension: `${3000 + place * 17}`,
    started: `${1994 + random.below(30)}`,
  }));
}

function plantsOf(random: Random, houses: readonly House[]): Plant[] {
  return ADJECTIVE.flatMap((adjective) => PLANT.map((plant) => `${adjective} ${plant}`)).map((name) => ({
    name: title(name),
    house: pick(random, houses),
    origin: pick(random, ORIGIN),
    height: 10 + random.below(400),
    planted: 1950 + random.below(74),
    price: 5 + random.below(300),
    watering: pick(random, ['every two days', 'once a week', 'twice a month', 'every morning', 'three times a week']),
    soil: pick(random, ['peat and bark', 'coarse sand', 'leaf mould', 'loam with grit', 'volcanic gravel']),
    month: pick(random, ['January', 'March', 'May', 'June', 'August', 'October']),
    colour: pick(random, COLOUR),
  }));
}

/** Files that `r1-router ingest` reads, and `questions.jsonl`. */
export async function writeGarden(folder: string, { texts, tables, pictures, questions }: Garden): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = { texts, tables, pictures, questions };
  for (const [name, rows] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }
}
