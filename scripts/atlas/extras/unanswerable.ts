/**
 * Questions the world cannot answer: an attribute no knowledge base has, a thing that does not exist, a presupposition that is
 * false.
 */
import type { Random } from '../../../src/common/random.ts';
import type { ComposeOptions } from '../draft.ts';
import { type Entity, type Fact, slug } from '../facts.ts';
import type { Split } from '../split.ts';
import { fill } from '../worder.ts';
import type { ExtraTemplate } from './types.ts';

/** Names made of syllables; the builder drops one that any document mentions. */
function inventedName(random: Random): string {
  const start = random.pick([
    'Zel',
    'Vor',
    'Kra',
    'Mun',
    'Tal',
    'Bren',
    'Quo',
    'Dra',
    'Nev',
    'Ost',
    'Ul',
    'Fen',
    'Gral',
    'Yev',
    'Pel',
  ]);
  const middle = random.pick(['vo', 'ra', 'do', 'mi', 'sha', 'ka', 'lu', 'bri', 'nto', 'gue']);
  return `${start}${middle}${random.pick(['nia', 'land', 'stan', 'via', 'ria', 'dor', 'mark', 'thia'])}`;
}

/** A described thing stands behind its description. */
const entityOf = ({ relation, subject, object }: Fact) =>
  relation.startsWith('description-of') ? (object ?? subject) : subject;

function pickEntity(
  relation: string,
  split: Split,
  random: Random,
  { facts, splitOf }: ComposeOptions,
): Entity | undefined {
  const found = facts.of(relation).filter((fact) => splitOf(fact.subject.cluster) === split);
  return found.length === 0 ? undefined : entityOf(random.pick(found));
}

/** An attribute that no knowledge base holds, asked of a thing that one does hold. */
const MISSING = {
  country: [
    'the average annual rainfall in',
    'the literacy rate in',
    'the life expectancy in',
    'the name of the national anthem of',
    'the gross domestic product of',
    'the number of airports in',
    'the minimum wage in',
    'the price of a litre of petrol in',
    'the voting age in',
    'the length of the railway network of',
  ],
  element: [
    'the melting point of',
    'the price per kilogram of',
    'the thermal conductivity of',
    'the refractive index of',
    'the speed of sound in',
    'the hardness on the Mohs scale of',
  ],
  person: [
    'the favourite dish of',
    'the shoe size of',
    'the name of the first pet of',
    'the height in centimetres of',
    'the annual income of',
    'the telephone number of',
  ],
  animal: [
    'the record running speed of',
    'the heart rate at rest of',
    'the number of chromosomes of',
    'the usual litter size of',
    'the body temperature of',
  ],
  city: [
    'the number of taxis in',
    'the name of the mayor of',
    'the average rent in',
    'the number of tram lines in',
    'the date of the yearly marathon in',
  ],
} as const;

const ATTRIBUTE_WORDINGS = ['What is {a} {x}?', 'Tell me {a} {x}.', 'Do you know {a} {x}?', 'I need {a} {x}.'];

function missing(
  id: keyof typeof MISSING,
  relation: string,
  quota: ExtraTemplate['quota'],
  heldOut = false,
  wordings: string[] = ATTRIBUTE_WORDINGS,
): ExtraTemplate {
  return {
    id: `no-answer-${id}`,
    answerable: false,
    heldOut,
    quota,
    wordings,
    make(random, wording, split, options) {
      const entity = pickEntity(relation, split, random, options);
      if (entity === undefined) return undefined;
      const all = MISSING[id];
      // A third of the attributes is unseen in training.
      const known = Math.ceil((2 * all.length) / 3);
      const attribute = split === 'test' ? random.pick(all) : random.pick(all.slice(0, known));
      return {
        question: fill(wording, { a: attribute, x: entity.prose }),
        answers: [],
        clusters: [entity.cluster],
        relation: `missing:${slug(attribute)}`,
      };
    },
  };
}

