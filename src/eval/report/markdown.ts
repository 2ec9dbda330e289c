/** The report as Markdown tables, for docs. Leaves out what differs from machine to machine (timings). */
import type { FigureName } from '../scoring/summary.ts';
import { FIGURES, intervalText, pText } from './figures.ts';
import type { Report } from './report.ts';

/** One table of methods by figures, each cell a mean with its interval. */
export function markdownTable({ content }: Report, figures: readonly FigureName[]): string {
  const lines = [
    `| method | ${figures.map((figure) => FIGURES[figure].label).join(' | ')} |`,
    `|---|${figures.map(() => '---:').join('|')}|`,
    ...content.methods.map(
      (method) =>
        `| ${method.name} | ${figures.map((figure) => intervalText(figure, method.figures[figure])).join(' | ')} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Every method against `baseline` on one figure: difference with interval and p-value. */
export function markdownComparison({ content }: Report, baseline: string, figure: FigureName): string {
  const rows = content.comparisons
    .filter(({ a, b, figure: compared }) => compared === figure && (a === baseline || b === baseline))
    .map(({ a, b, test: { difference, p, wins, losses } }) => {
      const turned = b === baseline;
      const { mean, low, high } = difference;
      const signed = turned ? difference : { ...difference, mean: -mean, low: -high, high: -low };
      return `| ${turned ? a : b} | ${intervalText(figure, signed)} | ${pText(p)} | ${turned ? `${wins}:${losses}` : `${losses}:${wins}`} |`;
    });
  return `${[`| method | ${FIGURES[figure].label} less that of ${baseline} | permutation test | better:worse |`, '|---|---:|---:|---:|', ...rows].join('\n')}\n`;
}
