import { describe, expect, it } from 'vitest';
import { propertyAnswer } from '../../../src/offline/candidates/property-answer.ts';
import { englishMemory } from '../../../src/offline/english/memory.ts';

const memory = englishMemory();

type Asked = [subQuestion: string, answer: string];

const answerOf = (question: string, ...steps: Asked[]) =>
  propertyAnswer(
    { question, steps: steps.map(([subQuestion, answer]) => ({ subQuestion, answer })) },
    steps.map((_, index) => index),
    memory,
  );

describe('what the answers to properties amount to', () => {
  it('the last one, where one thing is asked for', () => {
    expect(
      answerOf(
        "Mali's capital, population?",
        ['What is the capital of Mali?', 'Bamako'],
        ['What is the population of Bamako?', '1,297,281'],
      ),
    ).toEqual({ text: '1,297,281', steps: [1] });
  });

  it('nothing yet, where a comparison lacks a side', () => {
    expect(
      answerOf('Lima against Oslo: which has more people?', ['What is the population of Lima?', '7,737,002']),
    ).toBeUndefined();
  });

  it('the larger of the last two, whatever their order; the smaller where the question says so', () => {
    const steps: Asked[] = [
      ['What is the population of Oslo?', '580,000'],
      ['What is the population of Lima?', '7,737,002'],
    ];
    expect(answerOf('Lima against Oslo: which has more people?', ...steps)).toEqual({ text: 'Lima', steps: [0, 1] });
    expect(answerOf('Lima against Oslo: which has fewer people?', ...steps)).toMatchObject({ text: 'Oslo' });
  });

  it('yes or no, by which of the two the question names first', () => {
    const steps: Asked[] = [
      ['What is the capital of Peru?', 'Lima'],
      ['What is the population of Lima?', '7,737,002'],
      ['What is the capital of Norway?', 'Oslo'],
      ['What is the population of Oslo?', '580,000'],
    ];
    expect(answerOf("Does Peru's capital outnumber Norway's?", ...steps)).toMatchObject({ text: 'yes' });
    expect(answerOf("Does Norway's capital outnumber Peru's?", ...steps)).toMatchObject({ text: 'no' });
  });

  it('whether two are the same', () => {
    const money = (name: string, currency: string): Asked => [`What is the currency of ${name}?`, currency];
    const question = 'France and Italy, same money, right?';
    expect(answerOf(question, money('France', 'Euro'), money('Italy', 'Euro'))).toMatchObject({ text: 'yes' });
    expect(answerOf(question, money('France', 'Euro'), money('Italy', 'lira'))).toMatchObject({ text: 'no' });
  });

  it('whether a claim holds', () => {
    const claimed = (capital: string) =>
      answerOf(`Is ${capital} where Peru is run from?`, ['What is the capital of Peru?', 'Lima']);
    expect(claimed('Lima')).toMatchObject({ text: 'yes' });
    expect(claimed('Oslo')).toMatchObject({ text: 'no' });
  });
});
