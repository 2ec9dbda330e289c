/** The curves of a training as one HTML file that needs nothing else, drawn by Observable Plot in the reader's browser. */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { chartLibrary } from '../../common/chart-library.ts';
import { allAlarms } from './alarms.ts';
import { type Curve, type CurveStarts, curves, summaryFigures } from './curves.ts';
import { IterationMetricsSchema } from './iteration-metrics.ts';

interface PageNode {
  append(...nodes: (PageNode | string)[]): void;
  replaceChildren(...nodes: (PageNode | string)[]): void;
  clientWidth: number;
}
interface PlotLibrary {
  plot(options: object): PageNode;
  lineY(data: unknown, options: object): unknown;
  dot(data: unknown, options: object): unknown;
  ruleX(data: unknown, options: object): unknown;
  ruleY(data: unknown, options: object): unknown;
  tip(data: unknown, options: unknown): unknown;
  pointerX(options: object): unknown;
}
interface Page {
  getElementById(id: string): PageNode | null;
  addEventListener(type: string, listener: () => void): void;
}

/** Runs in the browser; its source is embedded, so it uses nothing but its parameters. */
function draw(
  { document, window }: { document: Page; window: Page },
  Plot: PlotLibrary,
  { curves, alarms }: { curves: Curve[]; alarms: { iteration: number; kind: string }[] },
): void {
  const drawAll = () => {
    for (const [index, { title, points, percent }] of curves.entries()) {
      const place = document.getElementById(`curve-${index}`);
      if (!place) continue;
      if (points.length === 0) {
        place.replaceChildren('nothing yet');
        continue;
      }
      const format = (value: number): string => (percent ? `${Math.round(100 * value)}%` : String(+value.toFixed(3)));
      const shared = { x: 'iteration', y: 'value', z: 'series', stroke: 'series' };
      const opacity = ({ faint }: { faint?: boolean }): number => (faint ? 0.5 : 1);
      const chart = Plot.plot({
        ariaLabel: title,
        width: Math.max(260, place.clientWidth),
        height: 240,
        marginLeft: 44,
        color: { legend: true },
        x: { label: 'iteration', ticks: 6, tickFormat: (value: number) => (value % 1 === 0 ? String(value) : '') },
        y: { label: null, grid: true, ticks: 5, tickFormat: format, ...(percent && { domain: [0, 1] }) },
        marks: [
          Plot.ruleY([0], { strokeOpacity: 0.4 }),
          Plot.ruleX(alarms, { x: 'iteration', stroke: '#d1242f', strokeDasharray: '3,3', strokeOpacity: 0.7 }),
          Plot.lineY(points, { ...shared, strokeOpacity: opacity }),
          Plot.dot(points, {
            ...shared,
            stroke: undefined,
            fill: 'series',
            r: points.length > 150 ? 0 : 2,
            fillOpacity: opacity,
          }),
          Plot.tip(
            points,
            Plot.pointerX({
              x: 'iteration',
              y: 'value',
              title: ({ series, iteration, value }: Curve['points'][number]) =>
                `${series}: ${format(value)} at ${iteration}`,
              fill: 'var(--page)',
              stroke: 'var(--line)',
            }),
          ),
        ],
      });
      place.replaceChildren(chart);
    }
  };
  drawAll();
  window.addEventListener('resize', drawAll);
}

const STYLE = `:root{color-scheme:light dark;--page:light-dark(#fff,#15181c);--text:light-dark(#1b1f24,#e6e8eb);--faint:light-dark(#57606a,#9aa4af);--line:light-dark(#d0d7de,#343a41);--card:light-dark(#f6f8fa,#1d2126)}
body{font:15px/1.5 system-ui,sans-serif;max-width:1160px;margin:0 auto;padding:1.5rem 1rem 3rem;color:var(--text);background:var(--page)}
h1{font-size:1.4rem;margin:0 0 .25rem;overflow-wrap:anywhere}p{margin:0 0 1rem;color:var(--faint)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:.75rem;margin:0 0 1.75rem}
dl div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem}dt{color:var(--faint);font-size:.85rem}dd{margin:0;font-weight:600;white-space:nowrap;font-variant-numeric:tabular-nums}
ul{padding:.6rem 1rem .6rem 2rem;margin:0 0 1.75rem;border:1px solid #d1242f;border-radius:8px}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:2rem 1.75rem}
figure{margin:0;min-width:0}figcaption{font-weight:600;margin-bottom:.4rem}figcaption small{display:block;font-weight:400;color:var(--faint)}
figure figure,figure svg{max-width:100%}figure svg{background:none;color:var(--text);overflow:visible}`;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** Reads `metrics.jsonl` of the folder and writes the page; with `starts`, the validation curves begin at iteration 0. */
export async function writeCurvePage(folder: string, file: string, starts: CurveStarts = {}): Promise<void> {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8');
  const history = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => IterationMetricsSchema.parse(JSON.parse(line)));
  const { d3, plot } = await chartLibrary();
  const title = `Training ${basename(resolve(folder))}`;
  const drawn = curves(history, starts);
  const alarms = allAlarms(history);
  const data = {
    curves: drawn,
    alarms: alarms.map(({ iteration, kind }) => ({ iteration: iteration + 1, kind })),
  };
  const list = `<dl>${summaryFigures(history, starts)
    .map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`)
    .join('')}</dl>`;
  const figures = drawn.map(
    ({ title: name, note }, index) =>
      `<figure><figcaption>${escaped(name)} <small>${escaped(note)}</small></figcaption><div id="curve-${index}"></div></figure>`,
  );
  await writeFileAtomic(
    file,
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${history.length} iterations</p>
${list}
${alarms.length === 0 ? '' : `<ul>${alarms.map(({ kind, iteration, message }) => `<li>${escaped(`${kind} at iteration ${iteration + 1}: ${message}`)}</li>`).join('')}</ul>`}
<main>${figures.join('\n')}</main>
<script>${d3}</script>
<script>${plot}</script>
<script type="application/json" id="data">${JSON.stringify(data).replace(/</g, '\\u003c')}</script>
<script>(${draw.toString()})({document, window}, Plot, JSON.parse(document.getElementById('data').textContent));</script>
</body>
</html>
`,
  );
}
