import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cutToWidth } from '../../src/cli/terminal/layout.ts';
import { plainLine } from '../../src/cli/terminal/plain-text.ts';
import { createRunView } from '../../src/cli/terminal/run-view.ts';
import { wantsColour } from '../../src/cli/terminal/style.ts';
import { searchFor } from '../../src/graph/decision.ts';
import type { RouterEvent } from '../../src/graph/events.ts';
import type { StepRecord } from '../../src/graph/step-record.ts';
import { passage } from '../../src/test/fakes.ts';

const USAGE = { searches: 1234, reads: 1, modelCalls: 0, tokens: { input: 0, output: 0 }, cost: 1 };
const LONG = 'Which of the rivers that run through the capital of this country is the longest of them all? ';

const EVENTS: RouterEvent[] = [
  { type: 'run-start', runId: 'r', question: `${LONG}冰岛的首都人口是多少`.repeat(2) },
  { type: 'step-start', id: 'a', index: 0 },
  {
    type: 'decision-end',
    id: 'a',
    index: 0,
    thought: LONG.repeat(2),
    decision: searchFor(LONG, 'images'),
  },
  {
    type: 'retrieval-end',
    id: 'a',
    index: 0,
    outcome: 'passages',
    passages: [
      { ...passage('images', 'p1', `${'雷克雅未克'.repeat(30)}`), title: 'Flag 🇮🇸' },
      passage('images', 'p2', 'a'.repeat(300), 1),
      passage('images', 'p3', 'x', 2),
      passage('images', 'p4', 'y', 3),
    ],
  },
  { type: 'reading-end', id: 'a', index: 0, subQuestion: LONG, reading: { answer: 'Iceland', citations: [] } },
  {
    type: 'decision-end',
    id: 'b',
    index: 1,
    decision: searchFor('Next?', 'tables'),
  },
  { type: 'retrieval-end', id: 'b', index: 1, outcome: 'unavailable', passages: [] },
  { type: 'decision-end', id: 'c', index: 2, decision: { type: 'stop' } },
  {
    type: 'answer-end',
    runId: 'r',
    question: LONG,
    answer: 'Ölfusá',
    citations: [
      { knowledgeBase: 'images', passageId: 'p2', quote: 'aaa' },
      { knowledgeBase: 'images', passageId: 'p3' },
    ],
    evidence: [],
    stopReason: 'max-steps',
    usage: USAGE,
  },
];

function render(events: readonly RouterEvent[], { columns = 80, colour = false } = {}): string {
  let now = 0;
  const view = createRunView({ columns, colour, now: () => (now += 250) });
  return events.map((event) => view.show(event)).join('');
}

