/** The report as plain text of at most 80 columns. Every mean stands with its 95% interval, every difference with its p-value. */
import type { FigureName, MethodSummary } from '../scoring/summary.ts';
import { FIGURES, intervalText, numberText, pText, TABLES } from './figures.ts';
import type { Report } from './report.ts';

interface TerminalOptions {
  /** Every table, not only those most looked at. */
  all?: boolean;
}

const SHORT: readonly string[] = [
  'Answers (x100)',
  'Answers judged by a chat model (x100)',
  'Abstention and evidence (x100)',
  'Routing (x100)',
  'Cost a question',
  'Cost a question, of models and declared',
];

/** The report of an evaluation as the tables that a terminal shows. */
export function terminalReport({ content, timings }: Report, { all = false }: TerminalOptions = {}): string {
  const { dataset, settings, statistics } = content;
  const lines = [
    `${dataset.name}: ${dataset.questions} questions (${dataset.answerable} answerable), ${dataset.clusters} templates, seeds ${settings.seeds.join(', ')}`,
    `95% intervals: bootstrap over templates, ${statistics.resamples} resamples`,
  ];
  if (dataset.broken > 0) lines.push(`${dataset.broken} broken lines of the file were skipped`);
  if (dataset.imagesMissing > 0)
    lines.push(`${dataset.imagesMissing} questions were asked without their missing image`);
  for (const { title, figures } of TABLES) {
    const defined = figures.filter((figure) => content.methods.some((method) => method.figures[figure]));
    if (defined.length === 0 || (!all && !SHORT.includes(title))) continue;
    lines.push('', title, ...tableLines(content.methods, defined));
  }
  lines.push('', row(['Latency, ms', 'p50', 'p95', 'mean']));
  for (const { name, p50, p95, mean } of timings) {
    lines.push(row([name, ...[p50, p95, mean].map((value) => value?.toFixed(1) ?? '-')]));
  }
  for (const { name, dollars } of content.prices ?? []) lines.push(`price of ${name}: $${dollars.toFixed(4)}`);
  lines.push(...spreadLines(content.methods), ...comparisonLines(content.comparisons));
  if (content.failures.length > 0) {
    lines.push('', 'Failed runs (counted as wrong)');
    for (const { method, questionId, message } of content.failures.slice(0, 5))
      lines.push(`  ${method} ${questionId}: ${message}`);
  }
  return `${lines.map((line) => (line.length > 80 ? `${line.slice(0, 77)}...` : line)).join('\n')}\n`;
}

function tableLines(methods: readonly MethodSummary[], figures: readonly FigureName[]): string[] {
  return [
    row(['', ...figures.map((figure) => FIGURES[figure].label)]),
    ...methods.map((method) =>
      row([method.name, ...figures.map((figure) => intervalText(figure, method.figures[figure]))]),
    ),
  ];
}

function spreadLines(methods: readonly MethodSummary[]): string[] {
  const spread = methods.filter((method) => method.spread.accuracy);
  if (spread.length === 0) return [];
  return [
    '',
    row(['Accuracy by seed', 'mean', 'deviation', 'range']),
    ...spread.map(({ name, spread: { accuracy } }) => {
      const { mean, deviation, minimum, maximum } = accuracy!;
      const show = (value: number) => numberText('accuracy', value);
      return row([name, show(mean), deviation === null ? '-' : show(deviation), `${show(minimum)}-${show(maximum)}`]);
    }),
  ];
}

function comparisonLines(comparisons: Report['content']['comparisons']): string[] {
  const accuracy = comparisons.filter(({ figure }) => figure === 'accuracy');
  if (accuracy.length === 0) return [];
  return [
    '',
    'Differences in accuracy (x100), paired by question; permutation test',
    ...accuracy.map(({ a, b, test: { difference, p, wins, losses } }) =>
      `${`${a} - ${b}`.padEnd(36).slice(0, 36)} ${intervalText('accuracy', difference).padStart(20)} ${pText(p).padEnd(9)} ${wins}:${losses}`.trimEnd(),
    ),
  ];
}

function row(cells: readonly string[]): string {
  const [first = '', ...rest] = cells;
  return `${first.padEnd(17).slice(0, 17)}${rest.map((cell) => cell.padStart(21)).join('')}`;
}
