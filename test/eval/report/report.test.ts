import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { markdownComparison, markdownTable } from '../../../src/eval/report/markdown.ts';
import { htmlReport } from '../../../src/eval/report/page.ts';
import { displayOf } from '../../../src/eval/report/page-documents.ts';
import { type ScoredEvaluation, scoreEvaluation } from '../../../src/eval/report/report.ts';
import { terminalReport } from '../../../src/eval/report/terminal.ts';
import { runEvaluation } from '../../../src/eval/runner/run-evaluation.ts';
import { chromiumPath, launchChromium } from '../support/browser.ts';
import { images, knowledgeBases, methods, questions } from '../support/small-world.ts';

let folder: string;
let scored: ScoredEvaluation;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-router-report-'));
  const hostile = {
    ...questions[0]!,
    id: 'hostile',
    question: 'Where flows river3 </script><img src=x onerror="window.broken=1"> into?',
  };
  await runEvaluation({
    folder,
    dataset: { name: 'small <world>', questions: [...questions, hostile] },
    methods: methods(),
    seeds: [0, 1],
    images,
    counterfactual: { knowledgeBases },
  });
  scored = await scoreEvaluation(folder, { pricePerMillionTokens: 2 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the terminal report keeps to 80 columns and gives no mean without its interval', () => {
  const text = terminalReport(scored.report, { all: true });
  const lines = text.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain('small <world>: 91 questions');
  const good = lines.filter((line) => line.startsWith('good '));
  expect(good.length).toBeGreaterThan(8);
  expect(good[0]).toMatch(/^good +98\.9 \[9\d\.\d, 100\.0\] +/);
  expect(text).toMatch(/good - rivers-only +\d+\.\d \[\d+\.\d, \d+\.\d\] p = 0\.0\d\d +40:0/);
  expect(text).toContain('Accuracy by seed');
  expect(text).toMatch(/fails-sometimes flow-7: unexpected: the model is out of order/);
  expect(text).toContain('price of good: $0.0000');
  expect(terminalReport(scored.report).length).toBeLessThan(text.length);
});

test('markdown tables', () => {
  const table = markdownTable(scored.report, ['accuracy', 'evidenceRecall']);
  expect(table.split('\n')[0]).toBe('| method | accuracy | evidence recall |');
  expect(table).toMatch(/\| rivers-only \| 5\d\.\d \[.*\] \| 75\.\d \[/);
  const comparison = markdownComparison(scored.report, 'good', 'accuracy');
  expect(comparison).toMatch(/\| rivers-only \| -44\.0 \[-\d+\.\d, -\d+\.\d\] \| p = 0\.0\d\d \| 0:40 \|/);
  expect(markdownComparison(scored.report, 'rivers-only', 'accuracy')).toMatch(/\| good \| 44\.0 \[.*\| 40:0 \|/);
});

test('of a table the page shows the rows that the passage holds', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => [`sea${index}`, String(index)]);
  const document = { title: 'seas', table: { header: ['sea', 'depth'], rows } };
  const passage = (text: string) => ({ knowledgeBase: 'seas', documentId: 'd', text });
  const shown = await displayOf(
    new Map([
      ['second', passage('seas\nsea: sea10; depth: 10\nsea: sea11; depth: 11')],
      ['other style', passage('[Title] seas [Row] sea10 | 10')],
      ['unknown', { ...passage(''), documentId: 'none' }],
    ]),
    async () => new Map([['d', document]]),
  );
  expect(shown.second!.table!.rows).toEqual([
    ['sea10', '10'],
    ['sea11', '11'],
  ]);
  expect(shown['other style']!.table!.rows).toHaveLength(12);
  expect(shown).not.toHaveProperty('unknown');
});

describe('the page', () => {
  test('draws, filters and shows single questions in a real browser, and fetches nothing', async ({ skip }) => {
    if (chromiumPath === undefined) {
      console.info('skipped: no Chromium on this machine (set R1_ROUTER_CHROMIUM)');
      return skip('no Chromium on this machine (set R1_ROUTER_CHROMIUM)');
    }
    const html = await htmlReport(scored, {
      documents: async (knowledgeBase, ids) =>
        new Map(
          ids.map((id) => [
            id,
            knowledgeBase === 'seas'
              ? { title: id, table: { header: ['sea', 'depth'], rows: [[id, '50']] } }
              : { title: id, text: `about ${id}`, picture: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' },
          ]),
        ),
    });
    const file = join(folder, 'report.html');
    await writeFile(file, html);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1380, height: 1000 } });
      const problems: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => requests.push(request.url().slice(0, 60)));
      await page.goto(pathToFileURL(file).href);

      for (const id of ['plot-cost', 'plot-evidence', 'plot-confusion', 'plot-latency']) {
        expect(await page.locator(`#${id} svg`).count(), id).toBeGreaterThan(0);
      }
      expect(await page.locator('#plot-cost circle').count()).toBe(4);
      expect(await page.locator('#plot-confusion rect').count()).toBe(4 * 9);
      expect(await page.locator('table.numbers').count()).toBeGreaterThan(8);

      expect(await page.locator('#questions details.question').count()).toBe(91);
      await page.selectOption('#which', 'rivers-only');
      expect(await page.locator('#questions details.question').count()).toBe(41);
      await page.fill('#search', 'river12 ');
      expect(await page.locator('#questions details.question').count()).toBe(1);
      await page.locator('#questions summary').first().click();
      await page.locator('details.passages summary').first().click();
      expect(await page.locator('.passage.is-gold').count()).toBeGreaterThan(0);
      expect(await page.locator('table.document').count()).toBeGreaterThan(0);
      const shot = process.env.R1_ROUTER_SCREENSHOT;
      if (shot) await page.screenshot({ path: shot, fullPage: true });

      await page.emulateMedia({ colorScheme: 'dark' });
      // As text, because this file is typed without a browser.
      const lightness = async (property: string) => {
        const colour = await page.evaluate<string>(`getComputedStyle(document.documentElement)['${property}']`);
        return Number(/\d+/.exec(colour)![0]);
      };
      expect(await lightness('background-color')).toBeLessThan(60);
      expect(await lightness('color')).toBeGreaterThan(200);

      await page.selectOption('#which', '');
      await page.fill('#search', 'hostile');
      expect(await page.locator('#questions summary').first().textContent()).toContain('</script><img');
      expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
      // On a telephone charts are drawn for its width, not shrunk to it, and nothing but tables scrolls sideways.
      await page.setViewportSize({ width: 400, height: 800 });
      await page.reload();
      expect(Number(await page.locator('#plot-cost svg').first().getAttribute('width'))).toBeLessThan(400);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
      expect(problems).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