describe('a run as text', () => {
  test.each([40, 80, 100])('no line is wider than %i columns', (columns) => {
    for (const line of render(EVENTS, { columns }).split('\n')) expect(stringWidth(line)).toBeLessThan(columns);
  });

  test('tells thought, sub-question, knowledge base, scores, intermediate answer, then the answer with its sources', () => {
    const text = render(EVENTS);
    expect(text).toMatch(/step 1 ─+\n {2}thought +Which/);
    expect(text).toMatch(/ask +Which of the rivers/);
    expect(text).toMatch(/of +images\n {2}bm25 10\.0 Flag 🇮🇸: 雷克雅未克/);
    expect(text).toContain('and 1 more');
    expect(text).toMatch(/read +Iceland/);
    expect(text).toMatch(/found +unavailable/);
    expect(text).toMatch(/answer ─+\n +Ölfusá \[1\] \[2\]\n +stopped after the last step allowed/);
    expect(text).toMatch(/\[2\] images {2}x\n/);
    expect(text).toMatch(/2 steps · 1,234 searches · 1 read · 250 ms\n$/);
  });

  test('a probe that failed is told with its reason, at the end of its step', () => {
    const record = {
      probes: [
        { knowledgeBase: 'images', subQuestion: 'q', topScores: [1] },
        { knowledgeBase: 'tables', subQuestion: 'q', topScores: [], outcome: 'unavailable' },
        { knowledgeBase: 'tables', subQuestion: 'r', topScores: [], outcome: 'unavailable' },
      ],
      error: 'tables: refused at port 6333',
    } as unknown as StepRecord;
    const shown = render([{ type: 'step-end', id: 'a', index: 0, record }]);
    expect(shown).toBe('  failed    tables: unavailable\n            tables: refused at port 6333\n');
    expect(render([{ type: 'step-end', id: 'a', index: 0, record: { ...record, probes: [] } }])).toBe('');
  });

  test('several searches at once are told by sub-question', () => {
    const searches = [...searchFor('first?', 'images', 'tables').searches, ...searchFor('second?', 'images').searches];
    const shown = render([{ type: 'decision-end', id: 'a', index: 0, decision: { type: 'search', searches } }]);
    expect(shown).toContain('ask       first?\n  of        images, tables\n  ask       second?\n  of        images\n');
  });

  test('a source says the row it rests on, on a narrow terminal too, and nothing twice', () => {
    const row = {
      ...passage('tables', 't', 'text'),
      title: 'Cities of Hungary',
      table: { header: ['City', 'Population'], rows: [['Budapest', '1,741,041']] },
    };
    const picture = { ...passage('images', 'p', 'The flag of Hungary.'), title: 'Flag of Hungary' };
    const events: RouterEvent[] = [
      { type: 'retrieval-end', id: 'a', index: 0, outcome: 'passages', passages: [row, picture] },
      {
        type: 'answer-end',
        runId: 'r',
        question: 'q',
        answer: '1,741,041',
        citations: [
          { knowledgeBase: 'tables', passageId: 't', quote: 'Population: 1,741,041' },
          { knowledgeBase: 'images', passageId: 'p', quote: 'Flag of Hungary' },
        ],
        evidence: [],
        stopReason: 'policy',
        usage: USAGE,
      },
    ];
    const said = render(events, { columns: 40 }).split('answer')[1]!.replace(/\s+/g, ' ');
    expect(said).toContain('[1] tables Cities of Hungary: Budapest | 1,741,041');
    expect(said).toContain('[2] images The flag of Hungary. 0 steps');
  });

  test('an abstention is said, not left blank', () => {
    const abstained = { ...EVENTS.at(-1)!, answer: null, citations: [] } as RouterEvent;
    expect(render([abstained])).toContain('do not answer this question');
  });

  test('colours are there when wanted and nowhere else', () => {
    expect(render(EVENTS)).not.toContain('\u001B');
    expect(render(EVENTS, { colour: true })).toContain('\u001B[1m');
    expect(wantsColour({ isTTY: true }, {})).toBe(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour({}, {})).toBe(false);
    expect(wantsColour({}, { FORCE_COLOR: '1' })).toBe(true);
  });

  test('nothing from outside reaches the terminal as a command', () => {
    const evil = 'a\u001B]0;title\u0007b\u001B[2Jc\r\nd\u202Ee\u0000f\u009B31mg';
    const events: RouterEvent[] = [
      { type: 'run-start', runId: 'r', question: evil },
      {
        type: 'decision-end',
        id: 'a',
        index: 0,
        thought: evil,
        decision: searchFor(evil, evil),
      },
      {
        type: 'retrieval-end',
        id: 'a',
        index: 0,
        outcome: 'passages',
        passages: [{ ...passage('k', evil, evil), title: evil }],
      },
      { type: 'reading-end', id: 'a', index: 0, subQuestion: evil, reading: { answer: evil, citations: [] } },
      {
        type: 'answer-end',
        runId: 'r',
        question: 'q',
        answer: evil,
        citations: [{ knowledgeBase: evil, passageId: 'none', quote: evil }],
        evidence: [],
        stopReason: 'policy',
        usage: USAGE,
      },
    ];
    expect(render(events)).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
    expect(plainLine(evil)).toBe('abc d e fg');
  });
});

test('cutting counts columns, not characters, and never splits one', () => {
  expect(cutToWidth('short', 10)).toBe('short');
  expect(cutToWidth('冰岛的首都', 6)).toBe('冰岛…');
  expect(cutToWidth('ab👨‍👩‍👧cd', 5)).toBe('ab👨‍👩‍👧…');
  for (let columns = 1; columns < 12; columns++) {
    expect(stringWidth(cutToWidth('a冰b岛c的d首e都', columns))).toBeLessThanOrEqual(columns);
  }
});
