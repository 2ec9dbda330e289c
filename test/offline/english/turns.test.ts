import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainQuestion } from '../../../src/offline/english/plain-question.ts';
import { plainTurns } from '../../../src/offline/english/turns.ts';

describe('turns of phrase', () => {
  it.each([
    ['What is the capital of the biggest country sharing a border with Peru?', 'the largest neighbour of Peru?'],
    ['How large is the biggest of the countries that border Peru?', 'the largest neighbour of Peru?'],
    ['What is the area of the largest country with which Peru shares a border?', 'the largest neighbour of Peru?'],
    ['How many people live in the city from which Peru is governed?', 'the capital of Peru?'],
    ['What do people pay with in the country with Lima as capital?', 'with Lima as its capital?'],
    ['Of which language group is the official language of Peru a member?', 'includes the official language of Peru?'],
    ['The official language of Peru belongs to which family?', 'includes the official language of Peru?'],
    ['What was the year in which Peru became independent?', 'In which year did Peru become independent?'],
    ['What is the smaller unit of the currency used in Peru?', 'the currency of Peru?'],
    [
      'Is the element Nb heavier than the element Mo?',
      'with the symbol Nb heavier than the element with the symbol Mo?',
    ],
    ['Name the species scientifically known as Panthera leo.', 'living thing whose scientific name is Panthera leo.'],
  ])('%s', (asked, plain) => {
    expect(plainTurns(asked)).toContain(plain);
  });

  it('leave other questions, and quotations, as they are', () => {
    for (const question of [
      'Who directed the largest film of 1999?',
      'Who said “the largest country bordering on Peru”?',
    ])
      expect(plainTurns(question)).toBe(question);
  });

  it('take any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => typeof plainTurns(text) === 'string'),
    );
  });
});

describe('a plain question', () => {
  it.each([
    'What is the capital of Uruguay?',
    'What is the population of the United Kingdom?',
    'Which country has the ISO code PER?',
    'To which genus does the koala belong?',
    "Which country's flag is this?",
    'What is the mass of lead?',
    'In which country is the Sierra Madre Oriental located?',
  ])('%s', (question) => expect(isPlainQuestion(question)).toBe(true));

  it.each([
    'What is the capital of Uruguay home?',
    'How many folks call Montevideo?',
    'Which unit is called?',
    'Population of Mali?',
    'In which part of the world is governed from Gaborone?',
  ])('not: %s', (question) => expect(isPlainQuestion(question)).toBe(false));
});
