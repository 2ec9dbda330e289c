import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeCurvePage } from '../../src/train/monitor/curve-page.ts';
import type { IterationMetrics } from '../../src/train/monitor/iteration-metrics.ts';
import { iterationLine } from './iteration-line.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-curves-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface PageData {
  curves: { title: string; points: { iteration: number; value: number; series: string }[] }[];
  alarms: { iteration: number; kind: string }[];
}

async function page(history: readonly IterationMetrics[], before?: Parameters<typeof writeCurvePage>[2]) {
  await writeFile(join(folder, 'metrics.jsonl'), history.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeCurvePage(folder, join(folder, 'curves.html'), before);
  const html = await readFile(join(folder, 'curves.html'), 'utf8');
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)![1]!;
  return { html, data: JSON.parse(json) as PageData };
}

const validation = { score: 0.9, searches: 2, reads: 9, routingAccuracy: 0.7, reward: 1 };

describe('the page of curves', () => {
  it('draws every figure that is watched, validation from before anything was learnt', async () => {
    const history = [iterationLine(0), iterationLine(1, { validation })];
    const start = { searches: 3, routingAccuracy: 0.4 };
    const starts = {
      before: { ...start, score: 0.2 },
      untrained: { ...start, score: 0.1 },
      rule: { ...start, score: 0.7 },
    };
    const { html, data } = await page(history, starts);
    const series = Object.fromEntries(data.curves.map(({ title, points }) => [title, points]));
    expect(series['Validation answers']).toContainEqual({ iteration: 0, value: 0.2, series: 'answers' });
    for (const [name, value] of [
      ['untrained', 0.1],
      ['rule, untrained', 0.7],
    ])
      for (const iteration of [0, 2])
        expect(series['Validation answers']).toContainEqual({ iteration, value, series: name, faint: true });
    expect(series['Validation answers']).toContainEqual({ iteration: 2, value: 0.9, series: 'answers' });
    const names = new Set(data.curves.flatMap(({ points }) => points.map((point) => point.series)));
    for (const name of ['smoothed', 'routes', 'invalid', 'entropy', 'flat groups', 'regret', 'kl', 'leap', 'rollouts'])
      expect([...names]).toContain(name);
    expect([...names]).not.toContain('search-cost');
    expect(html).toContain('20.0% → 90.0%');
    expect(html).toContain('<dt>Untrained</dt><dd>10.0%</dd>');
    expect(html).toContain('<dt>The rule, untrained</dt><dd>70.0%</dd>');
  });

  it('lists the alarms that the metrics raise and marks where', async () => {
    const { html, data } = await page([iterationLine(0), iterationLine(1, { leap: 4 })]);
    expect(data.alarms).toEqual([{ iteration: 2, kind: 'leap' }]);
    expect(html).toContain('leap at iteration 2: an update moved the policy by 4.00 nats');
    expect((await page([iterationLine(0)])).html).not.toContain('<ul>');
  });

  it('needs nothing from elsewhere and stands before the first iteration too', async () => {
    const { html } = await page([]);
    expect(html.replaceAll(/<script>.*?<\/script>/gs, '')).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('0 iterations');
  });
});
