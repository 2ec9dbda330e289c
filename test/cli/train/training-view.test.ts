import { describe, expect, it } from 'vitest';
import { timeLeft } from '../../../src/cli/terminal/progress.ts';
import { createTrainingView } from '../../../src/cli/terminal/training-view.ts';
import type { TrainEvent } from '../../../src/train/trainer/train-scorer.ts';
import { iterationLine } from '../../train/iteration-line.ts';

/** What is written, and how wide the stream is. */
function stream(columns: number, isTTY = true) {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    return true;
  };
  return { written, stream: { isTTY, columns, write } as unknown as NodeJS.WriteStream };
}

const iteration: TrainEvent = { type: 'iteration-end', metrics: iterationLine(11), iterations: 50, secondsLeft: 130 };

describe('a training in a terminal', () => {
  it('says how it goes: share, time left and every figure that is watched', () => {
    const wide = stream(200);
    createTrainingView(wide.stream).show(iteration);
    expect(wide.written.join('')).toBe(
      '\r\u001b[K 24%  2 min left    reward 1.00  routes 80%  searches 2.1  regret 0.25  entropy 0.30  kl 0.012  flat 30%  invalid 2%  123 decisions/s',
    );
  });

  it('never writes a moving line that wraps', () => {
    const narrow = stream(60);
    createTrainingView(narrow.stream).show(iteration);
    const text = narrow.written.join('').replace('\r\u001b[K', '');
    expect(text.length).toBeLessThan(60);
    expect(text).toContain('2 min left');
  });

  it('wipes the moving line before lines that stay', () => {
    const { written, stream: terminal } = stream(100);
    const view = createTrainingView(terminal);
    view.show(iteration);
    view.show({ type: 'alarm', alarm: { kind: 'leap', iteration: 11, message: 'too far' } });
    expect(written.slice(1)).toEqual(['\r\u001b[K', 'alarm (leap) at iteration 12: too far\n']);
  });

  it('goes into a log without control characters', () => {
    const { written, stream: log } = stream(80, false);
    createTrainingView(log).show(iteration);
    expect(written.join('')).toMatch(/^ 24% {2}2 min left .* 123 decisions\/s\n$/);
  });
});

describe('the summary', () => {
  const validated = (score: number, count: number) => ({
    score,
    searches: 2,
    reads: 9,
    routingAccuracy: 0.5,
    reward: 1,
    scores: Array.from({ length: count }, (_, index) => Number(index < score * count)),
    searchesEach: Array.from({ length: count }, () => 2),
  });

  const summaryOf = (starts: { untrained: number; rule: number; before: number }) =>
    createTrainingView(stream(80).stream)
      .summary(
        {
          policy: 'run/policy',
          untrained: validated(starts.untrained, 100),
          rule: validated(starts.rule, 100),
          before: validated(starts.before, 100),
          best: { ...validated(0.9, 100), iteration: 40 },
          alarms: [{ kind: 'leap', iteration: 3, message: '' }],
        },
        'run/curves.html',
      )
      .trimEnd()
      .split('\n');

  it('begins with what nothing learnt gives, and with the rule where the training began elsewhere', () => {
    const lines = summaryOf({ untrained: 0.2, rule: 0.95, before: 0.2 });
    expect(lines[0]).toBe('answers on 100 validation questions');
    expect(lines[1]).toMatch(/^ {2}untrained +20\.0% \[.*\] with 2\.00 searches$/);
    expect(lines[2]).toMatch(/^ {2}the rule, untrained +95\.0% \[/);
    expect(lines[3]).toMatch(/^ {2}kept +90\.0% .* \(iteration 40\)$/);
    expect(lines[4]).toMatch(/over untrained +\+70\.0 points \[\+/);
    expect(lines[5]).toContain('70 better, 0 worse');
    expect(lines[6]).toMatch(/over the rule +-5\.0 points \[-/);
    expect(lines.slice(8)).toEqual(['alarms: leap at 4', 'policy: run/policy', 'curves: run/curves.html']);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says what is the same only once, and what the supervised start gave', () => {
    const names = (lines: string[]) =>
      lines.filter((line) => line.includes(' searches')).map((line) => line.trim().split(/ {2}/)[0]);
    expect(names(summaryOf({ untrained: 0.8, rule: 0.8, before: 0.85 }))).toEqual([
      'untrained',
      'supervised start',
      'kept',
    ]);
    expect(names(summaryOf({ untrained: 0.8, rule: 0.8, before: 0.8 }))).toEqual(['untrained', 'kept']);
  });
});

describe('time left', () => {
  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [61, '1 min'],
    [3599, '1 h 0 min'],
    [7500, '2 h 5 min'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(timeLeft(seconds)).toBe(text);
  });
});
