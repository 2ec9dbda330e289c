/**
 * The report as one HTML file that needs nothing else: numbers in tables, four plots, and a browser of single questions. The
 * plots are drawn by Observable Plot, whose code is embedded; the file opens offline and from a mail.
 */
import { chartLibrary } from '../../common/chart-library.ts';
import type { FigureName } from '../scoring/summary.ts';
import { FIGURES, intervalText, pText, TABLES } from './figures.ts';
import { type PageData, type PageOptions, pageData, tableCells } from './page-data.ts';
import {
  drawOutcomes,
  drawRouting,
  listQuestions,
  pageParts,
  passageNodes,
  plotPlaces,
  questionNodes,
  runNodes,
} from './page-script.ts';
import type { Report, ScoredEvaluation } from './report.ts';

/** The report of an evaluation as one HTML file that needs nothing else. */
export async function htmlReport(scored: ScoredEvaluation, options: PageOptions = {}): Promise<string> {
  const { report } = scored;
  const data = await pageData(scored, options);
  const { d3, plot } = await chartLibrary();
  const { dataset, settings, statistics } = report.content;
  const title = `Evaluation of ${report.content.methods.map(({ name }) => name).join(', ')} on ${dataset.name}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(dataset.name)}</h1>
<p>${dataset.questions} questions, ${dataset.answerable} of them answerable, in ${dataset.clusters} templates; seeds ${settings.seeds.join(', ')}.
Every number stands with its 95% interval, from ${statistics.resamples} bootstrap resamples of whole templates.</p>
<section class="plots">
<figure><figcaption>Accuracy against cost</figcaption><div id="plot-cost"></div></figure>
<figure><figcaption>Evidence recall by step</figcaption><div id="plot-evidence"></div></figure>
<figure><figcaption>Routing: gold against chosen</figcaption><div id="plot-confusion"></div></figure>
<figure><figcaption>Latency</figcaption><div id="plot-latency"></div></figure>
</section>
<h2>Numbers</h2>
${TABLES.map(({ title: caption, figures }) => numberTable(report, caption, figures)).join('\n')}
${timingTable(report)}
${comparisonTable(report)}
<h2>Questions</h2>
<p class="controls"><input id="search" type="search" placeholder="Search questions" aria-label="Search questions">
<select id="which" aria-label="Filter"><option value="">all</option>${report.content.methods
    .map(({ name }) => `<option value="${escaped(name)}">wrong under ${escaped(name)}</option>`)
    .join('')}</select> <span id="count"></span></p>
<div id="questions"></div>
<script>${d3}</script>
<script>${plot}</script>
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script>
const data = JSON.parse(document.getElementById('data').textContent);
const into = (${plotPlaces.toString()})(document);
(${drawOutcomes.toString()})(into, Plot, data);
(${drawRouting.toString()})(into, Plot, data);
const parts = (${pageParts.toString()})(document);
const runNode = (${runNodes.toString()})(parts, (${passageNodes.toString()})(parts, data));
(${listQuestions.toString()})(document, data, (${questionNodes.toString()})(parts, runNode));
</script>
</body>
</html>
`;
}

function numberTable(report: Report, caption: string, figures: readonly FigureName[]): string {
  const defined = figures.filter((figure) => report.content.methods.some((method) => method.figures[figure]));
  if (defined.length === 0) return '';
  return htmlTable(
    caption,
    ['method', ...defined.map((figure) => FIGURES[figure].label)],
    tableCells(report, defined).map(({ name, cells }) => [name, ...cells]),
  );
}

function timingTable({ timings }: Report): string {
  const show = (value: number | null) => value?.toFixed(1) ?? '-';
  return htmlTable(
    'Latency of a run, ms',
    ['method', 'p50', 'p95', 'mean'],
    timings.map(({ name, p50, p95, mean }) => [name, show(p50), show(p95), show(mean)]),
  );
}

function comparisonTable({ content }: Report): string {
  if (content.comparisons.length === 0) return '';
  return htmlTable(
    'Differences, paired by question (x100); permutation test',
    ['methods', 'figure', 'difference', 'p', 'better : worse : same'],
    content.comparisons.map(({ a, b, figure, test }) => [
      `${a} − ${b}`,
      FIGURES[figure].label,
      intervalText(figure, test.difference),
      pText(test.p),
      `${test.wins} : ${test.losses} : ${test.ties}`,
    ]),
  );
}

function htmlTable(caption: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  return `<table class="numbers"><caption>${escaped(caption)}</caption><tr>${cells('th', header)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** JSON that cannot end its script element, whatever a passage says. */
function embeddedJson(data: PageData): string {
  return JSON.stringify(data)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** Light or dark as the reader's system is. Observable Plot takes its colours from the text and from --plot-background. */
const STYLE = `
:root {
  color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif;
  --page: #fff; --text: #1b1f24; --faint: #59636e; --line: #d8dee4; --hair: #eaeef2;
  --right: #116329; --wrong: #a40e26; --gold: #2da44e; --place: #ddf4ff; --plot-background: var(--page);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --text: #e3e8ee; --faint: #9aa5b1; --line: #3a434d; --hair: #262d35;
    --right: #5fd083; --wrong: #ff8a93; --gold: #3fb950; --place: #163a56;
  }
}
:root { background: var(--page); color: var(--text); }
body { max-width: 1360px; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { margin-bottom: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 600px), 1fr)); gap: 1rem; align-items: start; }
figure { margin: 0; padding: .75rem; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
figure figure { padding: 0; border: 0; }
figcaption, caption { font-weight: 600; text-align: left; padding-bottom: .3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
table.numbers { display: block; overflow-x: auto; margin: 0 0 1.2rem; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--hair); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
input, select { font: inherit; padding: .3rem .5rem; }
details.question { border-bottom: 1px solid var(--hair); padding: .35rem 0; }
summary { cursor: pointer; }
.mark { font-size: 12px; margin-left: .6rem; white-space: nowrap; }
.right { color: var(--right); } .wrong { color: var(--wrong); }
h4 { margin: .8rem 0 .2rem; } small { color: var(--faint); font-weight: 400; }
.steps { margin: 0; } .said b { background: var(--place); border-radius: 4px; padding: 0 .35rem; }
.passage { border-left: 3px solid var(--line); margin: .4rem 0; padding: .1rem .6rem; overflow-x: auto; }
.passage.is-gold { border-color: var(--gold); } .gold { color: var(--right); }
.passage p { margin: .2rem 0; } img { max-width: 220px; max-height: 160px; display: block; margin: .3rem 0; border: 1px solid var(--hair); }
table.document th, table.document td { text-align: left; font-size: 13px; white-space: normal; }
`;
