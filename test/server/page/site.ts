/** The page in a real browser, before a real server: built anew from its sources, with every complaint of the browser kept. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import express from 'express';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { onTestFinished } from 'vitest';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import type { RouterGraphOptions } from '../../../src/graph/options.ts';
import { createRouterApp, type RouterAppOptions } from '../../../src/server/app.ts';
import { listen } from '../../../src/server/listen.ts';
import { routerOptions } from '../../../src/test/fakes.ts';
import { CONTRACT_PARTS, type Contract } from './contract.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Removes what it made when it is told to. */
export async function buildPage(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'r1-router-page-'));
  await build({
    configFile: join(ROOT, 'src/server/ui/vite.config.ts'),
    logLevel: 'silent',
    build: { outDir: directory },
  });
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export interface SiteOptions extends Partial<RouterAppOptions> {
  directory: string;
  graphOptions?: Pick<RouterGraphOptions, 'policy'> & Partial<RouterGraphOptions>;
  contract?: Contract;
}

/** The URL of a server that ends with the test. */
export async function startSite({ directory, graphOptions, contract, page, ...options }: SiteOptions): Promise<string> {
  const images = memoryImageStore();
  const graph = options.graph ?? createRouterGraph(routerOptions({ images, ...graphOptions! }));
  const app = express();
  if (contract) app.use(contract.router);
  app.use(
    createRouterApp({
      images,
      ...options,
      graph,
      page: { directory, offers: contract ? CONTRACT_PARTS : [], ...page },
    }),
  );
  const { url, close } = await listen(app);
  onTestFinished(() => close({ graceMs: 0 }));
  return url;
}

export interface Visit {
  page: Page;
  /** Errors on the console, exceptions, refused and failed requests. */
  problems: string[];
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(new URL(url).origin))
      problems.push(request.url());
  });
  await page.goto(url);
  await page.locator('main').waitFor();
  return { page, problems };
}

export async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your question' }).fill(question);
  await page.keyboard.press('Enter');
}

/** Drops files onto an element as a person would. */
export async function drop(
  page: Page,
  selector: string,
  files: readonly { name: string; type: string; bytes: Uint8Array }[],
): Promise<void> {
  const given = files.map(({ bytes, ...file }) => ({ ...file, base64: Buffer.from(bytes).toString('base64') }));
  // As text, because this file is typed without a browser.
  await page.evaluate(`(() => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of ${JSON.stringify(given)}) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
    }
    const target = document.querySelector(${JSON.stringify(selector)});
    for (const kind of ['dragover', 'drop']) {
      target.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  })()`);
}

/** What axe-core finds wrong, a line each. */
export async function axe(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`);
}

/** How far the page is wider than its window, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Kept where R1_ROUTER_SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.R1_ROUTER_SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
