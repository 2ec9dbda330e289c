/** How facts of countries, cities, currencies, languages and places are asked for. */
import type { Wording } from './types.ts';

export const WORLD: Record<string, Wording> = {
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
};
