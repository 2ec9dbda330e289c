/** The curves of a training as one HTML file that needs nothing else, drawn by Observable Plot in the reader's browser. */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { chartLibrary } from '../../common/chart-library.ts';
import { smoothed } from './alarms.ts';
import { type IterationMetrics, IterationMetricsSchema } from './iteration-metrics.ts';

/** Validation before the first update. */
export type Before = Pick<NonNullable<IterationMetrics['validation']>, 'score' | 'searches' | 'routingAccuracy'>;

interface Curve {
  title: string;
  note: string;
  /** One line a series: raw where there is one, smoothed beside it. */
  points: { iteration: number; value: number; series: string }[];
}

const of = (
  series: string,
  history: readonly IterationMetrics[],
  pick: (line: IterationMetrics) => number | undefined,
) =>
  history.flatMap((line) => {
    const value = pick(line);
    return value === undefined ? [] : [{ iteration: line.iteration + 1, value, series }];
  });

/** Costs, in searches and passages, would flatten the other rewards beside them. */
const isCost = (name: string): boolean => name.endsWith('-cost');

function curves(history: readonly IterationMetrics[], before: Before | undefined): Curve[] {
  const smooth = smoothed(history.map(({ reward }) => reward));
  const names = Object.keys(history[0]?.rewardParts ?? {});
  return [
    {
      title: 'Reward of the rollouts',
      note: 'mean over runs, and smoothed',
      points: [
        ...of('reward', history, ({ reward }) => reward),
        ...history.map(({ iteration }, index) => ({
          iteration: iteration + 1,
          value: smooth[index]!,
          series: 'smoothed',
        })),
      ],
    },
    {
      title: 'Held-out answers',
      note: 'validation questions, greedy',
      points: [
        ...(before
          ? [
              { iteration: 0, value: before.score, series: 'answers' },
              { iteration: 0, value: before.routingAccuracy, series: 'routes' },
            ]
          : []),
        ...of('answers', history, ({ validation }) => validation?.score),
        ...of('routes', history, ({ validation }) => validation?.routingAccuracy),
      ],
    },
    {
      title: 'Searches a question',
      note: 'rollouts, and validation',
      points: [
        ...(before ? [{ iteration: 0, value: before.searches, series: 'validation' }] : []),
        ...of('rollouts', history, ({ searchesPerQuestion }) => searchesPerQuestion),
        ...of('validation', history, ({ validation }) => validation?.searches),
      ],
    },
    {
      title: 'Rewards apart',
      note: 'each before its weight, costs left out',
      points: names
        .filter((name) => !isCost(name))
        .flatMap((name) => of(name, history, ({ rewardParts }) => rewardParts[name])),
    },
    {
      title: 'Exploration and divergence',
      note: 'entropy against uniform; kl in nats a decision',
      points: [...of('entropy', history, ({ entropy }) => entropy), ...of('kl', history, ({ kl }) => kl)],
    },
    {
      title: 'Signal',
      note: 'share of groups without variance; regret within groups',
      points: [
        ...of('flat groups', history, ({ zeroVariance }) => zeroVariance),
        ...of('regret', history, ({ regret }) => regret),
      ],
    },
  ];
}

interface PageNode {
  append(...nodes: (PageNode | string)[]): void;
}
interface PlotLibrary {
  plot(options: object): PageNode;
  lineY(data: unknown, options: object): unknown;
  dot(data: unknown, options: object): unknown;
  ruleY(data: unknown): unknown;
}

/** Runs in the browser; its source is embedded, so it uses nothing but its parameters. */
function draw(page: { getElementById(id: string): PageNode | null }, Plot: PlotLibrary, data: Curve[]): void {
  for (const [index, { points }] of data.entries()) {
    const marks = [
      Plot.ruleY([0]),
      Plot.lineY(points, { x: 'iteration', y: 'value', stroke: 'series' }),
      Plot.dot(points, { x: 'iteration', y: 'value', fill: 'series', r: points.length > 120 ? 0 : 2 }),
    ];
    const chart = Plot.plot({
      width: 520,
      height: 280,
      grid: true,
      color: { legend: true },
      y: { label: null },
      marks,
    });
    page.getElementById(`curve-${index}`)?.append(points.length === 0 ? 'nothing yet' : chart);
  }
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:1120px;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h1{font-size:1.4rem}main{display:grid;grid-template-columns:repeat(auto-fit,minmax(480px,1fr));gap:1.5rem}
figure{margin:0}figcaption{font-weight:600}figcaption small{font-weight:400;color:#57606a}`;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** Reads `metrics.jsonl` of the folder and writes the page; with `before`, the held-out curves begin at iteration 0. */
export async function writeCurvePage(
  folder: string,
  file: string,
  { before }: { before?: Before } = {},
): Promise<void> {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8');
  const history = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => IterationMetricsSchema.parse(JSON.parse(line)));
  const data = curves(history, before);
  const { d3, plot } = await chartLibrary();
  const title = `Training ${basename(resolve(folder))}`;
  const figures = data.map(
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
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}: ${history.length} iterations</h1>
<main>${figures.join('\n')}</main>
<script>${d3}</script>
<script>${plot}</script>
<script type="application/json" id="data">${JSON.stringify(data).replace(/</g, '\\u003c')}</script>
<script>(${draw.toString()})(document, Plot, JSON.parse(document.getElementById('data').textContent));</script>
</body>
</html>
`,
  );
}
