/**
 * A run as it is shown live: each router event becomes the text to print next. It knows nothing of streams, so that what a
 * terminal shows can be tested as a string.
 */
import type { Decision, Search, Usage } from '../../graph/decision.ts';
import type { RouterAnswer, RouterEvent, StopReason } from '../../graph/events.ts';
import type { Citation, StepRecord } from '../../graph/step-record.ts';
import type { Evidence } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';
import { createLayout, type Layout, stringWidth } from './layout.ts';
import { plainLine } from './plain-text.ts';
import { createPaint, type Paint, type Style } from './style.ts';

interface RunViewOptions {
  columns: number;
  colour: boolean;
  /** Passages shown of each search. Default 3. */
  passagesShown?: number;
  /** How the image of the question is named, e.g. its file. */
  image?: string;
  /** Milliseconds since some moment, to tell how long the run took. */
  now?: () => number;
}

interface RunView {
  /** The text to print for this event; empty where there is nothing to show. */
  show(event: RouterEvent): string;
}

const EVIDENCE_SHOWN = 3;

const STOPS: Record<StopReason, string> = {
  policy: '',
  'max-steps': 'stopped after the last step allowed',
  'budget-tokens': 'stopped: the budget of tokens is used up',
  'budget-time': 'stopped: the time is used up',
  'budget-cost': 'stopped: the budget of costs is used up',
  'budget-searches': 'stopped: the budget of searches is used up',
  invalid: 'stopped: the policy gave no valid decision',
};

export function createRunView(options: RunViewOptions): RunView {
  const { columns, colour, passagesShown = 3, image, now = () => performance.now() } = options;
  const pen = createPen(columns, colour);
  const { layout, paint, row, rule } = pen;
  const seen = new Map<string, Passage>();
  let startedAt = now();
  let steps = 0;
  let subQuestion = '';

  function answerRows(event: Extract<RouterEvent, { type: 'answer-end' }>): string {
    const answer = answerLine(event, paint);
    const citations = event.citations.map((citation, index) => {
      const passage = seen.get(passageKey(citation.knowledgeBase, citation.passageId));
      return citationRow(pen, citation, { index, passage });
    });
    const evidence = event.answer === null ? evidenceRows(layout, paint, event.evidence) : [];
    const counts = [...usageCounts(steps, event.usage), duration(now() - startedAt)];
    const why = STOPS[event.stopReason];
    return [
      `\n${rule('answer')}`,
      layout.row('', answer),
      ...(why === '' ? [] : [row('', why, 'faint')]),
      ...(citations.length === 0 ? [] : ['\n', ...citations]),
      ...(evidence.length === 0 ? [] : ['\n', ...evidence]),
      `\n${layout.row('', paint('faint', counts.join(' · ')))}`,
    ].join('');
  }

  function show(event: RouterEvent): string {
    switch (event.type) {
      case 'run-start':
        startedAt = now();
        return `\n${row('question', event.question, 'heading')}${image === undefined ? '' : row('image', image)}`;
      case 'step-start':
        return '';
      case 'decision-end': {
        const heading = event.decision.type === 'search' ? rule(`step ${++steps}`) : '';
        const stops = event.decision.type === 'stop';
        const thought = event.thought ? row(stops ? 'stop' : 'thought', event.thought, 'thought') : '';
        if (event.decision.type === 'search') {
          subQuestion = event.decision.searches.map((search) => search.subQuestion).join(' ');
        }
        return stops && thought === '' ? '' : `\n${heading}${thought}${decisionRows(event.decision, row)}`;
      }
      case 'retrieval-end':
        for (const passage of event.passages) seen.set(passageKey(passage.knowledgeBase, passage.id), passage);
        if (event.passages.length > 0)
          return passageRows(pen, event.passages, { most: passagesShown, wanted: subQuestion });
        return row('found', event.outcome === 'empty' ? 'nothing' : event.outcome.replaceAll('-', ' '), 'warning');
      case 'reading-end':
        return event.reading.answer === null
          ? row('read', 'no answer in these passages', 'faint')
          : row('read', event.reading.answer, 'answer');
      case 'step-end':
        return failuresOf(event.record, row);
      case 'answer-delta':
        return '';
      case 'answer-end':
        return answerRows(event);
      default:
        return event satisfies never;
    }
  }

  return { show };
}

interface Pen {
  columns: number;
  layout: Layout;
  paint: Paint;
  /** A line with its label. */
  row(name: string, text: string, style?: Style): string;
  /** A line across, with words in it. */
  rule(words: string): string;
}

function createPen(columns: number, colour: boolean): Pen {
  const layout = createLayout(columns);
  const paint = createPaint(colour);
  const paintLabel = (text: string) => paint('label', text);
  return {
    columns,
    layout,
    paint,
    row(name, text, style) {
      const line = plainLine(text);
      return layout.row(name, style ? paint(style, line) : line, { paintLabel });
    },
    rule: (words) =>
      layout.rule(words, { words: (text) => paint('heading', text), line: (text) => paint('faint', text) }),
  };
}

/** Scores stand in the column of labels, so that passages line up with everything else. */
function passageRows(
  { layout, paint }: Pen,
  passages: readonly Passage[],
  { most, wanted }: { most: number; wanted: string },
): string {
  const rows = passages.slice(0, most).map((passage) => {
    const text = layout.cut(passageLine(passage, wanted), layout.textColumns);
    const paintLabel = (score: string) => paint('score', score);
    return layout.row(scoreLabel(passage), paint('faint', text), { paintLabel });
  });
  const more = passages.length - rows.length;
  return rows.join('') + (more > 0 ? layout.row('', paint('faint', `and ${more} more`)) : '');
}

