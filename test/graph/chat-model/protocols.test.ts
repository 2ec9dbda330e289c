import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer, writeAnswer } from '../../../src/graph/chat-model/protocols/answer-tags.ts';
import { parseDecision, writeDecision } from '../../../src/graph/chat-model/protocols/decision-tags.ts';
import { namesToKnowledgeBases, referenceNames } from '../../../src/graph/chat-model/protocols/naming.ts';
import { type Search, searchFor } from '../../../src/graph/decision.ts';
import { fakeKnowledgeBase } from '../../../src/test/fakes.ts';

const NAMES = new Map([
  ['Text Retriever', 'wiki'],
  ['Text Image Retriever', 'pictures'],
  ['Table Retriever', 'tables'],
]);

const parse = (output: string) => parseDecision(output, NAMES).decision;
const reasonOf = (output: string) => {
  const decision = parse(output);
  return decision.type === 'invalid' ? decision.reason : decision;
};

describe('reading a decision', () => {
  it('keeps the case of everything but tags and names', () => {
    expect(
      parseDecision(
        '<think>NASA, then.</think><sub-question>Who led NASA in 1969?</sub-question><ret>text retriever</ret>',
        NAMES,
      ),
    ).toEqual({
      thought: 'NASA, then.',
      decision: searchFor('Who led NASA in 1969?', 'wiki'),
    });
  });

  it.each([
    ['a code fence', '```xml\n<think>t</think>\n<sub-question>q</sub-question>\n<ret>Table Retriever</ret>\n```'],
    ['stray text', 'Sure! <sub-question>q</sub-question> and so <ret>Table Retriever</ret> (hope it helps)'],
    ['a thought begun in the prompt', 'so it goes</think><sub-question>q</sub-question><ret>Table Retriever</ret>'],
    [
      'tags quoted in the thought',
      '<think>I write <ret>x</ret>.</think><sub-question>q</sub-question><ret>Table Retriever</ret>',
    ],
    ['spaces and case in tags', '< Sub-Question >q</ SUB-QUESTION><RET>Table Retriever</ret>'],
    ['quotes and fences inside', '<sub-question>\n```\nq\n```\n</sub-question><ret>**`Table Retriever`**</ret>'],
    ['the other order', '<ret>Table Retriever</ret><sub-question>q</sub-question>'],
    ['a comparison sign', 'if 1 < 2 then <sub-question>q</sub-question><ret>Table Retriever</ret> > 3'],
  ])('tolerates %s', (_, output) => {
    expect(parse(output)).toEqual(searchFor('q', 'tables'));
  });

  it.each(['None', 'none', ' NONE ', '"None"', 'None.'])('reads %j in both as a stop', (none) => {
    expect(parse(`<think>done</think><sub-question>${none}</sub-question><ret>None</ret>`)).toEqual({ type: 'stop' });
  });

  it.each([
    ['empty-output', ''],
    ['empty-output', ' \n\t'],
    ['missing-tag', 'I think we should ask the Text Retriever.'],
    ['missing-tag', '<think>t</think><sub-question>q</sub-question>'],
    ['missing-tag', '<think>only <sub-question>q</sub-question><ret>Text Retriever</ret></think>'],
    ['missing-tag', 'q</sub-question><ret>Text Retriever</ret>'],
    ['duplicate-tag', '<sub-question>q</sub-question><ret>Text Retriever</ret><ret>Table Retriever</ret>'],
    ['duplicate-tag', '<sub-question>q</sub-question><sub-question>r</sub-question><ret>Text Retriever</ret>'],
    ['unclosed-tag', '<think>t<sub-question>q</sub-question><ret>Text Retriever</ret>'],
    ['unclosed-tag', '<sub-question>q</sub-question><ret>Text Retriever'],
    ['unclosed-tag', '<sub-question>q<ret>Text Retriever</ret></sub-question>'],
    ['unclosed-tag', '</sub-question>q<sub-question><ret>Text Retriever</ret>'],
    ['empty-sub-question', '<sub-question> </sub-question><ret>Text Retriever</ret>'],
    ['unknown-knowledge-base', '<sub-question>q</sub-question><ret>Google</ret>'],
    ['unknown-knowledge-base', '<sub-question>q</sub-question><ret>Text Retriever, Table Retriever</ret>'],
    ['unknown-knowledge-base', '<sub-question>q</sub-question><ret>wiki</ret>'],
    ['unknown-knowledge-base', '<sub-question>q</sub-question><ret>*</ret>'],
    ['unknown-knowledge-base', '<sub-question>q</sub-question><ret></ret>'],
    ['contradiction', '<sub-question>None</sub-question><ret>Text Retriever</ret>'],
    ['contradiction', '<sub-question>q</sub-question><ret>None</ret>'],
    ['too-long', `<sub-question>${'q'.repeat(2001)}</sub-question><ret>Text Retriever</ret>`],
  ])('gives %s for %j', (reason, output) => {
    expect(reasonOf(output)).toBe(reason);
  });

  it('keeps at most 4,000 characters of what it could not read', () => {
    expect(parse('x'.repeat(5_000))).toEqual({ type: 'invalid', reason: 'missing-tag', raw: 'x'.repeat(4_000) });
  });
});

