/** The page in Chromium: asked, watched, followed, filled, looked at. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type OpenRouter, openRouter } from '../../../src/config/open-router.ts';
import { english, extractiveAnswerer, extractiveReader } from '../../../src/offline/index.ts';
import { fakeKnowledgeBase, policyOf, search, stop } from '../../../src/test/fakes.ts';
import { openStore } from '../../../src/tools/open.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { chromiumPath, launchChromium } from '../../eval/support/browser.ts';
import { type Contract, contract } from './contract.ts';
import { ask, axe, buildPage, drop, overflow, screenshot, startSite, visit } from './site.ts';

const ATLAS = join(import.meta.dirname, '../../../data/atlas');
const RIVER = 'What is the capital of the country where the river Loire is?';

if (chromiumPath === undefined) {
  console.info('skipped: the page in a browser (no Chromium on this machine; set R1_ROUTER_CHROMIUM)');
}

let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
beforeAll(async () => {
  built = await buildPage();
  if (chromiumPath) browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await built?.remove();
});

test('all of the page weighs under 250 kB gzipped, and holds nothing inline', async () => {
  const files = (await readdir(built.directory, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  const weights = files.map(async ({ parentPath, name }) => gzipSync(await readFile(join(parentPath, name))).length);
  const weight = (await Promise.all(weights)).reduce((sum, bytes) => sum + bytes, 0);
  expect(weight).toBeLessThan(250_000);
  const html = await readFile(join(built.directory, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style="|<script(?![^>]* src=)|https?:/);
});

/** Asks two knowledge bases in turn; the second answers when it is let. */
function gatedSite() {
  const gate = new EventTarget();
  const policy = policyOf(({ steps }) => {
    if (steps.length === 0) return { thought: 'First the author.', decision: search('Who wrote Emma?', 'Texts') };
    return { decision: steps.length === 1 ? search('When was she born?', 'Tables') : stop };
  });
  const knowledgeBases = [
    fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen wrote Emma.', 'Emma is a novel.'] }),
    fakeKnowledgeBase('Tables', async () => {
      await once(gate, 'open');
      return [
        {
          ...{ id: 'births', documentId: 'births', knowledgeBase: 'Tables', score: 3, rank: 0, title: 'Births' },
          text: 'Births\nName: Jane Austen; Born: 1775',
          table: { header: ['Name', 'Born'], rows: [['Jane Austen', '1775']] },
        },
      ];
    }),
  ];
  return { gate, graphOptions: { policy, knowledgeBases } };
}

describe.skipIf(!chromiumPath)('a run', () => {
  test('its steps are seen while it goes on, and told to a screen reader', async () => {
    const { gate, graphOptions } = gatedSite();
    const { page, problems } = await visit(browser, await startSite({ directory: built.directory, graphOptions }));
    await ask(page, 'When was the author of Emma born?');

    const steps = page.locator('.step');
    await steps.nth(1).waitFor();
    expect(await steps.count()).toBe(2);
    expect(await steps.first().getAttribute('data-phase')).toBe('ended');
    expect(await steps.first().innerText()).toMatch(/First the author[\s\S]*Found Jane Austen wrote Emma/);
    expect(await steps.first().locator('.passage').first().innerText()).toContain('Jane Austen wrote Emma.');
    expect(await steps.nth(1).locator('.bar.lit .bar-name').innerText()).toContain('Tables');
    expect(await page.getByRole('status').first().innerText()).toBe('Step 2: asking Tables');
    expect(await page.locator('.answer-text').count()).toBe(0);
    expect(await page.locator('.answer .working').isVisible()).toBe(true);

    gate.dispatchEvent(new Event('open'));
    await page.locator('.answer-text').waitFor();
    expect(await page.locator('.answer-text').innerText()).toContain('1775');
    expect(await page.getByRole('status').first().innerText()).toMatch(/^Answer: .*1775/);
    expect(await steps.count()).toBe(3);
    expect(problems).toEqual([]);
  });

  test('stops when told to, and its searches with it', async () => {
    const { gate, graphOptions } = gatedSite();
    const { page, problems } = await visit(browser, await startSite({ directory: built.directory, graphOptions }));
    await ask(page, 'When was the author of Emma born?');
    await page.locator('.step').nth(1).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped before there was an answer.').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByRole('textbox', { name: 'Your question' }).inputValue()).toMatch(/author of Emma/);
    gate.dispatchEvent(new Event('open'));
    expect(problems).toEqual([]);
  });

  test('a failing part is said, and so is a question that is none', async () => {
    const policy = policyOf(() => {
      throw new Error('the model is out of order');
    });
    const url = await startSite({ directory: built.directory, graphOptions: { policy }, onError: () => {} });
    const { page } = await visit(browser, url);
    await ask(page, '   ');
    expect(await page.getByRole('alert').innerText()).toBe('Write a question first.');
    await ask(page, 'Why?');
    await page.getByRole('alert').filter({ hasText: 'failed; its log says why' }).waitFor();
  });

  test('a broken line is told from an end', async () => {
    const { graphOptions } = gatedSite();
    const { page } = await visit(browser, await startSite({ directory: built.directory, graphOptions }));
    await page.route('**/v1/ask', (route) =>
      route.fulfill({
        contentType: 'text/event-stream',
        body: 'event: run-start\ndata: {"type":"run-start","runId":"r"}\n\n',
      }),
    );
    await ask(page, 'Why?');
    expect(await page.getByRole('alert').innerText()).toBe('The connection broke before the answer came. Ask again.');
  });
});

