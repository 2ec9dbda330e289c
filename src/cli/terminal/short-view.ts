/**
 * A run in a few lines: two a step. The first says who was asked what and what was read; the second with what score it was found, and what
 * the policy made of the other ways, where it says that.
 */
import type { RouterEvent } from '../../graph/events.ts';
import type { StepRecord } from '../../graph/step-record.ts';
import type { Passage } from '../../tools/passage.ts';
import { createLayout, stringWidth } from './layout.ts';
import { plainLine } from './plain-text.ts';
import { scoreLabel } from './run-view.ts';
import { createPaint } from './style.ts';

interface ShortViewOptions {
  columns: number;
  colour: boolean;
}

interface ShortView {
  /** The text to print for this event; mostly empty. */
  show(event: RouterEvent): string;
}

export function createShortView({ columns, colour }: ShortViewOptions): ShortView {
  const layout = createLayout(columns);
  const paint = createPaint(colour);
  let found: Passage[] = [];
  let steps = 0;

  function stepRows(record: StepRecord): string {
    const { decision, reading } = record;
    if (decision.type !== 'search') return '';
    const places = [...new Set(decision.searches.map(({ knowledgeBase }) => plainLine(knowledgeBase)))].join(', ');
    const asked = plainLine([...new Set(decision.searches.map(({ subQuestion }) => subQuestion))].join(' '));
    const answer = reading?.answer ?? undefined;
    // The answer of a step is what counts: a long sub-question is cut before it.
    const given = layout.cut(plainLine(answer ?? 'no answer'), Math.floor(layout.textColumns / 2));
    const read = paint(answer === undefined ? 'faint' : 'answer', given);
    const room = layout.textColumns - stringWidth(`${places}   → ${given}`);
    const best = found[0];
    const score = best === undefined ? 'nothing found' : scoreLabel(best).replace(/ +/g, ' ');
    const ways = chancesOf(record);
    steps += 1;
    return (
      layout.row(`step ${steps}`, `${paint('place', places)}  ${layout.cut(asked, room)} → ${read}`) +
      layout.row('', paint('faint', layout.cut([score, ...ways].join(' · '), layout.textColumns)))
    );
  }

  return {
    show(event) {
      if (event.type === 'step-start') found = [];
      if (event.type === 'retrieval-end') found = event.passages;
      return event.type === 'step-end' ? stepRows(event.record) : '';
    },
  };
}

/** `ways: image 1.00, text 0.00`: the trace of a policy is its own, and only some hold chances by route. */
function chancesOf({ policy }: StepRecord): string[] {
  const { scores } = (policy.trace ?? {}) as { scores?: unknown };
  if (typeof scores !== 'object' || scores === null) return [];
  const chances = Object.entries(scores).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  const sorted = chances.sort((a, b) => b[1] - a[1]).map(([name, chance]) => `${plainLine(name)} ${chance.toFixed(2)}`);
  return sorted.length === 0 ? [] : [`ways: ${sorted.join(', ')}`];
}
