/** How a training looks in a terminal: what happens now on one moving line, validations and alarms as lines that stay. */
import { bootstrapMean, pairedTest } from '../../eval/statistics/index.ts';
import type { IterationMetrics } from '../../train/monitor/iteration-metrics.ts';
import type { TrainEvent, TrainResult } from '../../train/trainer/train-scorer.ts';
import type { Validation } from '../../train/trainer/validate.ts';
import { createProgress } from './progress.ts';

interface TrainingView {
  show(event: TrainEvent): void;
  end(): void;
  summary(result: TrainResult, page: string): string;
}

const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
const whole = (value: number): string => `${Math.round(100 * value)}%`;

/** What one watches, the most telling first: a narrow terminal cuts the rest. */
function figures(metrics: IterationMetrics): string {
  const { reward, routingAccuracy, searchesPerQuestion, regret, entropy, kl, zeroVariance, invalid, timings } = metrics;
  return [
    `reward ${reward.toFixed(2)}`,
    `routes ${whole(routingAccuracy)}`,
    `searches ${searchesPerQuestion.toFixed(1)}`,
    `regret ${regret.toFixed(2)}`,
    `entropy ${entropy.toFixed(2)}`,
    `kl ${kl.toFixed(3)}`,
    `flat ${whole(zeroVariance)}`,
    `invalid ${whole(invalid)}`,
    `${Math.round(timings.decisionsPerSecond)} decisions/s`,
  ].join('  ');
}

export function createTrainingView(stream: NodeJS.WriteStream = process.stderr): TrainingView {
  let progress = createProgress(stream);
  const line = (text: string) => {
    progress.end();
    stream.write(`${text}\n`);
  };
  return {
    show(event) {
      switch (event.type) {
        case 'resume':
          line(`going on after iteration ${event.iteration}`);
          break;
        case 'checkpoint-damaged':
          line(`${event.message}; trying the one before`);
          break;
        case 'imitation-data-end':
          line(
            event.targets === 'teacher'
              ? `${event.samples} decisions of the teacher; ${percent(event.coverage)} of the gold sub-questions are among the candidates`
              : `${event.samples} decisions with what comes of every action; the best runs earn ${event.best.toFixed(3)} on average`,
          );
          progress = createProgress(stream);
          break;
        case 'warm-start-step':
          progress.update(event.step / event.steps, `supervised start, loss ${event.loss.toFixed(3)}`);
          break;
        case 'start-evaluated':
          line(
            `start ${String(event.step).padStart(8)}  ${told(event.validation)}${event.best ? '  best so far' : ''}`,
          );
          progress = createProgress(stream);
          break;
        case 'untrained':
          line(`untrained       ${told(event.untrained)}`);
          if (!isSame(event.rule, event.untrained)) line(`the rule alone  ${told(event.rule)}`);
          progress = createProgress(stream);
          break;
        case 'validation-end': {
          line(
            `iteration ${String(event.iteration).padStart(4)}  ${told(event.validation)}${event.best ? '  best so far' : ''}`,
          );
          break;
        }
        case 'iteration-end': {
          progress.update((event.metrics.iteration + 1) / event.iterations, figures(event.metrics), event);
          break;
        }
        case 'alarm':
          line(`alarm (${event.alarm.kind}) at iteration ${event.alarm.iteration + 1}: ${event.alarm.message}`);
          break;
        default:
          event satisfies never;
      }
    },
    end: () => progress.end(),
    summary,
  };
}

/** What was learnt, in lines that stay: each stage with its interval, what was gained over the start, and where it lies. */
function summary({ untrained, rule, before, best, policy, alarms }: TrainResult, page: string): string {
  const rows: [name: string, validation: Validation, note?: string][] = [['untrained', untrained]];
  if (!isSame(rule, untrained)) rows.push(['the rule, untrained', rule]);
  if (!isSame(before, untrained)) rows.push(['supervised start', before]);
  rows.push(['kept', best, ` (iteration ${best.iteration})`]);
  const gained = evidenceLines(rows);
  return [
    `answers on ${untrained.scores.length} validation questions`,
    ...rows.map(
      ([name, validation, note = '']) =>
        `  ${name.padEnd(21)}${meanOf(validation)} with ${validation.searches.toFixed(2)} searches${note}`,
    ),
    ...gainLines('untrained', untrained, best),
    ...gained,
    ...(isSame(rule, untrained) ? [] : gainLines('the rule', rule, best)),
    ...(alarms.length > 0
      ? [`alarms: ${alarms.map(({ kind, iteration }) => `${kind} at ${iteration + 1}`).join(', ')}`]
      : []),
    `policy: ${policy}`,
    `curves: ${page}`,
    '',
  ].join('\n');
}

/** Of people's own files evidence is what is shown, and seldom an answer. */
function evidenceLines(rows: readonly [name: string, validation: Validation, note?: string][]): string[] {
  const measured = rows.flatMap(([name, { evidenceEach = [] }]) =>
    evidenceEach.length > 0 ? [{ name, evidenceEach }] : [],
  );
  const [start, last] = [measured[0], measured.at(-1)];
  if (!start || !last) return [];
  return [
    `evidence read on ${start.evidenceEach.length} of them`,
    ...measured.map(({ name, evidenceEach }) => `  ${name.padEnd(21)}${meanOf({ scores: evidenceEach })}`),
    ...gainLines('untrained', { scores: start.evidenceEach }, { scores: last.evidenceEach }),
  ];
}

const told = ({ score, searches, reads, routingAccuracy }: Validation): string =>
  `answers ${percent(score)}  routes ${percent(routingAccuracy)}  searches ${searches.toFixed(2)}  reads ${reads.toFixed(1)}`;

function isSame(one: Validation, other: Validation): boolean {
  return one.searches === other.searches && one.scores.every((score, place) => score === other.scores[place]);
}

function meanOf({ scores }: Pick<Validation, 'scores'>): string {
  const interval = bootstrapMean(scores, { seed: 'train' });
  return interval === null ? 'none' : `${percent(interval.mean)} [${percent(interval.low)}, ${percent(interval.high)}]`;
}

/** What was gained over a start, question by question. */
function gainLines(
  name: string,
  { scores: before }: Pick<Validation, 'scores'>,
  { scores: after }: Pick<Validation, 'scores'>,
): string[] {
  const test = before.length === after.length ? pairedTest(after, before, { seed: 'train' }) : null;
  if (test === null) return [];
  const { mean, low, high } = test.difference;
  const points = (value: number) => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`;
  return [
    `  ${`over ${name}`.padEnd(21)}${points(mean)} points [${points(low)}, ${points(high)}], p = ${test.p.toFixed(4)}`,
    `  ${''.padEnd(21)}paired: ${test.wins} better, ${test.losses} worse`,
  ];
}