describe.skipIf(!chromiumPath)('the atlas', () => {
  let router: OpenRouter;
  let routes: Contract;
  let reports: string;
  beforeAll(async () => {
    router = await openRouter({}, { config: {}, directory: process.cwd() });
    const ingest = async () => ({
      documents: 1,
      passages: 2,
      duplicates: 0,
      errors: [{ where: 'b.bin', message: 'no text in it' }],
    });
    routes = contract({
      knowledgeBases: () => router.knowledgeBases,
      pictures: join(ATLAS, 'image'),
      images: router.images,
      ingest,
    });
    reports = await mkdtemp(join(tmpdir(), 'r1-router-reports-'));
  });
  afterAll(async () => {
    await router?.close();
    await rm(reports, { recursive: true, force: true });
  });

  const atlas = async (options = {}) =>
    startSite({
      directory: built.directory,
      graph: await router.graph(),
      images: router.images,
      policies: { probe: await router.graph('probe'), 'all-once': await router.graph('all-once') },
      contract: routes,
      ...options,
      page: {
        examples: async () => [
          { question: 'What is the capital of the country with this flag?', image: await flagUrl() },
          { question: RIVER },
        ],
        reports,
      },
    });
  const flag = () => readFile(join(ATLAS, 'queries/flags/4702e907888d.webp'));
  const flagUrl = async () => `data:image/webp;base64,${(await flag()).toString('base64')}`;

  test('a citation leads to its evidence, with the answering words and cells marked', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await ask(page, RIVER);
    await page.locator('.answer.ended').waitFor();
    expect(await page.locator('.answer-text').innerText()).toBe('Paris');

    const first = page.locator('.step').first();
    expect(await first.locator('.bar.lit .bar-name').innerText()).toMatch(/^text/);
    expect(await first.locator('.bar').count()).toBe(3);
    expect(
      Number(
        await first
          .locator('.bar.lit .bar-value')
          .innerText()
          .then((text) => text.replace(/\D*/, '')),
      ),
    ).toBeGreaterThan(1);
    expect(await first.locator('.passage mark.answering').innerText()).toBe('France');
    expect(await page.locator('td.marked').innerText()).toBe('Paris');
    await expect
      .poll(() => page.locator('.figures').innerText())
      .toMatch(/Time\s[\d.]+ m?s\s+Searches\s3\s+Passages read\s10\s+Cost\s3/);

    await page.locator('.citation').nth(1).click();
    const focused = 'document.activeElement';
    expect(await page.evaluate(`${focused}.className`)).toBe('passage');
    expect(await page.evaluate(`${focused}.innerText`)).toContain('Capitals of the world: F');
    await expect
      .poll(() =>
        page.evaluate(
          `${focused}.getBoundingClientRect().top > 0 && ${focused}.getBoundingClientRect().bottom < innerHeight`,
        ),
      )
      .toBe(true);
    expect(problems).toEqual([]);
  });

  test('a dropped picture is shown, asked about, and found', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await drop(page, '.ask-form', [{ name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('x') }]);
    expect(await page.getByRole('alert').innerText()).toBe('notes.txt is no PNG, JPEG or WebP picture.');
    await drop(page, '.ask-form', [{ name: 'flag.webp', type: 'image/webp', bytes: await flag() }]);
    await page.locator('.chosen-picture img').waitFor();
    await ask(page, 'What is the capital of the country with this flag?');
    await page.locator('.answer.ended').waitFor();
    expect(await page.locator('.answer-text').innerText()).toBe('Santo Domingo');
    for (const picture of ['.run-picture', '.passage-picture']) {
      await expect
        .poll(() =>
          page
            .locator(picture)
            .first()
            .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
        )
        .toBeGreaterThan(10);
    }
    expect(await page.locator('.passage-picture').first().getAttribute('alt')).toContain('Dominican Republic');
    expect(await page.locator('.chosen-picture').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('without a short answer there is evidence, and it leads to the passages', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await ask(page, 'Why do fools fall in love?');
    await page.locator('.answer.ended').waitFor();
    expect(await page.locator('.answer').innerText()).toMatch(/No short answer/);
    expect(await page.locator('.evidence mark').count()).toBeGreaterThan(0);
    await page.locator('.evidence-source').first().click();
    expect(await page.evaluate('document.activeElement.checkVisibility() && document.activeElement.className')).toBe(
      'passage',
    );
    expect(problems).toEqual([]);
  });

  test('the same, asking everything, side by side', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await page.getByRole('button', { name: RIVER }).click();
    await page.getByRole('button', { name: 'Compare: the same, asking everything' }).click();
    await page.locator('.compared').waitFor();
    expect(await page.locator('.compared').innerText()).toMatch(
      /Answer\s+Paris\s+no short answer[\s\S]*Searches\s+3\s+3[\s\S]*Cost\s+3\s+4/,
    );
    const [left, right] = await Promise.all(
      [0, 1].map((index) => page.locator('.columns > .run').nth(index).boundingBox()),
    );
    expect(left!.y).toBe(right!.y);
    expect(right!.x).toBeGreaterThan(left!.x + left!.width);
    expect(await page.locator('.columns > .run').nth(1).locator('.bar.lit').count()).toBe(3);
    expect(problems).toEqual([]);
  });

  test('knowledge bases are browsed and searched', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await page.getByRole('link', { name: 'Knowledge' }).click();
    expect(await page.locator('.card').count()).toBe(3);
    expect(await page.locator('.card').last().innerText()).toMatch(/Texts · 8,\d{3} documents · cost 1/);
    await page.getByRole('combobox', { name: 'Knowledge base' }).selectOption('image');
    await page.getByRole('searchbox').fill('a big cat');
    await page.keyboard.press('Enter');
    await page.locator('.panel .passage').first().waitFor();
    expect(await page.locator('.panel .passage').first().innerText()).toMatch(/leopard|tiger|lion/i);
    expect(problems).toEqual([]);
  });

  test('a past run is found again, with its table, and judged', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await ask(page, RIVER);
    await page.locator('.answer.ended').waitFor();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.locator('.list a', { hasText: RIVER }).first().click();
    await page.locator('.narrow .answer.ended').waitFor();
    expect(await page.locator('.narrow .answer-text').innerText()).toBe('Paris');
    expect(await page.locator('.narrow td.marked').innerText()).toBe('Paris');
    await page.getByRole('button', { name: 'No' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('Orléans would be nicer');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Thank you.').waitFor();
    expect(routes.feedback.at(-1)).toEqual({ runId: expect.any(String), score: 0, comment: 'Orléans would be nicer' });
    expect(routes.runs.some(({ runId }) => runId === routes.feedback.at(-1)!.runId)).toBe(true);
    expect(problems).toEqual([]);
  });

  test('a past run has its pictures: that of the question, and those that were found', async () => {
    const { page, problems } = await visit(browser, await atlas());
    await page.locator('.examples button').first().click();
    await page.locator('.answer.ended').waitFor();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.locator('.list a').first().click();
    await page.locator('.narrow .passage-picture').first().waitFor();
    expect(await page.locator('.narrow .run-picture').getAttribute('src')).toMatch(/v1\/images\/[0-9a-f]{64}$/);
    expect(await page.locator('.narrow .passage-picture').first().getAttribute('src')).toMatch(
      /v1\/knowledge-bases\/image\/images\/flags\/do\.png$/,
    );
    expect(problems).toEqual([]);
  });

  test('reports are listed, and draw themselves in a sandbox', async () => {
    await writeFile(
      join(reports, 'curves.html'),
      '<!doctype html><title>Training &#60;first&#62;</title><p id="p"></p><script>p.textContent = origin;</script>',
    );
    const { page, problems } = await visit(browser, await atlas());
    await page.getByRole('link', { name: 'Reports' }).click();
    const [opened] = await Promise.all([page.waitForEvent('popup'), page.locator('.list a').click()]);
    expect(await page.locator('.list-title').innerText()).toBe('Training <first>');
    await opened.locator('#p:not(:empty)').waitFor();
    expect(await opened.locator('#p').innerText()).toBe('null');
    expect(problems).toEqual([]);
  });

  test('with a key nothing is told until it is given, pictures included', async () => {
    const { page } = await visit(browser, await atlas({ apiKey: 'key-of-the-test' }));
    await ask(page, RIVER);
    const dialog = page.getByRole('dialog', { name: 'This server wants a key' });
    await dialog.waitFor();
    await dialog.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await dialog.getByText('The key was refused.').waitFor();
    await dialog.getByLabel('API key').fill('key-of-the-test');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.locator('.answer.ended').waitFor();
    await drop(page, '.ask-form', [{ name: 'flag.webp', type: 'image/webp', bytes: await flag() }]);
    await ask(page, 'Whose flag is this?');
    await page.locator('.passage-picture').first().waitFor();
    expect(await page.locator('.passage-picture').first().getAttribute('src')).toMatch(/^blob:/);
  });

  test('by keys alone: ask, open passages, change the theme', async () => {
    const { page, problems } = await visit(browser, await atlas());
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const name = () =>
      page.evaluate('document.activeElement.innerText || document.activeElement.getAttribute("aria-label")');
    await press('Tab');
    expect(await name()).toBe('Skip to the content');
    await press('Enter', 'Tab');
    expect(await name()).toBe('Your question');
    await page.keyboard.type(RIVER);
    await press('Enter');
    await page.locator('.answer.ended').waitFor();
    while (!/other passages/.test(String(await name()))) await press('Tab');
    await press('Enter');
    await expect.poll(() => page.locator('.more[open]').count()).toBe(1);

    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await background();
    await page.getByRole('button', { name: 'Switch to the dark theme' }).focus();
    await press('Enter');
    expect(await background()).not.toBe(light);
    await page.reload();
    await page.locator('main').waitFor();
    expect(await background()).not.toBe(light);
    expect(problems).toEqual([]);
  });

  test.each([1280, 400])(
    'at %i pixels, light and dark: axe-core finds nothing, and nothing hangs over',
    async (width) => {
      const url = await atlas();
      const { page, problems } = await visit(browser, url, {
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      /** The colours are the style sheet's alone, so that one walk shows both. */
      const look = async (name: string) => {
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => {})');
          expect(await axe(page), `${name}, ${colorScheme}`).toEqual([]);
          expect(await overflow(page), `${name}, ${colorScheme}`).toBe(0);
          await screenshot(page, `${name}-${width}-${colorScheme}`);
        }
      };
      await page.locator('.examples').waitFor();
      await look('1-start');
      await page.locator('.examples button').first().click();
      await page.locator('.answer.ended').waitFor();
      await page.locator('.passage-picture').first().waitFor();
      await look('2-picture');
      await page.locator('.more summary').first().click();
      await look('3-passages');
      await ask(page, RIVER);
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.locator('.compared').waitFor();
      await look('4-compared');
      await ask(page, 'Why do fools fall in love?');
      await page.locator('.evidence').waitFor();
      await look('5-evidence');
      await page.goto(`${url}/#/knowledge/table`);
      await page.getByRole('searchbox').fill('Iceland');
      await page.keyboard.press('Enter');
      await page.locator('.panel .passage').first().waitFor();
      await page.getByRole('combobox', { name: 'To' }).selectOption('a new knowledge base');
      await page.getByRole('textbox', { name: 'Name' }).fill('office');
      await drop(page, '.drop', [{ name: 'b.bin', type: '', bytes: Buffer.from('b') }]);
      await page.locator('.findings').waitFor();
      await look('6-knowledge');
      await page.goto(`${url}/#/runs`);
      await page.locator('.list a').first().waitFor();
      await look('7-runs');
      await page.locator('.list a').last().click();
      await page.locator('.narrow .answer.ended').waitFor();
      await page.getByRole('button', { name: 'Yes' }).click();
      await look('8-run');
      expect(problems).toEqual([]);
    },
  );
});

