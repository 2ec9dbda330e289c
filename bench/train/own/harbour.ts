/**
 * A second generated folder: a boat club with texts, tables and captioned pictures, and questions in everyday words. By it the features and settings of own
 * files are chosen, so that the garden and the kits stay for measuring. It shares no wording with either.
 */
import { keyedRandom, type Random } from '../../../src/common/random.ts';
import type { Garden, GardenQuestion } from './garden.ts';

const FIRST =
  'Arvid Bodil Cato Dagny Eskil Frode Gerda Halvor Ingrid Jorunn Knut Liv Magnus Nora Odd Petra Ragna Sigurd Torunn Ulf'.split(
    ' ',
  );
const LAST = 'Aas Berge Dyrdal Engen Foss Grande Hauge Isaksen Kvale Lien Moen Nygaard Opdal Ruud Sande Tveit'.split(
  ' ',
);
const BIRD = 'Tern Petrel Cormorant Osprey Heron Puffin Gannet Curlew Plover Sandpiper'.split(' ');
const EPITHET = 'Grey Northern Little Swift Merry Salt'.split(' ');
const KIND = 'sloop ketch dinghy cutter skiff yawl'.split(' ');
const COLOUR = 'white navy maroon green yellow teal'.split(' ');
const FEATURE = [
  'a brass bell',
  'a torn awning',
  'a carved dragon',
  'two deck chairs',
  'a solar panel',
  'a striped spinnaker',
];
const OFTEN = ['every four weeks', 'twice a year', 'every spring', 'every ten days'];
const PAPER = ['coastal licence', 'radio certificate', 'club badge', 'skipper diploma'];
const COURSE = ['knots', 'navigation', 'splicing', 'first aid', 'engine care'];
const PLACE = ['behind the crane', 'above the boathouse', 'beside the slipway', 'next to the fuel dock'];
const ROLE = 'rigger harbourmaster sailmaker treasurer carpenter instructor mechanic'.split(' ');

const RULES: readonly [topic: string, text: string, question: string, answer: string][] = [
  [
    'Showers',
    'Tokens for the showers are sold at the kiosk for 2 euros. The showers shut at 22:00.',
    'what do i pay for a hot wash',
    '2 euros',
  ],
  [
    'Bicycles',
    'The club lends bicycles for four hours. A lost bicycle is charged with 140 euros.',
    'how long can i keep one of the bikes',
    'four hours',
  ],
  [
    'Fireworks',
    'Fireworks are forbidden on every pontoon. Flares that are out of date are left with the harbourmaster.',
    'where do expired distress signals go',
    'with the harbourmaster',
  ],
  [
    'Winter storage',
    'Hulls come ashore in October. A place in the shed is booked before 1 September.',
    'by which date must i ask for indoor space for the cold season',
    '1 September',
  ],
  [
    'Guests',
    'Visiting crews may stay for three nights. They get a code for the gate at the kiosk.',
    'how many nights may a foreign crew stop over',
    'three nights',
  ],
  [
    'Children',
    'Children below ten wear a life vest on the pontoons. Vests hang in the blue hut.',
    'at what age can kids go without a buoyancy aid',
    'ten',
  ],
  [
    'Fuel',
    'Diesel is pumped on weekdays from 8:00 to 12:00. Petrol is not sold.',
    'until when can i fill my tank',
    '12:00',
  ],
  [
    'Rubbish',
    'Paint tins are handed in at the workshop. The glass container is emptied on Mondays.',
    'what happens with empty cans of varnish',
    'at the workshop',
  ],
  [
    'Voting',
    'Every member has one vote. The assembly meets in the last week of March.',
    'in which month do we elect the board',
    'March',
  ],
  [
    'Crane',
    'The crane lifts up to 8 tonnes. It is worked by the harbourmaster alone.',
    'what is the heaviest load the hoist can take',
    '8 tonnes',
  ],
];

const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The same seed, the same folder. */
export function harbour(seed = 1): Garden {
  const random = keyedRandom('harbour', seed);
  const world = worldOf(random);
  return { ...documentsOf(world), questions: questionsOf(random, world) };
}

type World = ReturnType<typeof worldOf>;

function worldOf(random: Random) {
  const people = random
    .shuffle(FIRST.flatMap((first) => LAST.map((last) => `${first} ${last}`)))
    .slice(0, 20)
    .map((name) => ({
      name,
      role: random.pick(ROLE),
      phone: String(300 + random.below(600)),
      since: String(1995 + random.below(28)),
      course: random.pick(COURSE),
      month: random.pick(['May', 'June', 'August', 'September']),
      place: random.pick(PLACE),
    }));
  const berths = Array.from({ length: 24 }, (_, place) => ({
    name: `${'ABCD'[place % 4]}${10 + place}`,
    depth: `${2 + random.below(5)}.${random.below(10)}`,
    fee: String(15 + random.below(40)),
    power: random.pick(['6', '10', '16']),
  }));
  const boats = random.shuffle(EPITHET.flatMap((epithet) => BIRD.map((bird) => `${epithet} ${bird}`))).map((name) => ({
    name,
    berth: random.pick(berths),
    keeper: random.pick(people),
    often: random.pick(OFTEN),
    paper: random.pick(PAPER),
    kind: random.pick(KIND),
    colour: random.pick(COLOUR),
    feature: random.pick(FEATURE),
    long: String(4 + random.below(12)),
    built: String(1960 + random.below(60)),
    price: String(30 + random.below(300)),
    crew: String(1 + random.below(7)),
  }));
  return { people, berths, boats };
}

