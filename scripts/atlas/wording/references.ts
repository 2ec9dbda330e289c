/** How a thing is asked for, or referred to, by its picture, its description or another column of a table. */
import type { Wording } from './types.ts';

export const REFERENCES: Record<string, Wording> = {
  'flag-of': {
    asks: [
      "Which country's flag is this?",
      'Which country does this flag belong to?',
      'What country is represented by the flag in the picture?',
      'The flag in the image is that of which country?',
      'Whose national flag is shown here?',
    ],
    of: [
      'the country whose flag is shown',
      'the country this flag belongs to',
      'the country with the flag in the picture',
      'the nation whose flag you see here',
      'the country represented by this flag',
    ],
  },
  depicts: {
    asks: [
      'What is shown in the picture?',
      'Which {noun} is this?',
      'What does the drawing show?',
      'What {noun} can be seen in this image?',
      'Name the {noun} in the picture.',
    ],
    of: [
      'the {noun} in the picture',
      'the {noun} shown here',
      'the {noun} in this image',
      'the {noun} drawn here',
      'the {noun} you see in this drawing',
    ],
  },
  'element-by-symbol': {
    asks: [
      'Which element has the symbol {x}?',
      'What element does the symbol {x} stand for?',
      'Which chemical element is written {x}?',
      '{x} is the symbol of which element?',
    ],
    of: ['the element with the symbol {x}', 'the chemical element written {x}', 'the element whose symbol is {x}'],
  },
  'element-by-number': {
    asks: [
      'Which element has the atomic number {x}?',
      'What element is number {x} in the periodic table?',
      'Which chemical element has {x} as its atomic number?',
    ],
    of: ['the element with atomic number {x}', 'element number {x}', 'the element whose atomic number is {x}'],
    heldOut: true,
  },
  'taxon-by-scientific-name': {
    asks: [
      'Which living thing has the scientific name {x}?',
      'What is {x} called in plain English?',
      'What is the common name of {x}?',
      'Which species is known to science as {x}?',
    ],
    of: ['the species known to science as {x}', 'the living thing with the scientific name {x}'],
  },
  'country-by-iso-code': {
    asks: [
      'Which country has the three-letter ISO code {x}?',
      'Which country does the ISO code {x} stand for?',
      'What country is abbreviated {x} in ISO codes?',
      '{x} is the ISO code of which country?',
    ],
    of: [
      'the country with the ISO code {x}',
      'the country abbreviated {x} in ISO codes',
      'the country whose three-letter ISO code is {x}',
    ],
  },
  'country-by-capital': {
    asks: [
      'Which country has {x} as its capital?',
      '{x} is the capital of which country?',
      'Of which country is {x} the capital?',
      'What country is governed from its capital {x}?',
    ],
    of: [
      'the country whose capital is {x}',
      'the country of which {x} is the capital',
      'the country with the capital {x}',
      'the country that has {x} as its capital',
    ],
  },
  'country-by-domain': {
    asks: [
      'Which country has the internet domain {x}?',
      'To which country does the internet domain {x} belong?',
      'Web addresses of which country end in {x}?',
    ],
    of: ['the country with the internet domain {x}', 'the country whose web addresses end in {x}'],
    heldOut: true,
  },
  'description-of-person': {
    asks: ['Who was the {x}?', 'What is the name of the {x}?', 'Name the {x}.', 'Who is described as the {x}?'],
    of: ['the {x}'],
  },
  'description-of-animal': {
    asks: [
      'Which animal is described as “{x}”?',
      'What animal fits the description “{x}”?',
      'Name the animal: {x}.',
      'Which animal do these words describe: {x}?',
    ],
    of: ['the animal described as “{x}”', 'the animal that fits the description “{x}”', 'the animal known as “{x}”'],
  },
  'description-of-plant': {
    asks: [
      'Which plant is described as “{x}”?',
      'What plant fits the description “{x}”?',
      'Name the plant: {x}.',
      'Which plant do these words describe: {x}?',
    ],
    of: ['the plant described as “{x}”', 'the plant that fits the description “{x}”', 'the plant known as “{x}”'],
  },
  'description-of-food': {
    asks: [
      'Which food or drink is described as “{x}”?',
      'What food fits the description “{x}”?',
      'Name the food or drink: {x}.',
    ],
    of: ['the food described as “{x}”', 'the food that fits the description “{x}”'],
    heldOut: true,
  },
  'description-of-artifact': {
    asks: [
      'Which object is described as “{x}”?',
      'What man-made thing fits the description “{x}”?',
      'Name the object: {x}.',
      'Which object do these words describe: {x}?',
    ],
    of: ['the object described as “{x}”', 'the thing that fits the description “{x}”'],
  },
  'description-of-substance': {
    asks: [
      'Which substance is described as “{x}”?',
      'What substance fits the description “{x}”?',
      'Name the substance: {x}.',
    ],
    of: [
      'the element described as “{x}”',
      'the element that fits the description “{x}”',
      'the element to which the words “{x}” apply',
    ],
  },
};
