/** How two things are compared by a number: which of two, and whether. */

export interface ComparisonWording {
  /** Which of two: the greater value wins unless `smaller`. */
  which: string[];
  yesNo: string[];
  smaller?: boolean;
  heldOut?: boolean;
}

export const COMPARISONS: Record<string, ComparisonWording> = {
  area: {
    which: [
      'Which is larger, {x} or {y}?',
      'Which has the larger area, {x} or {y}?',
      'Of {x} and {y}, which covers more land?',
      'Which one is bigger: {x} or {y}?',
    ],
    yesNo: [
      'Is {x} larger than {y}?',
      'Does {x} cover a larger area than {y}?',
      'Has {x} more land than {y}?',
      'Is the area of {x} greater than that of {y}?',
    ],
  },
  population: {
    which: [
      'Which has the larger population, {x} or {y}?',
      'Which has more inhabitants, {x} or {y}?',
      'Do more people live in {x} or in {y}?',
      'Which city is more populous: {x} or {y}?',
    ],
    yesNo: [
      'Does {x} have more inhabitants than {y}?',
      'Is {x} more populous than {y}?',
      'Do more people live in {x} than in {y}?',
      'Has {x} a larger population than {y}?',
    ],
  },
  'birth-year': {
    which: [
      'Who was born first, {x} or {y}?',
      'Who was born earlier, {x} or {y}?',
      'Of {x} and {y}, who was born first?',
      'Who is the older of the two: {x} or {y}?',
    ],
    yesNo: [
      'Was {x} born before {y}?',
      'Is it true that {x} was born earlier than {y}?',
      'Is {x} older than {y}, going by the year of birth?',
    ],
    smaller: true,
  },
  'death-year': {
    which: ['Who died first, {x} or {y}?', 'Who died earlier, {x} or {y}?', 'Of {x} and {y}, whose life ended first?'],
    yesNo: ['Did {x} die before {y}?', 'Is it true that {x} died earlier than {y}?', 'Had {x} died before {y} did?'],
    smaller: true,
    heldOut: true,
  },
  'atomic-number': {
    which: [
      'Which has the higher atomic number, {x} or {y}?',
      'Which comes later in the periodic table, {x} or {y}?',
      'Of {x} and {y}, which has more protons?',
    ],
    yesNo: [
      'Has {x} a higher atomic number than {y}?',
      'Does {x} come after {y} in the periodic table?',
      'Are there more protons in {x} than in {y}?',
    ],
  },
  'atomic-mass': {
    which: [
      'Which has the greater atomic mass, {x} or {y}?',
      'Which has heavier atoms, {x} or {y}?',
      'Of {x} and {y}, which is heavier atom for atom?',
    ],
    yesNo: [
      'Has {x} a greater atomic mass than {y}?',
      'Are the atoms of {x} heavier than those of {y}?',
      'Is {x} heavier than {y}, atom for atom?',
    ],
  },
  'neighbour-count': {
    which: [
      'Which has more land neighbours, {x} or {y}?',
      'Which borders more countries, {x} or {y}?',
      'Of {x} and {y}, which has more neighbouring countries?',
    ],
    yesNo: [
      'Has {x} more land neighbours than {y}?',
      'Does {x} border more countries than {y}?',
      'Are there more countries around {x} than around {y}?',
    ],
    heldOut: true,
  },
};