describe('the time it takes', () => {
  const MEGABYTE = 1_000_000;
  it.each([
    ['<', '>'],
    ['<ret', ''],
    ['<ret>', ''],
    ['</think>', ''],
    ['<think>', ''],
    ['<sub-question>a</sub-question>', ''],
    ['< / ret ', '>'],
    ['`', ''],
    [' ', 'x'],
    ['"', ''],
    ['[', ']'],
  ])('is linear in %j repeated', (piece, end) => {
    const output = piece.repeat(Math.ceil(MEGABYTE / piece.length)) + end;
    // A fraction of a second on an idle machine; quadratic time would be hours, and the test would never end.
    parse(output);
    parse(`<sub-question>q</sub-question><ret>${output}</ret>`);
    parseAnswer(output);
    parseAnswer(`<answer>${output}</answer><cite>${output}</cite>`);
  });
});

describe('writing a decision', () => {
  const plain = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
    .map((text) => text.replaceAll(/[<>`"'*“”‘’]/g, '').trim())
    .filter((text) => text !== '' && !/^none\.?$/i.test(text));

  it('is the inverse of reading', () => {
    fc.assert(
      fc.property(plain, plain, fc.constantFrom(...NAMES.keys()), (thought, subQuestion, name) => {
        const text = writeDecision({ type: 'search', subQuestion, name }, thought);
        expect(parseDecision(text, NAMES)).toEqual({
          thought,
          decision: searchFor(subQuestion, NAMES.get(name)!),
        });
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(parse(writeDecision({ type: 'stop' }, 'enough'))).toEqual({ type: 'stop' });
  });

  it('refuses what could not be read back', () => {
    for (const subQuestion of ['None', '', ' q', 'a</sub-question>', '<ret>Text Retriever</ret>']) {
      expect(() => writeDecision({ type: 'search', subQuestion, name: 'Text Retriever' })).toThrow(RangeError);
    }
    expect(() => writeDecision({ type: 'stop' }, 'I </think> so')).toThrow(RangeError);
  });
});

describe('any output', () => {
  const numRuns = process.env.R1_ROUTER_FULL === '1' ? 100_000 : 20_000;

  const PIECES = [
    ...['<think>', '</think>', '<sub-question>', '</sub-question>', '<ret>', '</ret>', '<answer>', '</answer>'],
    ...['<RET>', '< /ret>', '</', '<', '>', '```', '```xml\n', '"', '`', 'None', 'none', 'NONE.', '\n', ' ', ''],
    ...['Text Retriever', 'text retriever', 'Table Retriever', 'Google', 'Who wrote Emma?', '\u0130', '😀', '\u0000'],
  ];
  const VALID = [
    '<think>a</think><sub-question>Who wrote Emma?</sub-question><ret>Text Retriever</ret>',
    '<think>a</think><sub-question>None</sub-question><ret>None</ret>',
    '```\n<think>a</think>\n<sub-question>Who wrote Emma?</sub-question>\n<ret>Table Retriever</ret>\n```',
  ];
  const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 12 }));
  const edit = fc.record({ at: fc.nat(200), remove: fc.nat(30), insert: piece });
  const mutated = fc.oneof(
    fc.array(piece, { maxLength: 25 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...VALID), fc.array(edit, { maxLength: 4 }))
      .map(([valid, edits]) =>
        edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), valid),
      ),
    fc
      .tuple(fc.constantFrom(...VALID), fc.constantFrom(...VALID), fc.nat(90), fc.nat(90))
      .map(([a, b, i, j]) => a.slice(0, i) + b.slice(j)),
  );

  /** A second opinion, written with regular expressions: the one element of this name after the thought, if there is one. */
  const element = (output: string, name: string) => {
    const said = output.slice(Math.max(0, ...[...output.matchAll(/<\s*\/\s*think\s*>/gi)].map((tag) => tag.index + 1)));
    const opened = [...said.matchAll(new RegExp(`<\\s*${name}\\s*>`, 'gi'))];
    const closed = [...said.matchAll(new RegExp(`<\\s*/\\s*${name}\\s*>`, 'gi'))];
    if (opened.length !== 1 || closed.length !== 1) return undefined;
    return said.slice(opened[0]!.index + opened[0]![0].length, closed[0]!.index);
  };

  it(`is read without a throw, and never becomes a stop or a route it is not (${numRuns} mutated outputs)`, () => {
    const seen = { search: 0, stop: 0, invalid: 0 };
    fc.assert(
      fc.property(mutated, (output) => {
        const { decision } = parseDecision(output, NAMES);
        seen[decision.type]++;
        if (decision.type === 'invalid') return;
        const [subQuestion, retriever] = [element(output, 'sub-question'), element(output, 'ret')];
        expect(subQuestion).toBeDefined();
        expect(retriever).toBeDefined();
        if (decision.type === 'stop') {
          expect(subQuestion!.replaceAll(/[^\p{L}]/gu, '').toLowerCase()).toMatch(/none$/);
          expect(retriever!.replaceAll(/[^\p{L}]/gu, '').toLowerCase()).toMatch(/none$/);
        } else {
          expect(decision.searches).toHaveLength(1);
          const [asked] = decision.searches as [Search];
          expect(subQuestion).toContain(asked.subQuestion);
          expect(asked.subQuestion.toLowerCase()).not.toBe('none');
          const shown = [...NAMES].find(([, name]) => name === asked.knowledgeBase)![0];
          expect(retriever!.toLowerCase()).toContain(shown.toLowerCase());
        }
      }),
      { seed: 20_251_123, numRuns },
    );
    // The mutations must reach all three.
    expect(seen.search).toBeGreaterThan(numRuns / 100);
    expect(seen.stop).toBeGreaterThan(numRuns / 100);
    expect(seen.invalid).toBeGreaterThan(numRuns / 4);
  });

  it('is read as an answer without a throw, and an answer is always the text between the tags', () => {
    fc.assert(
      fc.property(mutated, (output) => {
        const parsed = parseAnswer(output);
        if (parsed.type === 'answer' && parsed.answer !== null) {
          expect(element(output, 'answer')).toContain(parsed.answer.slice(0, 5));
        }
      }),
      { seed: 7, numRuns: 10_000 },
    );
  });
});

