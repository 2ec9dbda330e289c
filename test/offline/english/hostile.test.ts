/** No question is slow, throws, or is taken apart differently the second time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishMemory } from '../../../src/offline/english/memory.ts';
import { isPlainQuestion } from '../../../src/offline/english/plain-question.ts';
import { EnglishUnderstanding } from '../../../src/offline/english/understanding.ts';
import { SLOW } from '../../slow.ts';

const inquire = (question: string) => englishMemory().inquire(question);

const derive = (question: string, picture = true) =>
  new EnglishUnderstanding({ question, ...(picture && { image: 'x' }), steps: [] }, englishMemory()).derivation;

const HOSTILE: [string, string][] = [
  ['one word', 'a'.repeat(8_000)],
  ['of the', 'the capital '.concat('of the capital '.repeat(530))],
  ['relative clauses', 'What is the country '.concat('that borders the country '.repeat(300), 'Peru?')],
  ['quotes', '"'.repeat(8_000)],
  ['brackets', '('.repeat(8_000)],
  ['possessives', `What is ${"France's ".repeat(800)}capital?`],
  ['conjunctions', `Which is larger, ${'Peru or '.repeat(900)}Chile?`],
  ['numbers', `Is X larger than ${'1,'.repeat(3_900)}?`],
  ['number and letters', `Is the area of Peru larger than 1 ${'a'.repeat(7_900)}!`],
  ['blanks', `What${' '.repeat(7_900)}is it?`],
  ['commas', 'A, '.repeat(2_600)],
  ['apostrophes', "s' ".repeat(2_600)],
  ['capitals', `What is the capital of ${'A'.repeat(7_900)} x?`],
  ['a few capitals', `What is the capital of ${'A'.repeat(60)} x?`],
  ['names', `Is the population of ${'Peru of the Chile and '.repeat(350)}x?`],
];

const propose = (question: string) =>
  new EnglishUnderstanding({ question, image: 'x', steps: [] }, englishMemory()).candidates;

describe('hostile questions', () => {
  // Milliseconds each; where time grew with the square of the length, the suite's time limit would be passed.
  it.each(HOSTILE)('%s: comes to an end', (_, question) => {
    derive(question);
    inquire(question);
    isPlainQuestion(question);
    propose(question);
  });

  it('never throws and always gives the same derivation', { timeout: SLOW }, () => {
    const word = fc.constantFrom(
      ...'what which who whose is are the a of in that this flag country shown than or and larger most capital France Paris , ? . \' " ( ) 12 same between how many people'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.boolean(), (words, picture) => {
        const question = words.join(' ') || '?';
        expect(derive(question, picture)).toEqual(derive(question, picture));
      }),
      { numRuns: 2_000, seed: 7 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => void derive(text || '?')),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it('knows no word by what every object inherits', () => {
    for (const word of ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf', 'isPrototypeOf']) {
      for (const question of [
        `Which ${word} is the largest ${word} of ${word}?`,
        `Who is the ${word} that ${word} named after the ${word}?`,
        `Is the ${word} ${word} than the second ${word}, or ${word} plus ${word}?`,
        `${word}er ${word}: how many ${word} ${word}?`,
      ]) {
        derive(question);
        inquire(question);
      }
    }
  });
});