describe.skipIf(!chromiumPath)('files', () => {
  test('dropped into a knowledge base, and asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'r1-router-files-'));
    const { store, close } = await openStore(folder, { readOnly: false });
    onTestFinished(async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    });
    const office = await createKnowledgeBase({
      store,
      card: { name: 'office', description: 'House rules.', modality: 'text' },
    });
    const gate = new EventTarget();
    const ingest = async (files: readonly File[]) => {
      if (files.some(({ type }) => type.startsWith('image/'))) throw new Error('cat.png: no text in it; send texts');
      await once(gate, 'open');
      return office.ingest(
        await Promise.all(files.map(async (file) => ({ id: file.name, title: file.name, text: await file.text() }))),
      );
    };
    const language = english();
    const url = await startSite({
      directory: built.directory,
      contract: contract({ knowledgeBases: () => [office], ingest }),
      graphOptions: {
        knowledgeBases: [office],
        policy: policyOf(({ question, steps }) => ({
          decision: steps.length === 0 ? search(question, 'office') : stop,
        })),
        reader: extractiveReader({ language }),
        answerer: extractiveAnswerer({ language }),
      },
    });
    const { page, problems } = await visit(browser, `${url}/#/knowledge`);
    const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    await drop(page, '.drop', [{ name: 'cat.png', type: 'image/png', bytes: png }]);
    await page.getByText('cat.png: no text in it; send texts').waitFor();
    expect(problems.splice(0)).toEqual([expect.stringContaining('400')]); // the browser's own line on the refusal

    const files = [
      {
        name: 'vega.md',
        type: 'text/markdown',
        bytes: Buffer.from('Vega is a telescope. The telescope Vega is located in Chile.'),
      },
      {
        name: 'rigel.md',
        type: 'text/markdown',
        bytes: Buffer.from('Rigel is a telescope. The telescope Rigel is located in Peru.'),
      },
    ];
    await drop(page, '.drop', files);
    await page.getByText('Reading 2 files …').waitFor();
    expect(await page.getByRole('progressbar').isVisible()).toBe(true);
    gate.dispatchEvent(new Event('open'));
    await page.getByText('2 files: 2 documents, 2 passages').waitFor();
    await page.locator('.card', { hasText: '2 documents' }).waitFor();
    await page.getByRole('link', { name: 'Ask' }).click();
    await ask(page, 'Where is the telescope Vega?');
    await page.locator('.answer.ended').waitFor();
    expect(await page.locator('.answer-text').innerText()).toBe('Chile');
    expect(await page.locator('.passage mark.answering').first().innerText()).toBe('Chile');
    expect(problems).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)('a server that offers less', () => {
  test('shows the question alone where it lists nothing else', async () => {
    const { graphOptions } = gatedSite();
    const url = await startSite({ directory: built.directory, graphOptions });
    const { page, problems } = await visit(browser, `${url}/#/knowledge`);
    expect(await page.getByRole('navigation').innerText()).toBe('');
    await page.goto(`${url}/#/`);
    expect(await page.getByRole('textbox', { name: 'Your question' }).isVisible()).toBe(true);
    expect(await page.getByRole('combobox').count()).toBe(0);
    expect(await axe(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('finds out by asking where the server does not say', async () => {
    const { graphOptions } = gatedSite();
    const url = await startSite({ directory: built.directory, graphOptions, page: { offers: undefined } });
    const { page } = await visit(browser, url);
    const body = JSON.stringify({ error: { code: 'not-found', message: 'no such path here' } });
    await page.route(/\/v1\/(?!ask)/, (route) => route.fulfill({ status: 404, contentType: 'application/json', body }));
    await page.reload();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByText('This server keeps no runs.').waitFor();
    expect(await page.getByRole('navigation').innerText()).not.toContain('Knowledge');
  });
});