export const UNANSWERABLE: ExtraTemplate[] = [
  missing('country', 'area', { train: 40, test: 14 }),
  missing('element', 'symbol', { train: 16, test: 8 }),
  missing('person', 'birth-year', { train: 24, test: 10 }),
  missing('animal', 'description-of-animal', { train: 0, test: 12 }, true),
  missing('city', 'population', { train: 0, test: 12 }, true),
  {
    id: 'no-answer-flag',
    answerable: false,
    quota: { train: 40, test: 14 },
    wordings: [
      'What is {a} the country whose flag is shown?',
      'Tell me {a} the country this flag belongs to.',
      'I need {a} the nation with this flag.',
      'Do you know {a} the country that flies this flag?',
    ],
    make(random, wording, split, options) {
      const country = pickEntity('flag-of', split, random, options);
      if (country === undefined) return undefined;
      const all = MISSING.country;
      const attribute = random.pick(split === 'test' ? all : all.slice(0, 7));
      return {
        question: fill(wording, { a: attribute }),
        answers: [],
        clusters: [country.cluster],
        pictured: options.facts.find('flag-of', country)!.documents[0]!,
        relation: `missing:${slug(attribute)}`,
      };
    },
  },
  {
    id: 'no-answer-picture',
    answerable: false,
    heldOut: true,
    quota: { train: 0, test: 14 },
    wordings: [
      'What is the name of the owner of the {n} in the picture?',
      'In which shop was the {n} in the picture bought?',
      'What did the {n} shown here cost?',
      'Where was the {n} in this image drawn?',
    ],
    make(random, wording, split, options) {
      const drawing = pickEntity('depicts', split, random, options);
      if (drawing === undefined) return undefined;
      return {
        question: fill(wording, { n: options.nouns.get(drawing.key) ?? 'thing' }),
        answers: [],
        clusters: [drawing.cluster],
        pictured: options.facts.find('depicts', drawing)!.documents[0]!,
        relation: 'missing:picture',
      };
    },
  },
  {
    id: 'no-answer-place',
    answerable: false,
    heldOut: true,
    quota: { train: 0, test: 14 },
    wordings: [
      'What is {a} the country where {x} is located?',
      'Tell me {a} the country in which {x} lies.',
      'Do you know {a} the country where {x} can be found?',
    ],
    make(random, wording, split, options) {
      const place = pickEntity('located-in', split, random, options);
      const attribute = random.pick(MISSING.country);
      return place === undefined
        ? undefined
        : {
            question: fill(wording, { a: attribute, x: place.prose }),
            answers: [],
            clusters: [place.cluster],
            relation: `missing:${slug(attribute)}`,
          };
    },
  },
  {
    id: 'invented-country',
    answerable: false,
    quota: { train: 36, test: 12 },
    wordings: [
      'What is the capital of {x}?',
      'Which currency is used in {x}?',
      'How large is {x} in square kilometres?',
      'What is the official language of {x}?',
      'How many people live in the capital of {x}?',
    ],
    make: (random, wording) => ({
      question: fill(wording, { x: inventedName(random) }),
      answers: [],
      relation: 'invented',
    }),
  },
  {
    id: 'invented-element',
    answerable: false,
    heldOut: true,
    quota: { train: 0, test: 10 },
    wordings: [
      'What is the atomic number of {x}?',
      'Which symbol stands for the element {x}?',
      'What is the atomic mass of {x}?',
    ],
    make: (random, wording) => ({
      question: fill(wording, {
        x: `${inventedName(random)
          .toLowerCase()
          .replace(/(nia|land|stan|via|ria|dor|mark|thia)$/, '')}${random.pick(['nium', 'rium', 'xium'])}`,
      }),
      answers: [],
      relation: 'invented',
    }),
  },
  {
    id: 'false-neighbour',
    answerable: false,
    heldOut: true,
    quota: { train: 0, test: 14 },
    wordings: [
      'What is the largest land neighbour of {x}?',
      'Which country shares the longest land border with {x}?',
      'What is the capital of the largest country bordering {x}?',
    ],
    make(random, wording, split, options) {
      const islands = options.facts
        .of('neighbour-count')
        .filter((fact) => fact.value === 0 && options.splitOf(fact.subject.cluster) === split);
      if (islands.length === 0) return undefined;
      const { subject } = random.pick(islands);
      return {
        question: fill(wording, { x: subject.prose }),
        answers: [],
        clusters: [subject.cluster],
        relation: 'false-presupposition',
      };
    },
  },
];
