/** Questions that lean on earlier turns of a conversation, chains of them included. */
import { describe, expect, it } from 'vitest';
import { standalone } from '../../../src/offline/english/conversation.ts';

/** What each question of a conversation comes to; an answer may stand behind `->`. */
function asked(...turns: string[]): string[] {
  const conversation = turns.map((turn) => {
    const [question = '', answer] = turn.split(' -> ');
    return { question, answer: answer ?? null };
  });
  return conversation.map(({ question }, index) => standalone(question, conversation.slice(0, index)));
}

describe('a chain of follow-ups', () => {
  it('is resolved in order, each on what the one before came to', () => {
    const turns = [
      'What is the capital of Peru? -> Lima',
      'And of Chile? -> Santiago',
      'What about Norway? -> Oslo',
      'And its population? -> 700,000',
      'And what about Spain?',
    ];
    expect(asked(...turns)).toEqual([
      'What is the capital of Peru?',
      'What is the capital of Chile?',
      'What is the capital of Norway?',
      "What is Oslo's population?",
      "What is Spain's population?",
    ]);
  });

  it('takes the name from the resolved question where there was no answer', () => {
    expect(asked('What is the capital of Peru?', 'And of Chile?', 'What is its population?').at(-1)).toBe(
      "What is Chile's population?",
    );
  });

  it('looks past the politeness of an earlier turn', () => {
    expect(asked('What is the area of Peru?', 'Thanks! And of Chile?', 'And of Norway?').at(-1)).toBe(
      'What is the area of Norway?',
    );
  });

  it('leaves alone what stands on its own', () => {
    const own = 'Which river flows through Paris and Rouen?';
    expect(asked('What is the capital of Peru? -> Lima', 'And of Chile?', own).at(-1)).toBe(own);
    expect(standalone('And of Chile?', [])).toBe('And of Chile?');
  });

  it('is followed through a very long conversation', () => {
    const turns = ['What is the capital of Peru?', ...Array.from({ length: 40 }, () => 'And of Chile?')];
    expect(asked(...turns, 'And of Norway?').at(-1)).toBe('What is the capital of Norway?');
    const endless = Array.from({ length: 10_000 }, () => ({ question: 'And of Chile?', answer: null }));
    expect(standalone('And of Norway?', endless)).toContain('Norway');
  });
});