describe('reading an answer', () => {
  it.each([
    ['<think>t</think><answer>Jane Austen</answer><cite>ter-0, tar-2</cite>', 'Jane Austen', ['ter-0', 'tar-2']],
    [
      '<answer>Jane Austen [ter-1][tir-0] of Hampshire [sic]</answer>',
      'Jane Austen of Hampshire [sic]',
      ['ter-1', 'tir-0'],
    ],
    ['<answer>None</answer>', null, []],
    ['<answer></answer>', null, []],
    ['<answer>Jane Austen</answer><cite>page 3</cite>', 'Jane Austen', []],
  ])('%j', (output, answer, labels) => {
    expect(parseAnswer(output)).toMatchObject({ type: 'answer', answer, labels });
  });

  it('is invalid without exactly one answer', () => {
    expect(parseAnswer('Jane Austen')).toEqual({ type: 'invalid', reason: 'missing-tag' });
    expect(parseAnswer('<answer>a</answer><answer>b</answer>')).toEqual({ type: 'invalid', reason: 'duplicate-tag' });
    expect(parseAnswer('<answer>a')).toEqual({ type: 'invalid', reason: 'unclosed-tag' });
  });

  it('is the inverse of writing', () => {
    const text = writeAnswer({ answer: 'Jane Austen', labels: ['ter-0'] }, 'it says so');
    expect(parseAnswer(text)).toEqual({
      type: 'answer',
      thought: 'it says so',
      answer: 'Jane Austen',
      labels: ['ter-0'],
    });
    expect(parseAnswer(writeAnswer({ answer: null }))).toMatchObject({ answer: null });
    expect(() => writeAnswer({ answer: '<answer>' })).toThrow(RangeError);
  });
});

describe('naming', () => {
  it('is refused where two knowledge bases would look the same to the model', () => {
    const cards = [fakeKnowledgeBase('A'), fakeKnowledgeBase('B')];
    expect(() => namesToKnowledgeBases(cards, referenceNames)).toThrow(
      /"A" and "B" are both shown as "Text Retriever"/,
    );
    expect(() => namesToKnowledgeBases(cards, () => 'none')).toThrow(/cannot be shown to a model as "none"/);
    expect(namesToKnowledgeBases(cards.slice(0, 1), referenceNames)).toEqual(new Map([['Text Retriever', 'A']]));
  });
});
