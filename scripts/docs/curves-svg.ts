/** What the rollouts of language models earned, update by update, as an SVG drawn by Observable Plot in a browser. */
import { mean, readTrained, sizeOf, type Trained, variant } from '../../bench/train/causal-lm/figures.ts';
import { chartLibrary } from '../../src/common/chart-library.ts';
import { smoothed } from '../../src/train/monitor/alarms.ts';
import { launchChromium } from '../../test/eval/support/browser.ts';

interface Point {
  update: number;
  reward: number;
  series: string;
  faint: boolean;
}

const METHODS: Record<string, string> = { 'step-grpo': 'Step-GRPO', rejection: 'rejection' };

/** What each update's runs earned, the mean of all seeds, and smoothed. */
function pointsOf(trained: Trained): Point[] {
  return Object.entries(METHODS).flatMap(([method, said]) => {
    const curves = trained.rows.filter(({ name }) => name === method).map(({ curve }) => curve);
    if (curves.length === 0) return [];
    const series = `${sizeOf(trained)}, ${said}`;
    const rewards = curves[0]!.map((_, place) => mean(curves.flatMap((curve) => curve[place]?.reward ?? [])));
    const pointsBy = (values: readonly number[], faint: boolean): Point[] =>
      values.map((reward, place) => ({ update: place + 1, reward, series, faint }));
    return [...pointsBy(rewards, true), ...pointsBy(smoothed(rewards), false)];
  });
}

const TITLE = 'Reward of the runs of each update';

/** Runs in the page. */
function draw(points: Point[]): string {
  const { Plot } = globalThis as unknown as {
    Plot: Record<'lineY' | 'text', (data: unknown, options: object) => unknown> & {
      plot(options: object): { outerHTML: string };
    };
  };
  const shared = { x: 'update', y: 'reward', stroke: 'series', z: 'series' };
  const chart = Plot.plot({
    width: 760,
    height: 300,
    marginLeft: 48,
    style: { background: '#fff', color: '#1b1f24', fontFamily: 'system-ui, sans-serif', fontSize: '13px' },
    x: { label: 'update' },
    y: { label: 'reward of a run', grid: true },
    marks: [
      Plot.lineY(
        points.filter(({ faint }) => faint),
        { ...shared, strokeOpacity: 0.25 },
      ),
      Plot.lineY(
        points.filter(({ faint }) => !faint),
        { ...shared, strokeWidth: 2 },
      ),
      // One above the other: at the ends of the lines they would lie on each other.
      ...[...new Set(points.map(({ series }) => series))].map((series, place) =>
        Plot.text([{ series }], {
          text: 'series',
          fill: 'series',
          frameAnchor: 'top-right',
          textAnchor: 'start',
          dx: 8,
          dy: 16 * place,
        }),
      ),
    ],
    marginRight: 190,
  });
  return chart.outerHTML;
}

export async function trainingCurvesSvg(): Promise<string> {
  const points = (await readTrained()).filter((trained) => variant(trained) === '').flatMap(pointsOf);
  const { d3, plot } = await chartLibrary();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: d3 });
    await page.addScriptTag({ content: plot });
    const drawn = await page.evaluate(draw, points);
    // Inside a page the name space goes without saying; in a file of its own it does not. The style is for pages.
    const alone = drawn
      .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
      .replace(/<style>.*?<\/style>/s, `<title>${TITLE}</title>`);
    return `${alone}\n`;
  } finally {
    await browser.close();
  }
}
