/** How facts of elements, living things, objects and people are asked for. */
import type { Wording } from './types.ts';

export const NATURE: Record<string, Wording> = {
  symbol: {
    asks: [
      'What is the chemical symbol of {x}?',
      'Which symbol stands for {x}?',
      'How is {x} abbreviated in chemistry?',
      'What symbol do chemists use for {x}?',
    ],
  },
  'atomic-number': {
    asks: [
      'What is the atomic number of {x}?',
      'Which atomic number does {x} have?',
      'What number has {x} in the periodic table?',
      'Give the atomic number of {x}.',
    ],
  },
  'atomic-mass': {
    asks: [
      'What is the atomic mass of {x}?',
      'How heavy is an atom of {x} in daltons?',
      'What atomic mass does {x} have?',
      'Give the atomic mass of {x}.',
    ],
  },
  period: {
    asks: [
      'In which period of the periodic table is {x}?',
      'Which period does {x} belong to?',
      'What period of the periodic table contains {x}?',
    ],
  },
  group: {
    asks: [
      'In which group of the periodic table is {x}?',
      'Which group does {x} belong to?',
      'What group of the periodic table contains {x}?',
    ],
    heldOut: true,
  },
  block: {
    asks: [
      'In which block of the periodic table is {x}?',
      'Which block does {x} belong to?',
      'What block of the periodic table contains {x}?',
    ],
    heldOut: true,
  },
  series: {
    asks: [
      'To which series of elements does {x} belong?',
      'What series of elements is {x} a member of?',
      'Which series of the elements includes {x}?',
    ],
  },
  'most-abundant-isotope': {
    asks: [
      'What is the most abundant natural isotope of {x}?',
      'Which isotope of {x} is the most common in nature?',
      'In which isotope does {x} mostly occur?',
    ],
    heldOut: true,
  },
  'scientific-name': {
    asks: [
      'What is the scientific name of {x}?',
      'What do scientists call {x}?',
      'What is the Latin name of {x}?',
      'Under which scientific name is {x} known?',
      'What is the binomial name of {x}?',
    ],
  },
  genus: {
    asks: [
      'To which genus does {x} belong?',
      'What genus is {x} in?',
      'What is the genus of {x}?',
      'Which genus includes {x}?',
    ],
    of: ['the genus of {x}', 'the genus to which {x} belongs', 'the genus that includes {x}'],
  },
  family: {
    asks: [
      'To which family does {x} belong?',
      'What is the name of the family of {x}?',
      'What is the family of {x}?',
      'Which family includes {x}?',
    ],
    heldOut: true,
  },
  'kind-of': {
    asks: [
      'What is {x} a kind of?',
      'What kind of thing is {x}?',
      'Of what is {x} a kind?',
      'Under which more general term does {x} fall?',
    ],
  },
  'also-called': {
    asks: [
      'What is another name for {x}?',
      'What else is {x} called?',
      'By what other name is {x} known?',
      'What is {x} also called?',
    ],
  },
  'birth-year': {
    asks: [
      'In which year was {x} born?',
      'When was {x} born?',
      'What is the birth year of {x}?',
      'What year saw the birth of {x}?',
    ],
  },
  'death-year': {
    asks: [
      'In which year did {x} die?',
      'When did {x} die?',
      'What is the year of death of {x}?',
      'What year did the life of {x} end?',
    ],
  },
  profession: {
    asks: ['What was {x} known as?', 'What was the profession of {x}?', 'What did {x} do for a living?'],
    heldOut: true,
  },
};