function documentsOf({ people, berths, boats }: World): Omit<Garden, 'questions'> {
  const texts = [
    ...boats.map((boat, place) => ({
      id: `boat-${place}`,
      title: `Notes on the ${boat.name}`,
      text: `The ${boat.name} lies at ${boat.berth.name}. Her engine is looked after by ${boat.keeper.name}. The hull is scrubbed ${boat.often}. She is lent only to holders of a ${boat.paper}.`,
    })),
    ...people.map((person, place) => ({
      id: `person-${place}`,
      title: person.name,
      text: `${person.name} came to the club as ${person.role} and teaches ${person.course} in ${person.month}. The cabin of ${person.name} stands ${person.place}.`,
    })),
    ...RULES.map(([topic, text], place) => ({ id: `rule-${place}`, title: `Club rules - ${topic}`, text })),
  ];
  const tables = [
    {
      id: 'boats',
      title: 'Boats',
      header: ['Boat', 'Type', 'Length (m)', 'Built', 'Price per day (EUR)', 'Crew'],
      rows: boats.map(({ name, kind, long, built, price, crew }) => [name, title(kind), long, built, price, crew]),
    },
    {
      id: 'staff',
      title: 'People',
      header: ['Name', 'Role', 'Phone', 'Since'],
      rows: people.map(({ name, role, phone, since }) => [name, title(role), phone, since]),
    },
    {
      id: 'berths',
      title: 'Berths',
      header: ['Berth', 'Depth (m)', 'Power (A)', 'Fee per night (EUR)'],
      rows: berths.map(({ name, depth, power, fee }) => [name, depth, power, fee]),
    },
  ];
  const pictures = boats.slice(0, 40).map((boat, place) => ({
    id: `photo-${place}`,
    text: `The ${boat.name}, a ${boat.colour} ${boat.kind} with ${boat.feature}.`,
  }));
  return { texts, tables, pictures };
}

function questionsOf(random: Random, { people, berths, boats }: World): GardenQuestion[] {
  const questions: GardenQuestion[] = [];
  const ask = (kind: string, question: string, answer: string, gold: GardenQuestion['gold']): void => {
    questions.push({ id: `${kind}-${questions.length}`, question, answers: [answer], gold, kind });
  };
  const row = (table: string, place: number): string => `${table}#${Math.floor(place / 10)}`;
  for (const [place, boat] of boats.entries()) {
    const name = random.next() < 0.5 ? boat.name : boat.name.toLowerCase();
    const inTable = { tables: [[row('boats', place)]] };
    const inText = { texts: [[`boat-${place}`]] };
    const turn = place % 12;
    if (turn === 0) ask('length', `how big is ${name} from bow to stern`, boat.long, inTable);
    if (turn === 1) ask('price', `daily charge for taking out the ${name}?`, boat.price, inTable);
    if (turn === 2) ask('built', `when did ${name} leave the yard`, boat.built, inTable);
    if (turn === 3) ask('crew', `people needed to sail the ${name}`, boat.crew, inTable);
    if (turn === 4) ask('berth', `where is the ${name} moored`, boat.berth.name, inText);
    if (turn === 5) ask('motor', `the motor of the ${name} coughs, who sees to it`, boat.keeper.name, inText);
    if (turn === 6) ask('scrub', `how regularly does the ${name} get its bottom cleaned`, boat.often, inText);
    if (turn === 7) ask('paper', `what papers do they want before i may borrow ${name}`, boat.paper, inText);
    if (turn === 8 && place < 40)
      ask('colour', `which colour was the ${name} painted`, boat.colour, { pictures: [[`photo-${place}`]] });
    if (turn === 9 && place < 40)
      ask('feature', `what can you spot on board of the ${name} in the photo`, boat.feature, {
        pictures: [[`photo-${place}`]],
      });
    if (turn === 10) {
      const keeper = people.indexOf(boat.keeper);
      ask('motor-phone', `which extension has the one who services ${name}'s engine`, boat.keeper.phone, {
        texts: [[`boat-${place}`]],
        tables: [[row('staff', keeper)]],
      });
    }
    if (turn === 11) {
      const berth = berths.indexOf(boat.berth);
      ask('berth-depth', `how much water is there where ${name} lies`, boat.berth.depth, {
        texts: [[`boat-${place}`]],
        tables: [[row('berths', berth)]],
      });
    }
  }
  for (const [place, person] of people.entries()) {
    const name = place % 3 === 0 ? person.name.toLowerCase() : person.name;
    const inTable = { tables: [[row('staff', place)]] };
    const inText = { texts: [[`person-${place}`]] };
    if (place % 4 === 0) ask('phone', `how do i ring ${name}`, person.phone, inTable);
    if (place % 4 === 1) ask('since', `how long has ${name} been around here`, person.since, inTable);
    if (place % 4 === 2) ask('course', `what can i learn from ${name}`, person.course, inText);
    if (place % 4 === 3) ask('cabin', `i have a parcel for ${name}, where is the hut`, person.place, inText);
  }
  for (const [place, berth] of berths.entries()) {
    const inTable = { tables: [[row('berths', place)]] };
    if (place % 2 === 0) ask('fee', `cost of one night at ${berth.name}`, berth.fee, inTable);
    else ask('power', `how many amps do i get at ${berth.name}`, berth.power, inTable);
  }
  for (const [place, [, , question, answer]] of RULES.entries())
    ask('rule', question, answer, { texts: [[`rule-${place}`]] });
  return questions;
}
