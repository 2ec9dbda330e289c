/**
 * How relations are asked for in English. `asks` are whole questions about `{x}`; `of` are noun phrases that let a further hop
 * start from the answer; `kinds` restricts nothing here, it only helps the reader. Of each list about a third is held out of
 * training, chosen by seed.
 */
import { keyedRandom } from '../../src/common/random.ts';

export interface Wording {
  asks: string[];
  of?: string[];
  /** Never occurs in train or validation. */
  heldOut?: boolean;
}

export const RELATIONS: Record<string, Wording> = {
  capital: {
    asks: [
      'What is the capital of {x}?',
      'Which city is the capital of {x}?',
      'Name the capital city of {x}.',
      'What city serves as the capital of {x}?',
      'Can you name the capital of {x}?',
    ],
    of: ['the capital of {x}', 'the capital city of {x}', 'the city that is the capital of {x}'],
  },
  area: {
    asks: [
      'What is the area of {x}?',
      'How large is {x} in square kilometres?',
      'How many square kilometres does {x} cover?',
      'What area does {x} have?',
      'How big is {x}?',
      'Give the area of {x} in km².',
    ],
  },
  currency: {
    asks: [
      'What is the currency of {x}?',
      'Which currency is used in {x}?',
      'What money do people pay with in {x}?',
      'What is the name of the money used in {x}?',
      'Which currency would you need in {x}?',
    ],
    of: ['the currency of {x}', 'the currency used in {x}', 'the money of {x}'],
  },
  'currency-code': {
    asks: [
      'What is the currency code of {x}?',
      'Which three-letter code stands for the currency of {x}?',
      'What is the ISO code of the currency used in {x}?',
    ],
    heldOut: true,
  },
  language: {
    asks: [
      'What is the official language of {x}?',
      'Which language is official in {x}?',
      'What language do officials use in {x}?',
      'Name the official language of {x}.',
    ],
    of: [
      'the official language of {x}',
      'the language that is official in {x}',
      'the language spoken officially in {x}',
    ],
  },
  'part-of-world': {
    asks: [
      'In which part of the world is {x}?',
      'Which part of the world does {x} belong to?',
      'To what region of the world does {x} belong?',
      'In what region of the world is {x} found?',
    ],
  },
  demonym: {
    asks: [
      'What is a person from {x} called?',
      'What do you call someone from {x}?',
      'What is the demonym of {x}?',
      'What are the people of {x} called?',
    ],
    heldOut: true,
  },
  'calling-code': {
    asks: [
      'What is the calling code of {x}?',
      'Which telephone code do you dial to call {x}?',
      'What is the international dialling code of {x}?',
      'With which code do phone numbers of {x} begin?',
    ],
    heldOut: true,
  },
  'internet-domain': {
    asks: [
      'What is the internet domain of {x}?',
      'Which top-level domain belongs to {x}?',
      'In which country-code domain do web addresses of {x} end?',
    ],
    heldOut: true,
  },
  'iso-code': {
    asks: [
      'What is the three-letter ISO code of {x}?',
      'Which three-letter ISO code stands for {x}?',
      'How is {x} abbreviated to three letters in ISO codes?',
    ],
  },
  'neighbour-count': {
    asks: [
      'How many countries border {x}?',
      'How many land neighbours has {x}?',
      'With how many countries does {x} share a land border?',
      'What is the number of neighbours of {x}?',
    ],
  },
  'largest-neighbour': {
    asks: [
      'What is the largest neighbour of {x}?',
      'Which country is the largest land neighbour of {x}?',
      'Which of the neighbours of {x} is the largest?',
    ],
    of: ['the largest neighbour of {x}', 'the largest country bordering {x}', 'the biggest land neighbour of {x}'],
    heldOut: true,
  },
  'largest-city': {
    asks: [
      'What is the largest city of {x}?',
      'Which city of {x} has the most inhabitants?',
      'Name the most populous city of {x}.',
      'Which is the biggest city of {x} by population?',
    ],
  },
  'second-city': {
    asks: [
      'What is the second largest city of {x}?',
      'Which city of {x} has the second most inhabitants?',
      'Name the second most populous city of {x}.',
    ],
    heldOut: true,
  },
  'northernmost-city': {
    asks: [
      'Which of the listed large cities of {x} lies furthest north?',
      'What is the northernmost of the most populous cities of {x}?',
      'Which of the most populous cities of {x} is the northernmost?',
    ],
    heldOut: true,
  },
  population: {
    asks: [
      'What is the population of {x}?',
      'How many people live in {x}?',
      'How many inhabitants does {x} have?',
      'How populous is {x}?',
      'What is the number of inhabitants of {x}?',
    ],
  },
  latitude: {
    asks: [
      'What is the latitude of {x}?',
      'At which latitude does {x} lie?',
      'On what latitude is {x}?',
      'How many degrees of latitude is {x} from the equator (south is negative)?',
    ],
    heldOut: true,
  },
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
  'located-in': {
    asks: [
      'In which country is {x}?',
      'Which country is {x} located in?',
      'In what country does {x} lie?',
      'Where, in terms of country, is {x} found?',
    ],
    of: [
      'the country where {x} is located',
      'the country in which {x} lies',
      'the country where {x} can be found',
      'the country that is home to {x}',
    ],
  },
  'place-kind': {
    asks: ['What kind of place is {x}?', 'What sort of place is {x}?', 'What type of geographical feature is {x}?'],
    heldOut: true,
  },
  'independence-year': {
    asks: [
      'In which year did {x} become independent?',
      'When did {x} gain independence?',
      'What year brought independence to {x}?',
      'Since which year has {x} been independent?',
    ],
  },
  'independence-from': {
    asks: [
      'From which country did {x} become independent?',
      'Which power ruled {x} before its independence?',
      'From whom did {x} gain independence?',
    ],
    heldOut: true,
  },
  subunit: {
    asks: [
      'What smaller unit is {x} divided into?',
      'Which smaller unit makes up {x}?',
      'What is the subunit of {x} called?',
      'Which coin unit is {x} divided into?',
    ],
  },
  'language-family': {
    asks: [
      'What language family does {x} belong to?',
      'What kind of language is {x}?',
      'Which group of languages is {x} part of?',
    ],
    heldOut: true,
  },
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
  'largest-of-region': {
    asks: [
      'Which country of {x} has the largest area?',
      'What is the largest country of {x} by area?',
      'Among the countries of {x}, which covers the most land?',
    ],
  },
  'smallest-of-region': {
    asks: [
      'Which country of {x} has the smallest area?',
      'What is the smallest country of {x} by area?',
      'Among the countries of {x}, which covers the least land?',
    ],
    heldOut: true,
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
  'description-of-place': {
    asks: ['Which place is described as “{x}”?', 'What place fits the description “{x}”?', 'Name the place: {x}.'],
    of: ['the place described as “{x}”', 'the place that fits the description “{x}”'],
  },
};

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

/** Short frames that some questions stand in. */
export const FRAMES = [
  'I would like to know: ',
  'Quick question: ',
  'Can you find out for me: ',
  'For a quiz: ',
  'Please look this up. ',
  'Here is what I need. ',
];

/** The share of questions that stand in a frame. */
export const FRAMED = 0.15;

/** The indices of a list of wordings that never occur in train or validation: about a third, by seed. */
export function heldOutWordings(seed: number, name: string, count: number): Set<number> {
  const held = count < 2 ? 0 : Math.ceil(0.31 * count);
  return new Set(
    keyedRandom(seed, 'wording', name)
      .shuffle(Array.from({ length: count }, (_, i) => i))
      .slice(0, held),
  );
}