function decisionRows(decision: Decision, row: Pen['row']): string {
  switch (decision.type) {
    case 'search':
      return [...Map.groupBy(decision.searches, (search) => search.subQuestion)]
        .map(([asked, searches]) => row('ask', asked, 'heading') + row('of', placesOf(searches), 'place'))
        .join('');
    case 'stop':
      return '';
    case 'invalid':
      return row('invalid', decision.reason.replaceAll('-', ' '), 'warning');
    default:
      return decision satisfies never;
  }
}

function citationRow(
  { columns, layout, paint }: Pen,
  citation: Citation,
  { index, passage }: { index: number; passage: Passage | undefined },
): string {
  const place = `${paint('citation', `[${index + 1}]`)} ${paint('place', plainLine(citation.knowledgeBase))}  `;
  // Two lines, four on a narrow terminal, all but the first indented, each losing a few columns to whole words.
  const room = layout.textColumns * (columns < 60 ? 4 : 2) - stringWidth(place) - 20;
  return layout.row('', place + layout.cut(sourceLine(citation, passage), room), { hang: 4 });
}

/** Probes that failed: without a word of them an outage would look like a knowledge base that knows nothing. */
function failuresOf({ probes, error = '' }: StepRecord, row: Pen['row']): string {
  const failed = new Set(
    probes.flatMap(({ knowledgeBase, outcome }) =>
      outcome === undefined ? [] : [`${knowledgeBase}: ${outcome.replaceAll('-', ' ')}`],
    ),
  );
  if (failed.size === 0) return '';
  return [...failed].map((line) => row('failed', line, 'warning')).join('') + (error && row('', error, 'faint'));
}

/** The short answer with the numbers of its citations, or that there is none. */
function answerLine({ answer, citations, evidence, usage }: RouterAnswer, paint: Paint): string {
  if (answer === null) {
    if (evidence.length > 0) return paint('warning', 'I found no short answer. Most relevant:');
    return paint(
      'warning',
      usage.reads > 0 ? 'The knowledge bases do not answer this question.' : 'Nothing was found.',
    );
  }
  const numbers = citations.map((_citation, index) => paint('citation', `[${index + 1}]`)).join(' ');
  return `${paint('finalAnswer', plainLine(answer))} ${numbers}`.trimEnd();
}

/** What a person reads where there is no short answer: each entry with its source. */
function evidenceRows(layout: Layout, paint: Paint, evidence: readonly Evidence[]): string[] {
  return evidence.slice(0, EVIDENCE_SHOWN).map(({ text, knowledgeBase, title }) => {
    const source = [knowledgeBase, title].filter((part) => part !== undefined).join(' · ');
    return layout.row('', `${plainLine(text)} ${paint('place', `(${plainLine(source)})`)}`, { hang: 2 });
  });
}

function usageCounts(steps: number, { searches, reads, modelCalls, tokens }: Usage): string[] {
  return [
    count(steps, 'step'),
    count(searches, 'search', 'searches'),
    count(reads, 'read'),
    ...(modelCalls > 0 ? [count(modelCalls, 'model call'), count(tokens.input + tokens.output, 'token')] : []),
  ];
}

/**
 * A score with what it measures, nine columns wide: `bm25` words in common, `cos` meaning and `img` pictures as cosines, `sum` the weighted
 * sum of several from 0 to 1, `rank` what a reranker says. Knowledge bases whose scores say nothing of themselves have `bm25`.
 */
export function scoreLabel({ score, scores = {} }: Pick<Passage, 'score' | 'scores'>): string {
  const [, unit] = UNITS.find(([part]) => part in scores) ?? ['', 'bm25'];
  const digits = Math.abs(score) >= 100 ? 0 : Math.abs(score) >= 10 ? 1 : 2;
  return `${unit.padEnd(4)} ${score.toFixed(digits).padStart(4)}`;
}

/** By the part of a passage's scores that tells how the whole was made, the last step first. */
const UNITS = [
  ['rerank', 'rank'],
  ['fused', 'sum'],
  ['image', 'img'],
  ['dense', 'cos'],
] as const;

/**
 * Title and text on one line; a title that the text begins with is not said twice. Of a table it is the row that has most
 * words in common with `wanted`.
 */
export function passageLine(
  { title = '', text, table }: Pick<Passage, 'title' | 'text' | 'table'>,
  wanted = '',
): string {
  const words = plainLine(table === undefined ? text : bestRow(table.rows, wanted).join(' | '));
  const name = plainLine(title);
  // "A drawing of a cow ..." says its title, "Drawing of a cow", in its first words.
  const said = words
    .slice(0, name.length + 12)
    .toLowerCase()
    .includes(name.toLowerCase());
  return said ? words : `${name}: ${words}`;
}

/** What a citation points at: the row or the words that carry the answer. */
function sourceLine({ passageId, quote = '' }: Citation, passage: Passage | undefined): string {
  if (passage === undefined) return plainLine(quote === '' ? passageId : `${passageId}: “${quote}”`);
  const line = passageLine(passage, quote);
  return quote === '' || passage.table !== undefined || line.toLowerCase().includes(plainLine(quote).toLowerCase())
    ? line
    : `${line} “${plainLine(quote)}”`;
}

function bestRow(rows: readonly (readonly string[])[], wanted: string): readonly string[] {
  const words = new Set(wordsOf(wanted));
  const shared = (row: readonly string[]) => new Set(wordsOf(row.join(' ')).filter((word) => words.has(word))).size;
  return rows.reduce((best, row) => (shared(row) > shared(best) ? row : best), rows[0] ?? []);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function placesOf(searches: readonly Search[]): string {
  return searches.map(({ knowledgeBase }) => knowledgeBase).join(', ');
}

function passageKey(knowledgeBase: string, id: string): string {
  return JSON.stringify([knowledgeBase, id]);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
