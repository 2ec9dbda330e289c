import { describe, expect, it } from 'vitest';
import { foundIds } from '../../../src/eval/metrics/found-ids.ts';
import type { StepRecord } from '../../../src/graph/step-record.ts';
import { passage } from '../../../src/test/index.ts';
import { answerJudge, plainWords } from '../../../src/train/synthesis/answer-words.ts';
import type { Draft } from '../../../src/train/synthesis/draft.ts';
import { refusedAtOnce, refusedRun } from '../../../src/train/synthesis/filters.ts';

const draft = (given: Partial<Draft> = {}): Draft => ({
  question: 'How long does a repair take?',
  answers: ['three days'],
  template: 'sentence',
  phrasing: '0',
  steps: [{ subQuestion: 'q', knowledgeBase: 'notes', documents: ['repairs'], answer: 'three days' }],
  sources: [],
  ...given,
});

const step = (ids: string[], repeatOf?: number) =>
  ({
    passages: ids.map((id) => ({ id, documentId: id.replace(/#\d+$/, '') })),
    ...(repeatOf === undefined ? {} : { repeatOf }),
  }) as StepRecord;

describe('what is refused before a teacher is asked', () => {
  it.each([
    ['length', { question: 'Repairs' }],
    ['length', { question: 'why '.repeat(61) }],
    ['leak', { question: 'Are three days enough for a repair?' }],
  ] as const)('%s', (reason, given) => expect(refusedAtOnce(draft(given))).toBe(reason));

  it('a comparison names its answer, and so may it', () => {
    expect(
      refusedAtOnce(draft({ question: 'Is Trail One or Trail Max heavier?', answers: ['Trail Max'] })),
    ).toBeUndefined();
    expect(refusedAtOnce(draft())).toBeUndefined();
  });
});

describe('what is refused of a run', () => {
  const never = () => false;
  it('keeps an answer that the recall rule accepts, with the evidence among what was found', () => {
    expect(refusedRun(draft(), { answer: 'It takes three days', steps: [step(['repairs'])] }, never)).toBeUndefined();
  });

  it.each([
    ['no-answer', { answer: null, steps: [step(['repairs'])] }],
    ['wrong-answer', { answer: 'two days', steps: [step(['repairs'])] }],
    ['evidence', { answer: 'three days', steps: [step(['loans'])] }],
    ['repetition', { answer: 'three days', steps: [step(['repairs']), step([], 0)] }],
  ] as const)('%s', (reason, run) => expect(refusedRun(draft(), run as never, never)).toBe(reason));

  it('goes by the passage where a passage is named', () => {
    const gold = draft({ steps: [{ ...draft().steps[0]!, documents: ['long#3'] }] });
    expect(refusedRun(gold, { answer: 'three days', steps: [step(['long#1'])] }, never)).toBe('evidence');
    expect(refusedRun(gold, { answer: 'three days', steps: [step(['long#3'])] }, never)).toBeUndefined();
    expect(foundIds([{ id: 'long#3', documentId: 'long' }], new Set(['long']))).toEqual(['long']);
  });

  it('asks the judge where no gold steps are known, and wants silence where nothing can be answered', () => {
    const unknown = draft({ steps: [] });
    const run = { answer: 'three days', steps: [step(['repairs'])] };
    expect(refusedRun(unknown, run, (ids) => ids.includes('repairs'))).toBeUndefined();
    expect(refusedRun(unknown, run, never)).toBe('evidence');
    const silent = draft({ answerable: false, answers: [] });
    expect(refusedRun(silent, { answer: 'x', steps: [] }, never)).toBe('wrong-answer');
    expect(refusedRun(silent, { answer: null, steps: [] }, never)).toBeUndefined();
  });
});

describe('evidence by the words of an answer', () => {
  it('finds a telling answer anywhere, a number only beside a word of the question', () => {
    const text = passage('notes', 'a', 'Loan bikes are free for two days. The desk opens at 9:30. We own 3 lorries.');
    expect(answerJudge('Who may stay?', ['two days']).holds(text)).toBe(true);
    expect(answerJudge('How many lorries are there?', ['3']).holds(text)).toBe(true);
    expect(answerJudge('How many cats are there?', ['3']).holds(text)).toBe(false);
    expect(answerJudge('When does the desk open?', ['9:30']).holds(text)).toBe(true);
  });

  it('looks for whole words, and not for yes and no', () => {
    expect(plainWords('18,900 EUR')).toBe(' 18900 eur ');
    expect(answerJudge('Is it?', ['yes']).judges).toBe(false);
    expect(answerJudge('What?', ['arm']).holds(passage('notes', 'a', 'What an alarm.'))).toBe(false);
  });
});
