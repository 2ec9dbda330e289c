import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEvidence } from '../../src/tools/evidence.ts';
import type { Passage } from '../../src/tools/passage.ts';

const text = (id: string, words: string, more: Partial<Passage> = {}): Passage => ({
  id,
  documentId: id,
  knowledgeBase: 'notes',
  score: 1,
  rank: 0,
  text: words,
  ...more,
});

const asked = (
  question: string,
  passages: Passage[],
  citations: { passageId: string; knowledgeBase: string; quote?: string }[] = [],
) => findEvidence({ question, steps: [{ subQuestion: question, passages }], citations });

describe('findEvidence', () => {
  it('begins with the sentence that has the rare words of the question', () => {
    const passages = [
      text('garden', 'The garden opens at nine. Dogs stay outside.'),
      text('cellar', 'The cellar holds the old pumps. The key to the cellar hangs behind the mirror. It is heavy.'),
    ];
    const [first] = asked('Where is the key to the cellar?', passages);
    expect(first).toMatchObject({ passageId: 'cellar', knowledgeBase: 'notes' });
    expect(first!.text).toContain('The key to the cellar hangs behind the mirror.');
  });

  it('marks the words of the question', () => {
    const [first] = asked('When are the pumps oiled?', [text('pumps', 'The pumps are oiled in May.')]);
    expect(first!.highlights.map(([from, to]) => first!.text.slice(from, to))).toEqual(['pumps', 'oiled']);
  });

  it('shows rows with their headers, each by itself', () => {
    const table = {
      header: ['Pump', 'Litres'],
      rows: [
        ['Anna', '40'],
        ['Berta', '55'],
        ['Clara', ''],
      ],
    };
    const found = asked('How many litres does Berta give?', [text('pumps', 'flattened', { table, title: 'Pumps' })]);
    expect(found[0]).toMatchObject({ text: 'Pump: Berta; Litres: 55', title: 'Pumps' });
    expect(found.map(({ text }) => text)).not.toContain('flattened');
  });

  it('puts what the answer rests on first', () => {
    const passages = [text('a', 'The bell rings at noon.'), text('b', 'Twelve is when it sounds.')];
    const [first] = asked('When does the bell ring?', passages, [
      { passageId: 'b', knowledgeBase: 'notes', quote: 'Twelve is when it sounds.' },
    ]);
    expect(first!.passageId).toBe('b');
  });

  it('takes a picture that is nearly the question’s own for evidence', () => {
    const picture = text('p', 'The brass sextant.', { image: { file: 'p.png' }, scores: { image: 0.98 } });
    expect(asked('What is this?', [text('a', 'Opening hours.'), picture])[0]!.passageId).toBe('p');
  });

  it('is empty where nothing shares a word', () => {
    expect(asked('Who baked it?', [text('a', 'Opening hours are long.')])).toEqual([]);
    expect(asked('Who baked it?', [])).toEqual([]);
  });

  it('shows no passage twice, and never more than its limit', () => {
    const words = fc.array(fc.constantFrom('bell', 'pump', 'key', 'door', 'noon', 'the', 'Anna'), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), words, (texts, question) => {
        const passages = texts.map((words, index) => text(`p${index % 5}`, `${words.join(' ')}.`));
        const found = asked(question.join(' '), passages);
        expect(found.length).toBeLessThanOrEqual(5);
        expect(new Set(found.map(({ passageId }) => passageId)).size).toBe(found.length);
        for (const { score } of found) expect(score).toBeGreaterThanOrEqual(0);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});
